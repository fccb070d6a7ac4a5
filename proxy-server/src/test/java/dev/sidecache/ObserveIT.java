package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mode observe: everything goes to the origin, and what serving would bring is foretold. */
class ObserveIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROUTES =
      """
      routes:
        - { name: list, match: { path: /list }, ttl: 60s, scope: shared, tags: [items] }
        - { name: item, match: { path: "/item/{id}" }, ttl: 5m, scope: shared, tags: ["item:{id}"] }
        - { name: mine, match: { path: /mine }, ttl: 30s }
        - { name: tagged, match: { path: "/tagged/{id}" }, ttl: origin, scope: shared }
        - { name: cookies, match: { path: /cookies }, ttl: 60s, scope: shared }
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/item/{id}" }, tags: ["item:{id}", items] }
      """;

  /** An API with data that changes by writes, and what it was asked. */
  private static final class Api {
    private final Map<String, Integer> versions = new HashMap<>();
    private Instant now = Instant.parse("2026-03-01T09:30:00Z");
    private int asked;

    synchronized String answer(RawMessage request) {
      asked++;
      String path = request.target().replaceFirst("\\?.*", "");
      if (request.startLine().startsWith("PUT ")) {
        versions.merge(path, 1, Integer::sum);
        versions.merge("/list", 1, Integer::sum);
        return ScriptedOrigin.ok("done");
      }
      String user = String.join("", request.fields("Authorization"));
      String own = path.equals("/mine") ? user : "";
      String text = path + own + versions.getOrDefault(path, 0);
      if (path.startsWith("/tagged")) {
        String etag = "\"" + path + now.getEpochSecond() / 600 + '"';
        boolean known = request.fields("If-None-Match").contains(etag);
        String lines = "ETag: " + etag + "\r\nCache-Control: max-age=20\r\n";
        return known
            ? "HTTP/1.1 304 Not Modified\r\n" + lines + "\r\n"
            : ScriptedOrigin.ok(etag).replace("\r\n\r\n", "\r\n" + lines + "\r\n");
      }
      String more = path.equals("/cookies") ? "Set-Cookie: a=b\r\n" : "";
      return ScriptedOrigin.ok(text).replaceFirst("\r\n\r\n", "\r\n" + more + "\r\n");
    }

    synchronized Instant now() {
      return now;
    }

    synchronized void advance(long millis) {
      now = now.plusMillis(millis);
    }

    synchronized int asked() {
      return asked;
    }
  }

  /** The same requests at the same moments each time. */
  private static void play(RunningProxy proxy, Api api, int requests) throws IOException {
    Random random = new Random(7);
    try (RawClient client = RawClient.connect(proxy.address().getPort())) {
      for (int i = 0; i < requests; i++) {
        api.advance(random.nextInt(900));
        int id = (int) (40 * Math.pow(random.nextDouble(), 2));
        int user = random.nextInt(5);
        String line =
            switch (random.nextInt(40)) {
              case 0 -> "PUT /item/" + id;
              case 1, 2 -> "GET /cookies";
              case 3, 4, 5 -> "GET /unknown/" + id;
              case 6, 7, 8, 9, 10, 11 -> "GET /mine";
              case 12, 13, 14, 15, 16, 17 -> "GET /list?page=" + id % 3;
              case 18, 19, 20, 21, 22, 23, 24 -> "GET /tagged/" + id % 9;
              default -> "GET /item/" + id;
            };
        String content = line.startsWith("PUT") ? "Content-Length: 2\r\n\r\n{}" : "\r\n";
        client.send(
            line
                + " HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer u"
                + user
                + "\r\n"
                + content);
        client.readResponse();
      }
    }
  }

  private static JsonNode json(RunningProxy proxy, String path) throws Exception {
    return JSON.readTree(proxy.admin("GET", path, "").body());
  }

  @Test
  void foretoldHitRateIsTheOneThatServingReaches() throws Exception {
    int requests = 3_000;
    Map<String, JsonNode> foretold = new HashMap<>();
    Api observed = new Api();
    try (ScriptedOrigin origin = ScriptedOrigin.answering(observed::answer);
        RunningProxy proxy = start(origin, "mode: observe\n" + ROUTES, observed::now)) {
      play(proxy, observed, requests);
      assertThat(observed.asked()).as("everything was forwarded").isEqualTo(requests);
      JsonNode advice = json(proxy, "/v1/advice");
      assertThat(advice.get("sampled").asInt()).isEqualTo(1);
      advice.get("observed").forEach(each -> foretold.put(each.get("route").asText(), each));
      JsonNode stats = json(proxy, "/v1/stats");
      assertThat(stats.at("/keys/l1").asInt()).as("nothing was stored").isZero();
      assertThat(stats.at("/hits").asInt()).isZero();
      assertThat(stats.at("/bypassed/observe").asInt()).isGreaterThan(2_500);
    }
    Api served = new Api();
    try (ScriptedOrigin origin = ScriptedOrigin.answering(served::answer);
        RunningProxy proxy = start(origin, ROUTES, served::now)) {
      play(proxy, served, requests);
      for (String route : new String[] {"list", "item", "mine", "tagged", "cookies"}) {
        double reached = json(proxy, "/v1/stats?route=" + route).get("hit_rate").asDouble();
        assertThat(foretold.get(route).get("hit_rate").asDouble())
            .as(route + " reached " + reached)
            .isCloseTo(reached, within(0.05));
      }
      assertThat(json(proxy, "/v1/stats?route=item").get("hit_rate").asDouble())
          .as("there is something to foretell")
          .isBetween(0.3, 0.95);
    }
    assertThat(foretold.get("item").get("stale_rate").asDouble()).isZero();
    assertThat(foretold.get("cookies").at("/not_stored/set_cookie").asInt()).isPositive();
    assertThat(foretold.get("-").get("path").asText()).isEqualTo("/unknown/{id}");
  }

  private static RunningProxy start(ScriptedOrigin origin, String rules, InstantSource clock)
      throws IOException, InterruptedException {
    return RunningProxy.start(origin.url(), rules, Map.of(), clock).awaitCache();
  }

  @Test
  void nothingButTheOriginAnswersAndEachAnswerSaysSo() throws Exception {
    try (Scene scene = Scene.start("mode: observe\n" + ROUTES)) {
      String path = scene.path("item", Scene.ok("a", "ETag: \"1\""), Scene.ok("b"));

      RawMessage first = scene.get(path);
      RawMessage second = scene.get(path, "If-None-Match: \"1\"", "Range: bytes=0-0");

      assertThat(Scene.status(first))
          .isEqualTo("sidecache; fwd=bypass; fwd-status=200; detail=observe");
      assertThat(second.text()).isEqualTo("b");
      assertThat(scene.lastAsked(path).fields("If-None-Match")).containsExactly("\"1\"");
      assertThat(scene.lastAsked(path).fields("Range")).containsExactly("bytes=0-0");
      scene.answers("/any", Scene.ok("c"));
      assertThat(Scene.status(scene.get("/any"))).contains("detail=observe");
      String told =
          scene
              .admin("POST", "/v1/explain", "{\"method\":\"GET\",\"url\":\"" + path + "\"}")
              .body();
      assertThat(told).contains("\"reason\":\"observe\"", "fwd=bypass; detail=observe");
    }
  }

  @Test
  void redisIsNotNeeded() throws Exception {
    try (ScriptedOrigin origin = ScriptedOrigin.answering("a");
        RunningProxy proxy =
            RunningProxy.start(
                origin.url(),
                "mode: observe\n" + ROUTES,
                Map.of("REDIS_URL", "redis://127.0.0.1:9"))) {
      for (int i = 0; i < 10; i++) {
        assertThat(RunningProxy.cacheStatus(proxy.get("/list", null))).contains("detail=observe");
      }
      JsonNode list = json(proxy, "/v1/advice").at("/observed/0");
      assertThat(list.get("hit_rate").asDouble()).isEqualTo(0.9);
      assertThat(list.get("requests").asInt()).isEqualTo(10);
    }
  }
}
