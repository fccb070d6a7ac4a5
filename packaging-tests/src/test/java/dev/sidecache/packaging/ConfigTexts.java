package dev.sidecache.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ConfigLoader.Surroundings;
import dev.sidecache.testing.Yaml;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a configuration that is shipped: our own checks, and secrets in the open. */
final class ConfigTexts {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+)");
  private static final Pattern SECRET_KEY =
      Pattern.compile("(.*_)?(token|password|secret|key)", Pattern.CASE_INSENSITIVE);
  private static final Pattern SECRET_IN_ADDRESS = Pattern.compile("://[^/\\s@]*:[^/\\s@$]+@");

  private ConfigTexts() {}

  /**
   * All findings of {@code sidecache validate --strict}, and each secret that is no {@code ${…}}.
   *
   * @param given variables that the deployment sets; those that the text names are set to something
   */
  static List<String> faults(String yaml, Map<String, String> given) {
    Map<String, String> variables = new HashMap<>(Map.of("UPSTREAM_URL", "http://127.0.0.1:3000"));
    Matcher named = VARIABLE.matcher(yaml);
    while (named.find()) {
      variables.put(named.group(1), "something-of-24-letters");
    }
    variables.putAll(given);
    List<String> faults = new ArrayList<>();
    ConfigLoader.parse("config.yaml", yaml, new Surroundings(variables, Map.of(), 115L << 20))
        .findings()
        .forEach(finding -> faults.add(finding.toString()));
    secrets("", Yaml.tree(yaml), faults);
    return faults;
  }

  /** Each secret in the data of a ConfigMap, its own configuration among it. */
  static void secrets(String at, JsonNode node, List<String> faults) {
    if (node.isTextual() && SECRET_IN_ADDRESS.matcher(node.asText()).find()) {
      faults.add(at + " holds a password");
    }
    node.properties()
        .forEach(
            field -> {
              String path = at + "/" + field.getKey();
              JsonNode value = field.getValue();
              if (SECRET_KEY.matcher(field.getKey()).matches()
                  && value.isValueNode()
                  && !value.asText().isEmpty()
                  && !value.asText().startsWith("${")) {
                faults.add(path + " is a secret in the open");
              }
              secrets(path, value, faults);
            });
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        secrets(at + "/" + i, node.get(i), faults);
      }
    }
  }
}
