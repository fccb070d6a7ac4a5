package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The manifest and the patch for kustomize. */
class KubernetesExampleTest {
  private static final String KUSTOMIZE = "kubernetes/kustomize/";

  @Test
  void theManifestIsWithoutFault() throws Exception {
    List<JsonNode> documents = Yaml.trees(Examples.text("kubernetes/deployment.yaml"));

    assertThat(documents).hasSize(3);
    assertThat(Manifests.faults(documents)).isEmpty();
  }

  @Test
  void thePatchedDeploymentIsWithoutFault() throws Exception {
    JsonNode patched = patched();

    assertThat(Manifests.faults(List.of(patched))).isEmpty();
    assertThat(patched.at("/spec/template/spec"))
        .isEqualTo(
            Yaml.trees(Examples.text("kubernetes/deployment.yaml"))
                .get(1)
                .at("/spec/template/spec"));
  }

  @Test
  void theKustomizationNamesFilesThatAreThere() throws Exception {
    JsonNode kustomization = Examples.yaml(KUSTOMIZE + "kustomization.yaml");

    assertThat(kustomization.at("/resources/0").asText()).isEqualTo("api.yaml");
    assertThat(kustomization.at("/patches").findValuesAsText("path"))
        .containsExactly("sidecar.yaml", "service.yaml");
    assertThat(kustomization.at("/configMapGenerator/0/files/0").asText()).isEqualTo("config.yaml");
    assertThat(kustomization.at("/configMapGenerator/0/name"))
        .isEqualTo(patched().at("/spec/template/spec/volumes/0/configMap/name"));
    for (String file : List.of("api.yaml", "sidecar.yaml", "service.yaml", "config.yaml")) {
      assertThat(Examples.path(KUSTOMIZE + file)).exists();
    }
  }

  /** Kustomize itself, where there is a kubectl; no build needs one. */
  @Test
  void kustomizeMakesTheSame() throws Exception {
    Assumptions.assumeTrue(Prerequisite.onPath("kubectl"), "kubectl on the PATH");
    Process process =
        new ProcessBuilder("kubectl", "kustomize", Examples.path(KUSTOMIZE).toString()).start();
    String built = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

    List<JsonNode> documents = Yaml.trees(built);
    assertThat(Manifests.faults(documents)).isEmpty();
    assertThat(documents).contains(patched());
    assertThat(built).contains("targetPort: 8080").doesNotContain("targetPort: 3000");
  }

  /** The strategic merge of this patch: objects field by field, lists by the names in them. */
  private static JsonNode patched() throws Exception {
    JsonNode base = Yaml.trees(Examples.text(KUSTOMIZE + "api.yaml")).get(0);
    return merged(base, Examples.yaml(KUSTOMIZE + "sidecar.yaml"));
  }

  private static JsonNode merged(JsonNode base, JsonNode patch) {
    if (patch instanceof ObjectNode fields && base instanceof ObjectNode object) {
      fields
          .properties()
          .forEach(
              field ->
                  object.set(field.getKey(), merged(object.get(field.getKey()), field.getValue())));
      return object;
    }
    if (patch instanceof ArrayNode items && base instanceof ArrayNode list) {
      for (JsonNode item : items) {
        merged(Examples.named(list, item.path("name").asText()), item);
      }
      return list;
    }
    return patch;
  }
}
