package dev.sidecache.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a query, decoded. */
final class Query {
  private final Map<String, String> parameters;

  private Query(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /**
   * The parameters, each allowed at most once.
   *
   * @param errors takes what is wrong: unknown names, repeated ones, broken escapes
   */
  static Query parse(
      @Nullable String query, List<String> allowed, List<AdminJson.FieldError> errors) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = decode(equals < 0 ? "" : pair.substring(equals + 1));
      if (name == null || value == null) {
        errors.add(error("bad_escape", "the query has a broken escape", "write % as %25", pair));
      } else if (!allowed.contains(name)) {
        String hint =
            allowed.isEmpty() ? "leave it out" : "known are " + String.join(", ", allowed);
        errors.add(error("unknown_parameter", "unknown parameter", hint, name));
      } else if (parameters.putIfAbsent(name, value) != null) {
        errors.add(error("repeated_parameter", "given more than once", "give it once", name));
      }
    }
    return new Query(parameters);
  }

  @Nullable String value(String name) {
    return parameters.get(name);
  }

  /** The parameter {@code window}, all time without it; what is no window is an error. */
  Statistics.Window window(List<AdminJson.FieldError> errors) {
    String word = value("window");
    Statistics.Window window = word == null ? Statistics.Window.ALL : Statistics.Window.of(word);
    if (window == null) {
      errors.add(error("bad_window", "unknown window", "1m, 5m, 1h or all", "window"));
      return Statistics.Window.ALL;
    }
    return window;
  }

  private static @Nullable String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException brokenEscape) {
      return null;
    }
  }

  private static AdminJson.FieldError error(String code, String message, String hint, String name) {
    return new AdminJson.FieldError(name, code, message, hint);
  }
}
