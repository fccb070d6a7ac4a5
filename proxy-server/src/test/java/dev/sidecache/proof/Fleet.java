package dev.sidecache.proof;

import dev.sidecache.SidecarProcess;
import dev.sidecache.testing.Metrics;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.UpstashEmulator;
import dev.sidecache.testing.VersionedOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;

/** Sidecar processes before one origin, each behind a relay of its own to one Redis. */
final class Fleet implements AutoCloseable {
  static final String ITEMS = "/items/";

  final RedisServerProcess redis = RedisServerProcess.start();
  final VersionedOrigin origin = new VersionedOrigin();

  /** Upstash's REST API before the same Redis, for a fleet that speaks it. */
  final UpstashEmulator rest = new UpstashEmulator(redis.port());

  private final List<Member> members = new ArrayList<>();
  private final Setup setup;

  /**
   * How a fleet is set up.
   *
   * @param caches the YAML within {@code cache:} of the first, and of all others
   * @param withoutRule the rule that all its sidecars lack, or null
   * @param clocksApartSeconds how much each sidecar's wall clock is ahead of the one before
   * @param permilleSlow how many thousandths the monotonic clock is slow in all but the first
   * @param overRest whether they reach Redis over REST, without relays
   */
  record Setup(
      List<String> caches,
      String withoutRule,
      long clocksApartSeconds,
      long permilleSlow,
      boolean overRest) {
    static Setup of(String cache) {
      return of(cache, cache);
    }

    static Setup of(String first, String others) {
      return new Setup(List.of(first, others), null, 0, 0, false);
    }

    Setup withClocksApart(long seconds) {
      return new Setup(caches, withoutRule, seconds, permilleSlow, overRest);
    }

    Setup withSlowClocks(long permille) {
      return new Setup(caches, withoutRule, clocksApartSeconds, permille, overRest);
    }

    Setup withRest() {
      return new Setup(caches, withoutRule, clocksApartSeconds, permilleSlow, true);
    }

    Setup without(String rule) {
      return new Setup(caches, rule, clocksApartSeconds, permilleSlow, overRest);
    }

    private SidecarProcess.Oddity oddity(int index) {
      return new SidecarProcess.Oddity(
          withoutRule, index * clocksApartSeconds, index == 0 ? 0 : permilleSlow);
    }
  }

  /** A sidecar, which may be replaced by a new process, and its way to Redis. */
  static final class Member {
    final Relay relay;
    final int index;
    volatile SidecarProcess process;

    /** Since when it is as it should be; requests before may have suffered. */
    private volatile long troubledUntilNanos = System.nanoTime();

    private volatile boolean troubled;

    Member(Relay relay, int index) {
      this.relay = relay;
      this.index = index;
    }

    URI address() {
      return process.address();
    }

    /** Killed or stopped: its clients suffer, and that is not the fault of Redis. */
    void trouble() {
      troubled = true;
    }

    void healed() {
      troubledUntilNanos = System.nanoTime();
      troubled = false;
    }

    /** Whether a request that began then may have suffered from the sidecar's own state. */
    boolean troubledSince(long nanos) {
      return troubled || nanos <= troubledUntilNanos;
    }
  }

  Fleet(int sidecars, Setup setup) throws IOException {
    this.setup = setup;
    for (int i = 0; i < sidecars; i++) {
      Member member = new Member(new Relay(redis.port()), i);
      member.process = start(member.relay, i);
      members.add(member);
    }
    members.forEach(this::awaitUp);
  }

  private SidecarProcess start(Relay relay, int index) throws IOException {
    String yaml =
        """
        cache: { %s }
        routes:
          - name: item
            match: { path: "/items/{id}" }
            ttl: 1h
            scope: shared
            key: { host: false }
            tags: ["item:{id}"]
          - name: declared
            match: { path: "/declared/{id}" }
            ttl: 1h
            scope: shared
            key: { host: false }
        invalidate:
          - { name: announced, when: { methods: [PUT], path: "/announced/{id}" }, tags: [declared] }
          - { name: changed, when: { methods: [PUT], path: "/items/{id}" }, tags: ["item:{id}"] }
        """
            .formatted(setup.caches.get(Math.min(index, 1)));
    return SidecarProcess.start(
        origin.url(),
        yaml,
        setup.overRest
            ? Map.of("REDIS_URL", rest.url(), "UPSTASH_REDIS_REST_TOKEN", UpstashEmulator.TOKEN)
            : Map.of("REDIS_URL", "redis://127.0.0.1:" + relay.port()),
        setup.oddity(index));
  }

  /** A new process in the place of one that was killed. */
  void replace(Member member) throws IOException {
    member.process.close();
    member.process = start(member.relay, member.index);
  }

  /** The path of a key. */
  static String path(int key) {
    return ITEMS + key;
  }

  /** Whether a mutation is refused where it cannot be marked. */
  boolean rejects() {
    return setup.caches.get(0).contains("mutation_policy: reject");
  }

  /** When each change took effect, answered or not: key, version, nanoTime. */
  Map<Integer, Map<Long, Long>> effects() {
    Map<Integer, Map<Long, Long>> effects = new HashMap<>();
    origin.effects().forEach((path, at) -> effects.put(keyOf(path), at));
    return effects;
  }

  private static Integer keyOf(String path) {
    return Integer.valueOf(path.substring(path.lastIndexOf('/') + 1));
  }

  /** How many changes took effect, answered or not. */
  long changes() {
    return origin.effects().values().stream().mapToLong(Map::size).sum();
  }

  List<Member> members() {
    return members;
  }

  Member any(Random random) {
    return members.get(random.nextInt(members.size()));
  }

  /** Whether this sidecar uses its cache. */
  boolean isUp(Member member) {
    try (Connection connection = new Connection()) {
      return connection
          .ask(member.address(), "GET", "/-/health")
          .body()
          .contains("\"enabled\":true");
    } catch (IOException notYet) {
      return false;
    }
  }

  /** How many mutations each sidecar has let pass though others may not know of them. */
  List<Double> unmarked() throws IOException {
    return metric("unmarked_mutations_total");
  }

  /** What each sidecar says of a series. */
  List<Double> metric(String series) throws IOException {
    List<Double> values = new ArrayList<>();
    for (Member member : members) {
      try (InputStream in = member.process.admin().resolve("/metrics").toURL().openStream()) {
        String scrape = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        values.add(
            Metrics.value(scrape, series)
                .orElseThrow(() -> new AssertionError(series + " is missing")));
      }
    }
    return values;
  }

  void awaitUp(Member member) {
    awaitUp(member, "");
  }

  /** The same, naming in an error what went before. */
  void awaitUp(Member member, String after) {
    Awaitility.await("sidecar " + member.index + " uses its cache " + after)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> isUp(member));
  }

  /** Redis loses everything, as after a power cut without a snapshot. */
  void restartEmpty() throws IOException {
    redis.kill();
    Files.deleteIfExists(redis.directory().resolve("dump.rdb"));
    redis.startAgain();
  }

  /** Redis comes back with what it had at the last {@link #snapshot}. */
  void restartFromSnapshot() {
    redis.kill();
    redis.startAgain();
  }

  void snapshot() {
    redis.command("SAVE");
  }

  @Override
  public void close() {
    members.forEach(
        member -> {
          member.process.close();
          member.relay.close();
        });
    origin.close();
    rest.close();
    redis.close();
  }
}
