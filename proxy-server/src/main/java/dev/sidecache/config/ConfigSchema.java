package dev.sidecache.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The JSON Schema (draft 2020-12) of the file, told by the keys that the loader reads. */
public final class ConfigSchema {
  private ConfigSchema() {}

  /** The schema as text, with a final line feed. */
  public static String text() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "sidecache");
    schema.put("description", "Configuration of the sidecache proxy, format 1");
    ProxyConfig.SHAPE.describe(schema);
    schema.putObject("patternProperties").putObject("^x-").put("description", "free, for anchors");
    ObjectNode variable = schema.putObject("$defs").putObject("variable");
    variable.put("description", "with ${VAR}, ${VAR:-default} or ${VAR:?message} in it");
    variable.put("type", "string");
    variable.put("pattern", "\\$\\{");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"));
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(schema) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
