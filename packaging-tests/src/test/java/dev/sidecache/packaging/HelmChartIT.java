package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.LintResult;
import dev.sidecache.testing.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart {@code helm/sidecache}, linted and rendered by Helm itself as a native library. */
class HelmChartIT {
  private static WorkingChart chart;

  @BeforeAll
  static void copyAndFetch(@TempDir Path directory) throws Exception {
    WorkingChart.requireHelm();
    chart = WorkingChart.application(directory).update();
  }

  static Stream<String[]> valuesAndVersions() {
    return WorkingChart.valueSets().stream()
        .flatMap(
            values -> Stream.of("1.29.0", "1.33.0").map(version -> new String[] {values, version}));
  }

  @ParameterizedTest
  @MethodSource("valuesAndVersions")
  void everyDocumentIsWithoutFault(String values, String kubernetes) {
    List<JsonNode> documents = chart.documents(values, kubernetes);

    assertThat(documents).hasSizeGreaterThanOrEqualTo(3);
    assertThat(Manifests.faults(documents)).isEmpty();
  }

  @Test
  void lintsWithoutAWarning() {
    LintResult result = chart.helm().lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void theImageOfTheBackendIsRequired() {
    assertThatThrownBy(() -> chart.template("minimal", "1.33.0").set("backend.image", "").call())
        .hasMessageContaining("backend.image: the image of your API is required");
  }

  @ParameterizedTest
  @CsvSource({
    "backend.prot, 1",
    "backend.port, 8080",
    "sidecar.native, maybe",
    "service.type, Cluster",
    "podMonitor.enable, true",
    "networkPolicy.redis.port, 6379",
    "prometheusRule.labels.release, 1",
    "test.path, students",
    "nonsense, 1"
  })
  void aWrongValueIsRefused(String name, String value) {
    assertThatThrownBy(() -> chart.template("minimal", "1.33.0").set(name, value).call())
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
  void theConfigurationArrivesAsWritten(String values) throws Exception {
    String text = chart.document(values, "1.33.0", "ConfigMap").at("/data/config.yaml").asText();

    assertThat(Yaml.tree(text).at("/version").asInt()).isEqualTo(1);
    String source = values.equals("full") ? "ci/full-values.yaml" : "values.yaml";
    assertThat(text)
        .isEqualToNormalizingWhitespace(
            Yaml.tree(Files.readString(chart.file(source))).at("/config").asText());
  }

  @Test
  void theServiceLeadsToTheSidecar() throws Exception {
    JsonNode service = chart.document("full", "1.33.0", "Service");
    JsonNode labels =
        chart.document("full", "1.33.0", "Deployment").at("/spec/template/metadata/labels");

    assertThat(service.at("/spec/type").asText()).isEqualTo("LoadBalancer");
    assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(8443);
    assertThat(service.at("/spec/ports/0/targetPort").isInt()).isTrue();
    assertThat(service.at("/spec/ports/0/targetPort").asInt()).isEqualTo(8080);
    service
        .at("/spec/selector")
        .properties()
        .forEach(label -> assertThat(labels.get(label.getKey())).isEqualTo(label.getValue()));
  }

  private static List<String> environment(JsonNode container) {
    return StreamSupport.stream(container.at("/env").spliterator(), false)
        .map(variable -> variable.get("name").asText() + "=" + variable.get("value").asText())
        .toList();
  }

  private static JsonNode pod(String values, String kubernetes) {
    return chart.document(values, kubernetes, "Deployment").at("/spec/template/spec");
  }
}
