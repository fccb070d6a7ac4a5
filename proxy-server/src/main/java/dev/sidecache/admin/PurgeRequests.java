package dev.sidecache.admin;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.admin.PurgeRequest.Item;
import dev.sidecache.caching.Purge;
import dev.sidecache.caching.Purge.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads purge requests: strict, and all errors at once. */
final class PurgeRequests {
  private static final int MOST_ITEMS = 1_000;
  private static final int LONGEST_ITEM = 8_192;

  private static final Map<String, Kind> KINDS =
      Map.of("urls", Kind.URL, "prefixes", Kind.PREFIX, "tags", Kind.TAG, "routes", Kind.ROUTE);

  private final List<FieldError> errors = new ArrayList<>();
  private final List<String> kinds = new ArrayList<>();
  private final List<Item> items = new ArrayList<>();
  private boolean dryRun;
  private boolean count;

  private PurgeRequests() {}

  /** A request, or what is wrong with it. */
  record Parsed(@Nullable PurgeRequest request, List<FieldError> errors) {}

  /** Reads a request from JSON. Never throws. */
  static Parsed parse(byte[] json) {
    PurgeRequests reader = new PurgeRequests();
    try {
      reader.document(AdminJson.MAPPER.readTree(json));
    } catch (JsonProcessingException notJson) {
      // The parser's own message quotes the body.
      reader.error("", "bad_json", "the body is no JSON" + place(notJson.getLocation()), "");
    } catch (IOException impossible) {
      reader.error("", "bad_json", "the body cannot be read", "");
    }
    return reader.parsed();
  }

  private static String place(@Nullable JsonLocation at) {
    return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  private Parsed parsed() {
    if (errors.isEmpty() && kinds.size() != 1) {
      String given = kinds.isEmpty() ? "nothing to purge" : String.join(" and ", kinds) + " given";
      error("", "one_kind", given, "give exactly one of urls, prefixes, tags, routes, all");
    }
    if (!errors.isEmpty()) {
      return new Parsed(null, errors);
    }
    Kind kind = KINDS.getOrDefault(kinds.get(0), Kind.ALL);
    return new Parsed(new PurgeRequest(kind, items, dryRun, count), errors);
  }

  private void document(JsonNode document) {
    if (!document.isObject()) {
      error("", "bad_type", "the body is no JSON object", "{\"tags\":[\"students\"]}");
      return;
    }
    for (Map.Entry<String, JsonNode> member : document.properties()) {
      member(member.getKey(), member.getValue());
    }
  }

  private void member(String name, JsonNode value) {
    switch (name) {
      case "urls", "prefixes", "tags", "routes" -> {
        kinds.add(name);
        list(name, value);
      }
      case "all" -> {
        if (flag(name, value)) {
          kinds.add(name);
        }
      }
      case "dry_run" -> dryRun = flag(name, value);
      case "count" -> count = flag(name, value);
      default ->
          error(
              name,
              "unknown_field",
              "unknown field",
              "known are urls, prefixes, tags, routes, all, dry_run, count");
    }
  }

  private boolean flag(String name, JsonNode value) {
    if (!value.isBoolean()) {
      error(name, "bad_type", "is neither true nor false", "write true or false");
    }
    return value.booleanValue();
  }

  private void list(String name, JsonNode value) {
    if (!value.isArray() || value.isEmpty() || value.size() > MOST_ITEMS) {
      error(name, "bad_type", "is no list of 1 to " + MOST_ITEMS + " strings", "[\"…\"]");
      return;
    }
    for (int i = 0; i < value.size(); i++) {
      String path = name + "[" + i + "]";
      String given = value.get(i).isTextual() ? value.get(i).textValue() : "";
      if (given.isBlank() || given.length() > LONGEST_ITEM) {
        error(path, "bad_type", "is no string of 1 to " + LONGEST_ITEM + " characters", "");
      } else {
        item(name, path, given);
      }
    }
  }

  private void item(String list, String path, String given) {
    Kind kind = KINDS.getOrDefault(list, Kind.ALL);
    try {
      items.add(new Item(given, Purge.of(kind, List.of(given)).names().get(0)));
    } catch (IllegalArgumentException wrong) {
      String[] said = String.valueOf(wrong.getMessage()).split("; ", 2);
      error(path, "bad_" + kind.word(), said[0], said.length > 1 ? said[1] : "");
    }
  }

  private void error(String path, String code, String message, String hint) {
    errors.add(new FieldError(path, code, message, hint));
  }
}
