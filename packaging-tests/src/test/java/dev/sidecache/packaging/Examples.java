package dev.sidecache.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The files of {@code examples}, read. */
final class Examples {
  private static final Path ROOT = Checkout.root().resolve("examples");

  private Examples() {}

  static Path path(String file) {
    return ROOT.resolve(file);
  }

  static String text(String file) throws IOException {
    return Files.readString(path(file));
  }

  static JsonNode yaml(String file) throws IOException {
    return Yaml.tree(text(file));
  }

  static JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(text(file));
  }

  static JsonNode toml(String file) throws IOException {
    return new TomlMapper().readTree(text(file));
  }

  /** Of a list of objects that have a name, the one of this name. */
  static JsonNode named(JsonNode list, String name) {
    for (JsonNode one : list) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("nothing is named " + name + " in " + list);
  }

  /** A list of name and value as a map; what has another source than a value has "set". */
  static Map<String, String> variables(JsonNode list) {
    Map<String, String> variables = new TreeMap<>();
    for (JsonNode one : list) {
      variables.put(one.path("name").asText(), one.path("value").asText("set"));
    }
    return variables;
  }

  /** The keys of an object that are not among these. */
  static List<String> unknown(JsonNode object, Set<String> known) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    names.removeAll(known);
    return new ArrayList<>(names);
  }
}
