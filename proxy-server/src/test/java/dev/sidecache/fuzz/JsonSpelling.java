package dev.sidecache.fuzz;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One JSON value, written in another way: members turned round, other escapes and white space. */
final class JsonSpelling {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .disable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  private JsonSpelling() {}

  static byte[] other(byte[] json) throws IOException {
    JsonNode turned = turned(MAPPER.readTree(json));
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(turned);
  }

  private static JsonNode turned(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode turned = MAPPER.createArrayNode();
      array.forEach(element -> turned.add(turned(element)));
      return turned;
    }
    if (node instanceof ObjectNode object) {
      ObjectNode turned = MAPPER.createObjectNode();
      List<Map.Entry<String, JsonNode>> members = new ArrayList<>(object.properties());
      for (int i = members.size() - 1; i >= 0; i--) {
        turned.set(members.get(i).getKey(), turned(members.get(i).getValue()));
      }
      return turned;
    }
    return node;
  }
}
