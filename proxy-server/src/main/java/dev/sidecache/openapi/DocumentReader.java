package dev.sidecache.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sidecache.openapi.ApiDocument.Credential;
import dev.sidecache.openapi.ApiOperation.Parameters;
import dev.sidecache.openapi.ApiOperation.Security;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the tree of an OpenAPI document. What is misshapen is taken as not there. */
final class DocumentReader {
  private static final Set<String> METHODS =
      Set.of("get", "head", "post", "put", "patch", "delete");
  private static final int MOST_REFERENCES = 16;

  private final JsonNode root;

  DocumentReader(JsonNode root) {
    this.root = root;
  }

  ApiDocument read() {
    String base = base();
    List<ApiOperation> operations = new ArrayList<>();
    List<String> unusable = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : root.path("paths").properties()) {
      if (!entry.getKey().startsWith("/")) {
        continue;
      }
      ApiPath path = ApiPath.parse(base + entry.getKey());
      if (path == null) {
        unusable.add(base + entry.getKey());
      } else {
        addOperations(path, resolve(entry.getValue()), operations);
      }
    }
    boolean fromCode = root.path("components").path("schemas").has("HTTPValidationError");
    String title = root.path("info").path("title").asText("");
    return new ApiDocument(title, base, credentials(), operations, unusable, fromCode);
  }

  /** The path of the first server; its variables have their defaults. */
  private String base() {
    JsonNode server = root.path("servers").path(0);
    String url = server.path("url").asText("");
    for (Map.Entry<String, JsonNode> each : server.path("variables").properties()) {
      url = url.replace("{" + each.getKey() + "}", each.getValue().path("default").asText(""));
    }
    int scheme = url.indexOf("://");
    int slash = url.indexOf('/', scheme < 0 ? 0 : scheme + 3);
    String path = slash < 0 || (scheme < 0 && slash > 0) ? "" : url.substring(slash);
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return path;
  }

  private void addOperations(ApiPath path, JsonNode item, List<ApiOperation> into) {
    for (Map.Entry<String, JsonNode> entry : item.properties()) {
      if (METHODS.contains(entry.getKey())) {
        JsonNode operation = entry.getValue();
        Set<String> mediaTypes = new LinkedHashSet<>();
        Set<String> statuses = new LinkedHashSet<>();
        responses(operation, mediaTypes, statuses);
        into.add(
            new ApiOperation(
                entry.getKey().toUpperCase(Locale.ROOT),
                path,
                security(operation),
                parameters(item, operation),
                mediaTypes,
                statuses));
      }
    }
  }

  private Security security(JsonNode operation) {
    boolean own = operation.path("security").isArray();
    JsonNode all = own ? operation.path("security") : root.path("security");
    if (all.isEmpty()) {
      return own ? Security.OPEN : Security.UNSAID;
    }
    for (JsonNode alternative : all) {
      if (alternative.isEmpty()) {
        return Security.OPTIONAL;
      }
    }
    return Security.REQUIRED;
  }

  /** Those of the operation take the place of the path's of the same name and kind. */
  private Parameters parameters(JsonNode item, JsonNode operation) {
    Map<String, Credential> all = new LinkedHashMap<>();
    boolean complete = true;
    for (JsonNode list : List.of(item.path("parameters"), operation.path("parameters"))) {
      for (JsonNode written : list) {
        JsonNode parameter = resolve(written);
        String name = parameter.path("name").asText("");
        String in = parameter.path("in").asText("");
        complete &= !name.isEmpty();
        all.put(in + " " + name, new Credential(in, name));
      }
    }
    return new Parameters(
        names(all, "query"), names(all, "header"), names(all, "cookie"), complete);
  }

  private static List<String> names(Map<String, Credential> all, String in) {
    return all.values().stream()
        .filter(each -> each.in().equals(in) && !each.name().isEmpty())
        .map(Credential::name)
        .toList();
  }

  private void responses(JsonNode operation, Set<String> mediaTypes, Set<String> statuses) {
    for (Map.Entry<String, JsonNode> entry : operation.path("responses").properties()) {
      statuses.add(entry.getKey());
      if (entry.getKey().startsWith("2") || entry.getKey().equals("default")) {
        for (Map.Entry<String, JsonNode> content :
            resolve(entry.getValue()).path("content").properties()) {
          String type = content.getKey().toLowerCase(Locale.ROOT);
          int semicolon = type.indexOf(';');
          mediaTypes.add((semicolon < 0 ? type : type.substring(0, semicolon)).trim());
        }
      }
    }
  }

  private List<Credential> credentials() {
    Set<Credential> all = new LinkedHashSet<>();
    JsonNode schemes = root.path("components").path("securitySchemes");
    for (Map.Entry<String, JsonNode> entry : schemes.properties()) {
      JsonNode scheme = resolve(entry.getValue());
      String type = scheme.path("type").asText("");
      String name = scheme.path("name").asText("");
      if (type.equals("apiKey") && !name.isEmpty()) {
        all.add(new Credential(scheme.path("in").asText(""), name));
      } else if (Set.of("http", "oauth2", "openIdConnect").contains(type)) {
        all.add(new Credential("header", "Authorization"));
      }
    }
    return List.copyOf(all);
  }

  /** What a node refers to within the document; a missing node if that is not there. */
  private JsonNode resolve(JsonNode node) {
    JsonNode found = node;
    for (int i = 0; found.path("$ref").isTextual(); i++) {
      String reference = found.path("$ref").asText();
      if (i == MOST_REFERENCES || !reference.startsWith("#/")) {
        return MissingNode.getInstance();
      }
      found = at(reference.substring(2));
    }
    return found;
  }

  private JsonNode at(String pointer) {
    JsonNode found = root;
    for (String part : pointer.split("/", -1)) {
      String name = part;
      try {
        name = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException notEncoded) {
        // It stands for itself.
      }
      found = found.path(name.replace("~1", "/").replace("~0", "~"));
    }
    return found;
  }
}
