package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What explain says of a request is what Cache-Status of that request says then. */
class ExplainIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FRESH = "Cache-Control: max-age=60";
  private static final String RULES =
      """
      never_cache: { paths: ["/never/**"] }
      routes:
        - { name: origin, match: { path: "/origin/**" }, ttl: origin, scope: shared }
        - { name: ttl, match: { path: "/ttl/**" }, ttl: 60s, tags: [things], scope: shared }
        - { name: lax, match: { path: "/lax/**" }, ttl: 10s, scope: shared, stale_while_revalidate: 60s }
        - { name: own, match: { path: "/own/**" }, ttl: 60s }
        - { name: off, match: { path: "/off/**" }, ttl: 60s, mode: bypass }
        - name: ask
          match: { path: "/ask/**", methods: [POST] }
          ttl: 60s
          key: { body: { format: json, max_size: 32B } }
      invalidate:
        - { name: changed, when: { methods: [POST], path: "/change/{id}" }, tags: [things] }
      """;

  private static Scene scene;

  @BeforeAll
  static void start() throws Exception {
    scene = Scene.start(RULES);
  }

  @AfterAll
  static void stop() throws IOException {
    scene.close();
  }

  private static JsonNode explain(String method, String path, String content, String... lines)
      throws Exception {
    var headers = JSON.createObjectNode().put("Host", "a.example");
    for (String line : lines) {
      String[] parts = line.split(": ", 2);
      headers.put(parts[0], parts[1]);
    }
    var asked = JSON.createObjectNode().put("method", method).put("url", path);
    asked.set("headers", headers);
    if (!content.isEmpty()) {
      asked.put("body", content);
    }
    HttpResponse<String> answer = scene.admin("POST", "/v1/explain", asked.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  /**
   * Explains, then sends; returns the explanation, which was right and asked the origin nothing.
   */
  private static JsonNode compare(String method, String path, String content, String... lines)
      throws Exception {
    String bare = path.replaceFirst("\\?.*", "");
    int before = scene.asked(bare).size();
    JsonNode told = explain(method, path, content, lines);
    assertThat(scene.asked(bare)).hasSize(before);
    RawMessage answer = scene.ask(method, path, content, lines);
    String field = Scene.status(answer);
    String foreseen = told.get("cache_status").asText();
    // What the origin is yet to answer cannot be foreseen.
    String known =
        field.replaceFirst("; fwd-status=\\d+", "").replaceFirst("; stored; ttl=\\d+", "");
    if (!foreseen.contains("detail=") && !foreseen.contains("; hit")) {
      known = known.replaceFirst("; detail=\\w+", "");
    }
    assertThat(foreseen).as(told.toString()).isEqualTo(known);
    return told;
  }

  private static JsonNode compareGet(String path, String... lines) throws Exception {
    return compare("GET", path, "", lines);
  }

  @Test
  void missThenHitWithWhatIsLeft() throws Exception {
    String path = scene.path("ttl", Scene.ok("a"));

    assertThat(compareGet(path).get("lookup").asText()).contains("nothing is stored");
    scene.advance(12);
    JsonNode hit = compareGet(path);

    assertThat(hit.get("result").asText()).isEqualTo("hit l1, 48 s left");
    assertThat(hit.get("lookup").asText()).isEqualTo("l1 hit (age 12 s)");
    assertThat(hit.get("ttl").asText()).isEqualTo("60 s (from the route; the backend gives none)");
    assertThat(hit.at("/tags/0").asText()).isEqualTo("things");
    assertThat(hit.at("/invalidated_by/0").asText()).isEqualTo("changed (POST /change/{id})");
    assertThat(hit.get("route").asText()).isEqualTo("ttl (test.yaml:8, 2nd of 6)");
    assertThat(hit.get("reason").isNull()).isTrue();
  }

  @Test
  void staleOnesAreValidatedOrServed() throws Exception {
    String validated = scene.path("ttl", Scene.ok("a", "ETag: \"1\""));
    String lax = scene.path("lax", Scene.ok("a"));
    scene.get(validated);
    scene.get(lax);
    scene.advance(61);

    assertThat(compareGet(validated).get("result").asText())
        .isEqualTo("forwarded, fwd=stale; the backend is asked whether it still holds");
    assertThat(compareGet(lax).get("result").asText())
        .isEqualTo("hit l1, stale for 51 s; a new one is fetched behind it");
  }

  @Test
  void clientsNarrowWhatIsServed() throws Exception {
    String path = scene.path("origin", Scene.ok("abcdef", FRESH, "ETag: \"1\""));
    scene.get(path);

    compareGet(path, "Cache-Control: no-cache");
    compareGet(path, "Cache-Control: min-fresh=120");
    compareGet(path, "Cache-Control: no-store");
    compareGet(path, "Range: bytes=0-1");
    compareGet(path, "If-None-Match: \"1\"");
    compareGet(path, "If-Match: \"1\"");
    compareGet(path, "Cache-Control: only-if-cached");
    compare("HEAD", path, "");
    String unknown = scene.path("origin", Scene.ok("a", FRESH));
    compareGet(unknown, "Range: bytes=0-0");
    JsonNode nothing = compareGet(unknown, "Cache-Control: only-if-cached");
    assertThat(nothing.get("reason").asText()).isEqualTo("only_if_cached");
    compareGet("/other/1", "Cache-Control: only-if-cached");
  }

  @Test
  void whatIsNotLookedUpHasItsReason() throws Exception {
    for (String path : new String[] {"/never/a", "/other", "/off/a", "//ttl/a", "/ttl/a;b"}) {
      scene.answers(path, Scene.ok("a"));
      assertThat(compareGet(path).get("key").isNull()).isTrue();
    }
    String path = scene.path("ttl", Scene.ok("a"));
    assertThat(compare("GET", path, "content").get("reason").asText()).isEqualTo("body_too_large");
    assertThat(compare("PUT", path, "{}").get("reason").asText()).isEqualTo("method");
    compareGet(path, "X-HTTP-Method-Override: DELETE");
    compareGet(path, "Connection: upgrade", "Upgrade: websocket");
    compareGet(path, "X-Original-URL: /b");
  }

  @Test
  void contentThatCountsIsPartOfTheKey() throws Exception {
    String path = scene.path("ask", Scene.ok("a"));

    compare("POST", path, "{\"a\": 1, \"b\": 2}");
    assertThat(compare("POST", path, "{\"b\":2,\"a\":1}").get("result").asText()).startsWith("hit");
    assertThat(compare("POST", path, "{\"a\": \"" + "x".repeat(40) + "\"}").get("reason").asText())
        .isEqualTo("body_too_large");
    compare("POST", path, "no json");
    compare("POST", path, "");
  }

  @Test
  void variantsAreToldApart() throws Exception {
    String path = scene.path("ttl", Scene.ok("a", "Vary: X-Kind"));
    scene.get(path, "X-Kind: a");

    assertThat(compareGet(path, "X-Kind: b").get("lookup").asText()).contains("Vary");
    compareGet(path, "X-Kind: a");
  }

  @Test
  void rememberedRefusalIsTold() throws Exception {
    String path = scene.path("ttl", Scene.ok("a", "Set-Cookie: a=b"));
    compareGet(path);

    JsonNode told = compareGet(path);

    assertThat(told.get("reason").asText()).isEqualTo("set_cookie");
    assertThat(told.get("cache_status").asText())
        .isEqualTo("sidecache; fwd=miss; detail=set_cookie");
  }

  @Test
  void writeTellsWhatItMakesInvalid() throws Exception {
    String path = scene.path("ttl", Scene.ok("a", "ETag: \"1\""));
    scene.get(path);
    scene.answers("/change/7", Scene.ok("done"));

    JsonNode told = compare("POST", "/change/7", "{}");

    assertThat(told.get("invalidates")).hasToString("[\"things\"]");
    assertThat(told.get("result").asText())
        .isEqualTo("forwarded, makes invalid: things (by changed)");
    assertThat(compareGet(path).get("lookup").asText()).contains("has changed since");
  }

  @Test
  void credentialsAreNeverShown() throws Exception {
    String path = scene.path("own", Scene.ok("a", "X-Answer: n0tshown"));
    String[] secrets = {"Authorization: Bearer s3cr3t", "Cookie: sid=s3cr3t", "X-Other: s3cr3t"};

    compareGet(path + "?b=1&a=2", secrets);
    JsonNode told = compareGet(path + "?a=2&b=1", secrets);

    assertThat(told.get("identity").asText()).startsWith("header Authorization");
    assertThat(told.get("key").asText()).startsWith("GET " + path + "?a=2&b=1 | user ");
    assertThat(told.toString()).doesNotContain("s3cr3t").doesNotContain("n0tshown");
    assertThat(compareGet(path + "?a=2&b=1").get("key").asText()).endsWith("no identity");
  }

  @Test
  void sentOneTellsWhatCameOfIt() throws Exception {
    String path = scene.path("ttl", Scene.ok("a"), Scene.ok("b", "Cache-Control: no-store"));
    String json = "{\"method\":\"GET\",\"url\":\"http://a.example" + path + "\",\"send\":true}";

    JsonNode first = JSON.readTree(scene.admin("POST", "/v1/explain", json).body());
    JsonNode second = JSON.readTree(scene.admin("POST", "/v1/explain", json).body());
    scene.advance(61);
    JsonNode third = JSON.readTree(scene.admin("POST", "/v1/explain", json).body());

    assertThat(first.get("cache_status").asText())
        .isEqualTo("sidecache; fwd=uri-miss; fwd-status=200; stored; ttl=60");
    assertThat(first.get("result").asText())
        .startsWith("forwarded, fwd=uri-miss; sent: 200, sidecache; fwd=uri-miss");
    assertThat(second.get("cache_status").asText()).isEqualTo("sidecache; hit; ttl=60; detail=l1");
    assertThat(third.get("reason").asText()).isEqualTo("no_store");
    assertThat(scene.asked(path)).hasSize(2);
  }

  @Test
  void sharedTierIsLookedIntoAndNothingIsMoved() throws Exception {
    String rules =
        """
        routes:
          - { name: a, match: { path: "/**" }, ttl: 60s }
        """;
    try (RedisServerProcess redis = RedisServerProcess.start();
        ScriptedOrigin origin = ScriptedOrigin.answering("x");
        RunningProxy one = RunningProxy.start(origin.url(), rules, redisAt(redis)).awaitCache();
        RunningProxy two = RunningProxy.start(origin.url(), rules, redisAt(redis)).awaitCache()) {
      String host = "same.example";
      String json = "{\"method\":\"GET\",\"url\":\"http://" + host + "/x\",\"send\":SEND}";
      one.admin("POST", "/v1/explain", json.replace("SEND", "true"));
      String only = json.replace("SEND", "false");

      assertThat(two.admin("POST", "/v1/explain", only).body()).contains("\"result\":\"hit l2");
      assertThat(two.admin("POST", "/v1/explain", only).body()).contains("\"result\":\"hit l2");
      assertThat(two.admin("POST", "/v1/explain", json.replace("SEND", "true")).body())
          .contains("detail=l2");
      assertThat(two.admin("POST", "/v1/explain", only).body()).contains("\"result\":\"hit l1");
      assertThat(origin.requests()).hasSize(1);
    }
  }

  private static Map<String, String> redisAt(RedisServerProcess redis) {
    return Map.of("REDIS_URL", "redis://127.0.0.1:" + redis.port());
  }
}
