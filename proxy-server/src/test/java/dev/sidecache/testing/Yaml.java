package dev.sidecache.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** YAML texts as trees. */
public final class Yaml {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Yaml() {}

  /** The only document of a text. */
  public static JsonNode tree(String text) {
    return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
  }

  /** The documents of a text that are not empty. */
  public static List<JsonNode> trees(String text) {
    List<JsonNode> trees = new ArrayList<>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
      if (document != null) {
        trees.add(JSON.valueToTree(document));
      }
    }
    return trees;
  }
}
