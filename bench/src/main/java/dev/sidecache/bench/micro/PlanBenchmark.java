package dev.sidecache.bench.micro;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Reuse;
import dev.sidecache.caching.Tag;
import dev.sidecache.caching.Tier;
import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.Match;
import dev.sidecache.store.StoredResponse;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What is decided of a request, before and after the lookup. */
@State(Scope.Thread)
public class PlanBenchmark {
  @Param({"/api/r0", "/api/r0/7?page=2&sort=name&filter=a%20b"})
  String target = "/api/r0";

  private RequestHead head = Samples.get("/api/r0");
  private Match match = Samples.rules(50).match(head);
  private Plan plan = Plan.of(match, head, Identity.NONE, null);
  private Lookup found = new Lookup.UriMiss();
  private Instant now = Samples.NOW;

  @Setup
  public void prepare() {
    head = Samples.get(target);
    match = Samples.rules(50).match(head);
    plan = Plan.of(match, head, Identity.NONE, null);
    StoredResponse response = Samples.response(Objects.requireNonNull(plan.key()));
    found = new Lookup.Found(response.head(), Tier.L1, true);
    response.release();
    now = Samples.NOW.plusSeconds(5);
  }

  /** The cache key alone. */
  @Benchmark
  public CacheKey key() {
    return CacheKey.of(match, head, Identity.NONE, null);
  }

  /** All that a hit needs to know of the request, the key included. */
  @Benchmark
  public Plan plan() {
    return Plan.of(match, head, Identity.NONE, null);
  }

  /** The same and the tags, which only a fetch needs. */
  @Benchmark
  public List<Tag> tags() {
    return Plan.of(match, head, Identity.NONE, null).tags();
  }

  /** Whether what was found is served. */
  @Benchmark
  public Reuse.Decision decision() {
    return Reuse.decide(plan, found, now);
  }
}
