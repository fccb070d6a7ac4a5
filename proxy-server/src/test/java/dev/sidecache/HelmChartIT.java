package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart {@code helm/sidecache}, linted and rendered by Helm itself as a native library. */
class HelmChartIT {
  private static final Path CHART = Checkout.root().resolve("helm/sidecache");

  @BeforeAll
  static void needsHelm() {
    boolean present;
    try {
      present = Helm.version().call() != null;
    } catch (IllegalStateException | LinkageError e) {
      present = false;
    }
    Prerequisite.require(present, "Helm's native library for this platform");
  }

  @Test
  void lintsWithoutAWarning() {
    LintResult result = new Helm(CHART).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void theImageOfTheBackendIsRequired() {
    assertThatThrownBy(() -> template("minimal", "1.33.0").set("backend.image", "").call())
        .hasMessageContaining("backend.image: the image of your API is required");
  }

  @ParameterizedTest
  @CsvSource({
    "backend.prot, 1",
    "backend.port, 8080",
    "sidecar.native, maybe",
    "service.type, Cluster",
    "nonsense, 1"
  })
  void aWrongValueIsRefused(String name, String value) {
    assertThatThrownBy(() -> template("minimal", "1.33.0").set(name, value).call())
        .hasMessageContaining("schema");
  }

  @Test
  void theSidecarStartsFirstAndStopsLast() throws Exception {
    JsonNode pod = pod("minimal", "1.33.0");
    JsonNode cache = pod.at("/initContainers/0");

    assertThat(cache.at("/name").asText()).isEqualTo("cache");
    assertThat(cache.at("/restartPolicy").asText()).isEqualTo("Always");
    assertThat(cache.at("/image").asText()).isEqualTo("OWNER/sidecache:0.1");
    assertThat(cache.at("/lifecycle").isMissingNode()).isTrue();
    assertThat(pod.at("/containers")).hasSize(1);
    assertThat(pod.at("/containers/0/lifecycle/preStop/sleep/seconds").asInt()).isEqualTo(5);
    assertThat(pod.at("/terminationGracePeriodSeconds").asInt()).isEqualTo(30);
  }

  @Test
  void withoutNativeSidecarsItIsAContainer() throws Exception {
    JsonNode pod = pod("full", "1.33.0");
    JsonNode cache = pod.at("/containers/1");

    assertThat(pod.has("initContainers")).isFalse();
    assertThat(cache.at("/name").asText()).isEqualTo("cache");
    assertThat(cache.has("restartPolicy")).isFalse();
    assertThat(cache.at("/image").asText()).isEqualTo("registry.example.com/sidecache:0.1.3");
    assertThat(cache.at("/envFrom/0/secretRef/name").asText()).isEqualTo("api-cache");
    assertThat(environment(cache))
        .containsExactly(
            "UPSTREAM_URL=http://127.0.0.1:8000",
            "SIDECACHE_ADMIN_LISTEN=:8180",
            "SIDECACHE_LOG_LEVEL=debug");
  }

  @Test
  void before130NothingSleeps() throws Exception {
    assertThat(pod("minimal", "1.29.0").toString()).doesNotContain("preStop");
    assertThat(pod("full", "1.29.0").toString()).doesNotContain("preStop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full"})
  void theSidecarIsProbedOnItsAdminPort(String values) throws Exception {
    JsonNode cache = cache(values);

    assertThat(cache.at("/startupProbe/httpGet/path").asText()).isEqualTo("/startupz");
    assertThat(cache.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/livez");
    assertThat(cache.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
    for (JsonNode port : cache.findValues("port")) {
      assertThat(port.isInt()).as("ports are numbers").isTrue();
      assertThat(port.asInt()).isEqualTo(8180);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full"})
  void theSidecarMayDoLittle(String values) throws Exception {
    JsonNode pod = pod(values, "1.33.0");
    JsonNode context = cache(values).at("/securityContext");

    assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(context.at("/runAsNonRoot").asBoolean()).isTrue();
    assertThat(context.at("/runAsUser").asInt()).isEqualTo(65532);
    assertThat(context.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(context.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(context.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(cache(values).at("/resources/limits").has("cpu")).isFalse();
    for (JsonNode mount : cache(values).at("/volumeMounts")) {
      assertThat(mount.at("/readOnly").asBoolean()).isTrue();
      assertThat(mount.has("subPath")).as("a subPath never updates").isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full"})
  void theConfigurationArrivesAsWritten(String values) throws Exception {
    String text = document(values, "1.33.0", "ConfigMap").at("/data/config.yaml").asText();

    assertThat(Yaml.tree(text).at("/version").asInt()).isEqualTo(1);
    String source = values.equals("full") ? "ci/full-values.yaml" : "values.yaml";
    assertThat(text)
        .isEqualToNormalizingWhitespace(
            Yaml.tree(Files.readString(CHART.resolve(source))).at("/config").asText());
  }

  @Test
  void theServiceLeadsToTheSidecar() throws Exception {
    JsonNode service = document("full", "1.33.0", "Service");
    JsonNode labels = document("full", "1.33.0", "Deployment").at("/spec/template/metadata/labels");

    assertThat(service.at("/spec/type").asText()).isEqualTo("LoadBalancer");
    assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(8443);
    assertThat(service.at("/spec/ports/0/targetPort").isInt()).isTrue();
    assertThat(service.at("/spec/ports/0/targetPort").asInt()).isEqualTo(8080);
    service
        .at("/spec/selector")
        .properties()
        .forEach(label -> assertThat(labels.get(label.getKey())).isEqualTo(label.getValue()));
  }

  private static JsonNode cache(String values) throws IOException {
    JsonNode pod = pod(values, "1.33.0");
    return pod.has("initContainers") ? pod.at("/initContainers/0") : pod.at("/containers/1");
  }

  private static List<String> environment(JsonNode container) {
    return StreamSupport.stream(container.at("/env").spliterator(), false)
        .map(variable -> variable.get("name").asText() + "=" + variable.get("value").asText())
        .toList();
  }

  private static JsonNode pod(String values, String kubernetes) throws IOException {
    return document(values, kubernetes, "Deployment").at("/spec/template/spec");
  }

  private static JsonNode document(String values, String kubernetes, String kind)
      throws IOException {
    List<JsonNode> found =
        Yaml.trees(template(values, kubernetes).call()).stream()
            .filter(document -> document.at("/kind").asText().equals(kind))
            .toList();
    assertThat(found).as(kind).hasSize(1);
    return found.get(0);
  }

  private static TemplateCommand template(String values, String kubernetes) {
    return new Helm(CHART)
        .template()
        .withName("crm")
        .withKubeVersion(kubernetes)
        .withValuesFile(CHART.resolve("ci/" + values + "-values.yaml"));
  }
}
