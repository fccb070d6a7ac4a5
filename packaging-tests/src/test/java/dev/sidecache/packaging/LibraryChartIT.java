package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The library chart as somebody's own chart uses it. */
class LibraryChartIT {
  private static WorkingChart own;

  @BeforeAll
  static void copyAndFetch(@TempDir Path directory) throws Exception {
    WorkingChart.requireHelm();
    own = WorkingChart.own(directory).update();
  }

  @ParameterizedTest
  @CsvSource({"native, 1.30.0", "native, 1.33.0", "plain, 1.30.0", "plain, 1.33.0"})
  void everyDocumentIsWithoutFault(String values, String kubernetes) {
    List<JsonNode> documents = own.documents(values, kubernetes);

    assertThat(documents).hasSize(3);
    assertThat(Manifests.faults(documents)).isEmpty();
  }

  @Test
  void lintsWithoutAWarning() {
    assertThat(own.helm().lint().strict().call().isFailed()).isFalse();
  }

  @Test
  void theSidecarIsOfTheOwnValuesAndTheLibrarysDefaults() {
    JsonNode template = own.document("native", "1.33.0", "Deployment").at("/spec/template");
    JsonNode cache = PodRules.cache(template.get("spec"));

    assertThat(cache.at("/image").asText()).isEqualTo("OWNER/sidecache:0.1");
    assertThat(cache.at("/env/0/value").asText()).isEqualTo("http://127.0.0.1:8000");
    assertThat(cache.at("/envFrom/0/secretRef/name").asText()).isEqualTo("students-cache");
    assertThat(template.at("/metadata/annotations/checksum~1sidecache").asText()).hasSize(64);
    assertThat(template.at("/spec/volumes/0/configMap/name").asText())
        .isEqualTo(own.document("native", "1.33.0", "ConfigMap").at("/metadata/name").asText())
        .isEqualTo("crm-students-sidecache");
  }

  @Test
  void plainIsAContainerBesideTheOwn() {
    JsonNode pod = own.document("plain", "1.33.0", "Deployment").at("/spec/template/spec");

    assertThat(pod.has("initContainers")).isFalse();
    assertThat(pod.at("/containers")).hasSize(2);
    assertThat(pod.at("/containers/1/lifecycle/preStop/sleep/seconds").asInt()).isEqualTo(5);
  }

  /** What is written down twice is the same. */
  @Test
  void bothChartsAreOfOneVersion() throws Exception {
    JsonNode library = chart("sidecache-lib");
    JsonNode application = chart("sidecache");

    assertThat(application.at("/version")).isEqualTo(library.at("/version"));
    assertThat(application.at("/appVersion")).isEqualTo(library.at("/appVersion"));
    assertThat(application.at("/dependencies/0/version")).isEqualTo(library.at("/version"));
    assertThat(
            Yaml.tree(Files.readString(Checkout.root().resolve("helm/sidecache-lib/values.yaml")))
                .at("/image/tag"))
        .isEqualTo(library.at("/appVersion"));
  }

  private static JsonNode chart(String name) throws Exception {
    return Yaml.tree(Files.readString(Checkout.root().resolve("helm/" + name + "/Chart.yaml")));
  }
}
