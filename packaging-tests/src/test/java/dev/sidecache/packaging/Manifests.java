package dev.sidecache.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All that is wrong with the documents of a deployment. */
final class Manifests {
  private Manifests() {}

  /** One message a fault; empty if a cluster and an operator may be content. */
  static List<String> faults(List<JsonNode> documents) {
    List<String> faults = new ArrayList<>();
    for (JsonNode document : documents) {
      faults.addAll(KubernetesModels.faults(document));
      switch (document.path("kind").asText()) {
        case "Deployment" -> faults.addAll(PodRules.faults(document.at("/spec/template/spec")));
        case "ConfigMap" -> configMap(document, faults);
        case "Service" -> service(document, faults);
        default -> {}
      }
    }
    return faults;
  }

  private static void configMap(JsonNode document, List<String> faults) {
    JsonNode data = document.path("data");
    ConfigTexts.secrets("/data", data, faults);
    if (data.has("config.yaml")) {
      faults.addAll(ConfigTexts.faults(data.get("config.yaml").asText(), Map.of()));
    }
  }

  /** Traffic leads to the proxy, never past it; by number, as of an init container. */
  private static void service(JsonNode document, List<String> faults) {
    for (JsonNode port : document.at("/spec/ports")) {
      JsonNode target = port.path("targetPort");
      if (!target.isInt() || (target.asInt() != 8080 && target.asInt() != 8180)) {
        faults.add("a Service leads to " + target);
      }
    }
  }
}
