package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.testing.Metrics;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mode shadow: the origin answers, and what would have been served is compared with that. */
class ShadowIT {
  private static final String RULES =
      """
      mode: shadow
      routes:
        - { name: shown, match: { path: "/shown/**" }, ttl: 60s, scope: shared, tags: [things] }
        - { name: served, match: { path: "/served/**" }, ttl: 60s, scope: shared, mode: serve }
        - { name: own, match: { path: "/own/**" }, ttl: 60s }
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/change" }, tags: [things] }
      """;
  private static final Logger LOGGER = Logger.getLogger("dev.sidecache.advice.Observatory");

  private final List<String> logged = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          logged.add(MessageFormat.format(record.getMessage(), record.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private Scene scene;

  @BeforeEach
  void start() throws Exception {
    LOGGER.addHandler(handler);
    scene = Scene.start(RULES);
  }

  @AfterEach
  void stop() throws Exception {
    LOGGER.removeHandler(handler);
    scene.close();
  }

  private double metric(String name) throws Exception {
    String text = scene.admin("GET", "/metrics", "").body();
    return Metrics.value(text, "shadow_" + name + "_total{route=\"shown\"}").orElse(-1);
  }

  private void assertCounted(int comparisons, int mismatches) throws Exception {
    assertThat(List.of(metric("comparisons"), metric("mismatches")))
        .containsExactly((double) comparisons, (double) mismatches);
  }

  @Test
  void callersWithTheSameAnswersAreTold() throws Exception {
    String path = scene.path("own", Scene.ok("same"));
    for (int i = 0; i < 24; i++) {
      scene.get(path, "Authorization: Bearer caller-" + i % 4);
    }

    JsonNode advice = new ObjectMapper().readTree(scene.admin("GET", "/v1/advice", "").body());
    JsonNode shared = advice.at("/observed/0/shared");
    assertThat(List.of(shared.get("callers").asInt(), shared.get("times").asInt()))
        .containsExactly(4, 23);
    assertThat(advice.at("/suggestions/0/kind").asText()).isEqualTo("scope");
    assertThat(advice.get("yaml").asText()).contains("scope: shared   # 23 of 23 ", "CHECK FIRST");
  }

  @Test
  void silentChangeIsFoundCountedAndNamed() throws Exception {
    String path =
        scene.path("shown", Scene.ok("old"), Scene.ok("old"), Scene.ok("new"), Scene.ok("new"));
    assertCounted(0, 0);
    RawMessage first = scene.get(path);
    assertThat(Scene.status(first))
        .isEqualTo("sidecache; fwd=bypass; fwd-status=200; detail=shadow");
    scene.advance(10);
    scene.get(path);
    assertCounted(1, 0);
    scene.advance(10);

    RawMessage changed = scene.get(path);
    scene.get(path);

    assertThat(changed.text()).as("the origin answers").isEqualTo("new");
    assertCounted(3, 2);
    assertThat(logged).hasSize(1);
    assertThat(logged.get(0))
        .startsWith("Shadow mismatch: shown GET " + path + ": content differs")
        .contains("stored 20 s ago");
    JsonNode shadow =
        new ObjectMapper().readTree(scene.admin("GET", "/v1/advice", "").body()).get("shadow");
    assertThat(shadow.get("mismatches").asInt()).isEqualTo(2);
    assertThat(shadow.at("/last/1/path").asText()).isEqualTo(path);
    assertThat(shadow.at("/last/1/difference").asText()).isEqualTo("content");
    scene.advance(61);
    scene.get(path);
    scene.get(path);
    assertCounted(4, 2);
  }

  @Test
  void changeThatARuleNamesIsNoMismatch() throws Exception {
    String path = scene.path("shown", Scene.ok("old"), Scene.ok("new"));
    scene.answers("/change", Scene.ok("done"));
    scene.get(path);
    scene.ask("PUT", "/change", "{}");

    assertThat(scene.get(path).text()).isEqualTo("new");
    scene.get(path);

    assertCounted(1, 0);
  }

  @Test
  void changeWhileTheOriginAnswersIsNoMismatch() throws Exception {
    AtomicReference<RunningProxy> running = new AtomicReference<>();
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedOrigin origin =
            ScriptedOrigin.answering(
                request -> {
                  if (request.startLine().startsWith("PUT") || asked.incrementAndGet() != 2) {
                    return ScriptedOrigin.ok("old");
                  }
                  running.get().put("/change", null);
                  return ScriptedOrigin.ok("new");
                });
        RunningProxy proxy = RunningProxy.start(origin.url(), RULES, Map.of()).awaitCache()) {
      running.set(proxy);
      proxy.get("/shown/1", null);

      assertThat(proxy.get("/shown/1", null).body()).isEqualTo("new");
      proxy.get("/shown/1", null);

      assertThat(asked).hasValue(3);
      assertThat(proxy.metric("shadow_mismatches_total{route=\"shown\"}")).isZero();
    }
  }

  @Test
  void statusAndFieldsAreComparedFailuresAreNot() throws Exception {
    String status = scene.path("shown", Scene.ok("a"), Scene.response("404 Not Found", "a"));
    String type = scene.path("shown", Scene.ok("a"), Scene.ok("a", "Content-Type: text/plain"));
    String down = scene.path("shown", Scene.ok("a"), Scene.response("503 Down", "b"));
    for (String path : List.of(status, type, down)) {
      scene.get(path);
      scene.get(path);
    }

    assertCounted(2, 2);
    String advice = scene.admin("GET", "/v1/advice", "").body();
    assertThat(advice).contains("\"difference\":\"status\"", "\"difference\":\"fields\"");
  }

  @Test
  void clientThatHasItIsComparedToo() throws Exception {
    String path =
        scene.path(
            "shown",
            Scene.ok("a", "ETag: \"1\""),
            Scene.response("304 Not Modified", "", "ETag: \"1\""),
            Scene.ok("b", "ETag: \"2\""));
    scene.get(path);

    assertThat(scene.get(path, "If-None-Match: \"1\"").startLine()).contains("304");
    assertCounted(1, 0);
    assertThat(scene.get(path, "If-None-Match: \"1\"").text()).isEqualTo("b");
    assertCounted(2, 1);
  }

  @Test
  void otherModesAreTheRoutesOwn() throws Exception {
    String path = scene.path("served", Scene.ok("a"));
    scene.get(path);

    assertThat(Scene.isHit(scene.get(path))).isTrue();
    assertThat(scene.get("/shown/1", "Range: bytes=0-0").startLine()).contains("404");
    assertCounted(0, 0);
  }

  @Test
  void explainTellsBoth() throws Exception {
    String path = scene.path("shown", Scene.ok("a"));
    scene.get(path);
    String asked = "{\"method\":\"GET\",\"url\":\"http://a.example" + path + "\"}";

    assertThat(scene.admin("POST", "/v1/explain", asked).body())
        .contains(
            "\"result\":\"forwarded; mode serve would: hit l1, 60 s left\"",
            "\"reason\":\"shadow\"",
            "\"cache_status\":\"sidecache; fwd=bypass; detail=shadow\"");
  }
}
