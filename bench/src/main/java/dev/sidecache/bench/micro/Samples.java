package dev.sidecache.bench.micro;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.NeverCache;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.StatusSet;
import dev.sidecache.rule.TagTemplate;
import dev.sidecache.rule.Ttl;
import dev.sidecache.store.StoredResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Rules, requests and responses as a proxy before an API of many resources has them. */
final class Samples {
  static final Instant NOW = Instant.parse("2026-03-01T09:30:00Z");

  private Samples() {}

  /** A GET as a browser's script sends it. */
  static RequestHead get(String target) {
    RequestTarget parsed = Objects.requireNonNull(RequestTarget.parse(target), target);
    Fields fields =
        Fields.of(
            "Host",
            "api.example",
            "Accept",
            "application/json",
            "Accept-Encoding",
            "gzip, br",
            "User-Agent",
            "Mozilla/5.0");
    return new RequestHead("GET", "http", "api.example", parsed, "1.1", fields);
  }

  /**
   * So many routes, half for a list ({@code /api/r7}), half for one of it ({@code /api/r7/{id}}).
   */
  static RuleSet rules(int routes) {
    List<Route> all = new ArrayList<>();
    for (int i = 0; i < routes; i++) {
      String list = "/api/r" + i / 2;
      all.add(route("r" + i, i % 2 == 0 ? list : list + "/{id}", i % 2 == 0 ? "all" : "one:{id}"));
    }
    return new RuleSet(NeverCache.NOTHING, all, List.of(), false);
  }

  private static Route route(String name, String path, String tag) {
    return new Route(
        name,
        "bench.yaml:1",
        new Route.Matcher(PathPattern.parse(path), Set.of("GET", "HEAD"), null),
        new Ttl.Fixed(Duration.ofMinutes(1)),
        StatusSet.of("200"),
        Map.of(),
        Scope.SHARED,
        Mode.SERVE,
        KeyParts.DEFAULT,
        List.of(TagTemplate.parse(tag)),
        Route.Policy.DEFAULT);
  }

  /** A response of 1 KB of JSON, received {@link #NOW}; the caller owns a reference. */
  static StoredResponse response(CacheKey key) {
    Fields fields =
        Fields.of(
            "Content-Type",
            "application/json",
            "ETag",
            "\"v1\"",
            "Cache-Control",
            "public, max-age=3600",
            "Date",
            "Sun, 01 Mar 2026 09:30:00 GMT");
    StoredHead head = new StoredHead(new ResponseHead(200, "OK", fields), NOW, Duration.ZERO);
    ByteBuf body = ByteBufAllocator.DEFAULT.directBuffer(1024).writeZero(1024);
    Stamp stamp =
        Stamp.of(
            List.of(Tag.ALL.id(), new Tag(Tag.Kind.TAG, "students").id()),
            List.of("AAAAAAAAAAAAAAAA", "bbbb-bbbb_bbbb01"));
    return new StoredResponse(key, head, body, stamp);
  }
}
