package dev.sidecache.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * What an OpenAPI document says that matters to a cache. Source: OpenAPI Specification 3.0.4 and
 * 3.1.1.
 *
 * @param title of the API; may be empty
 * @param base the path of the first server, without a final slash
 * @param credentials where requests carry a credential
 * @param operations in the order of the document
 * @param unusable paths that no rule could name
 * @param fromCode whether the document is made from the code, so that it names each parameter
 */
public record ApiDocument(
    String title,
    String base,
    List<Credential> credentials,
    List<ApiOperation> operations,
    List<String> unusable,
    boolean fromCode) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST_CODE_POINTS = 64 << 20;

  public ApiDocument {
    credentials = List.copyOf(credentials);
    operations = List.copyOf(operations);
    unusable = List.copyOf(unusable);
  }

  /**
   * A place where a request carries a credential.
   *
   * @param in {@code header}, {@code cookie} or {@code query}
   */
  public record Credential(String in, String name) {}

  /**
   * The document that a text spells, JSON or YAML. Only references within it are followed.
   *
   * @throws ApiDocumentException if it is none; the message says what to do
   */
  public static ApiDocument parse(String text) throws ApiDocumentException {
    JsonNode root = tree(text);
    if (root.has("swagger")) {
      throw new ApiDocumentException(
          "is a Swagger " + version(root.path("swagger")) + " document",
          "convert it: npx swagger2openapi FILE -o openapi.json");
    }
    String version = root.path("openapi").asText("");
    if (!version.startsWith("3.")) {
      throw new ApiDocumentException(
          version.isEmpty()
              ? "has no key openapi"
              : "is of version " + version(root.path("openapi")),
          "name an OpenAPI 3.0 or 3.1 document, such as /openapi.json");
    }
    return new DocumentReader(root).read();
  }

  private static String version(JsonNode node) {
    String text = node.asText("");
    return text.matches("[0-9.]{1,10}") ? text : "2.0";
  }

  private static JsonNode tree(String text) throws ApiDocumentException {
    String begin = text.stripLeading();
    if (begin.startsWith("<")) {
      throw new ApiDocumentException(
          "is a page, not a document",
          "name the document that it shows, such as /openapi.json, /api-docs.json or /api-json");
    }
    JsonNode root;
    try {
      root = begin.startsWith("{") ? MAPPER.readTree(text) : yaml(text);
    } catch (JsonProcessingException | YamlEngineException | IllegalArgumentException bad) {
      throw new ApiDocumentException(
          "is neither JSON nor YAML", "name an OpenAPI 3.0 or 3.1 document, such as /openapi.json");
    }
    if (root == null || !root.isObject()) {
      throw new ApiDocumentException(
          "is no mapping", "name an OpenAPI 3.0 or 3.1 document, such as /openapi.json");
    }
    return root;
  }

  private static JsonNode yaml(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(MOST_CODE_POINTS)
            .build();
    return MAPPER.valueToTree(new Load(settings).loadFromString(text));
  }

  /** The operations with this method. */
  List<ApiOperation> withMethod(String method) {
    return operations.stream().filter(each -> each.method().equals(method)).toList();
  }

  /** The operations that ask for a change, questions left out. */
  List<ApiOperation> writes() {
    List<ApiOperation> writes = new ArrayList<>();
    for (ApiOperation operation : operations) {
      if (operation.isWrite() && !operation.isQuestion()) {
        writes.add(operation);
      }
    }
    return writes;
  }
}
