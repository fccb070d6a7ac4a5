package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.SidecarProcess;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.Verb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pod of {@code helm test}: what it is, and its command run against a proxy. */
class HelmTestPodIT {
  private static final String SERVICE = "http://crm-sidecache:";
  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

  @TempDir private Path directory;

  @BeforeAll
  static void needsHelm() {
    WorkingChart.requireHelm();
  }

  /** The pod; Helm's library leaves out hooks, so it is no hook in the copy. */
  private JsonNode pod(String values) throws Exception {
    return WorkingChart.application(directory)
        .replace("sidecache/templates/tests/answers.yaml", "helm.sh/hook: test", "no: hook")
        .update()
        .document(values, "1.33.0", "Pod");
  }

  private Verb.Ended run(JsonNode pod, String address, String... further) throws Exception {
    Verb verb = new Verb(directory);
    for (JsonNode variable : pod.at("/spec/containers/0/env")) {
      verb.with(variable.get("name").asText(), moved(variable.get("value").asText(), address));
    }
    List<String> arguments = new ArrayList<>();
    pod.at("/spec/containers/0/args").forEach(arg -> arguments.add(moved(arg.asText(), address)));
    arguments.addAll(List.of(further));
    return verb.with("SIDECACHE_ADMIN_LISTEN", "none").run(arguments.toArray(String[]::new));
  }

  private static String moved(String text, String address) {
    return text.startsWith(SERVICE) ? address + text.replaceFirst(SERVICE + "\\d+", "") : text;
  }

  private SidecarProcess start(ScriptedOrigin origin, String ttl) throws Exception {
    return SidecarProcess.start(
        "http://127.0.0.1:" + origin.port(),
        """
        routes:
          - { name: students, match: { path: /api/students }, ttl: %s }
        """
            .formatted(ttl),
        Map.of("SIDECACHE_STORE", "memory"),
        SidecarProcess.Oddity.NONE);
  }

  @Test
  void itIsWithoutFaultAndMayDoLittle() throws Exception {
    JsonNode pod = pod("minimal");

    assertThat(KubernetesModels.faults(pod)).isEmpty();
    assertThat(pod.at("/spec/restartPolicy").asText()).isEqualTo("Never");
    assertThat(pod.at("/spec/containers/0/securityContext/readOnlyRootFilesystem").asBoolean())
        .isTrue();
    assertThat(pod.at("/metadata/labels/app.kubernetes.io~1name").asText())
        .as("not one of the Service's pods")
        .isEqualTo("sidecache-test");
  }

  @Test
  void withoutAPathItAsksWhetherTheProxyIsReady() throws Exception {
    JsonNode pod = pod("minimal");
    try (ScriptedOrigin origin = ScriptedOrigin.answering(request -> OK);
        SidecarProcess proxy = start(origin, "1m")) {
      String address = proxy.address().toString();
      // NB: healthcheck waits two seconds at most, which a busy machine may need for itself.
      await().atMost(Duration.ofMinutes(1)).until(() -> run(pod, address).code() == 0);
      proxy.kill();
      assertThat(run(pod, address).code()).isEqualTo(1);
    }
  }

  @Test
  void withAPathItExpectsAHit() throws Exception {
    JsonNode pod = pod("full");
    try (ScriptedOrigin origin = ScriptedOrigin.answering(request -> OK);
        SidecarProcess proxy = start(origin, "1m")) {
      Verb.Ended ended = run(pod, proxy.address().toString());
      assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    }
  }

  @Test
  void withAPathThatIsNotCachedItFails() throws Exception {
    JsonNode pod = pod("full");
    try (ScriptedOrigin origin = ScriptedOrigin.answering(request -> OK);
        SidecarProcess proxy = start(origin, "0")) {
      assertThat(run(pod, proxy.address().toString()).code()).isEqualTo(4);
    }
  }
}
