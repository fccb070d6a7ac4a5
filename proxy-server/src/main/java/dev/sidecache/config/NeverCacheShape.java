package dev.sidecache.config;

import dev.sidecache.rule.NeverCache;
import dev.sidecache.rule.PathPattern;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** How {@code never_cache} is written. */
final class NeverCacheShape {
  static final Key<List<PathPattern>> PATHS =
      Key.of("paths", new Shape.ListOf<>(RuleScalars.PATH), "as in routes").orElse("[]");
  private static final Key<List<String>> REQUEST_HEADERS =
      Key.of(
              "request_headers",
              new Shape.ListOf<>(RuleScalars.FIELD_NAME),
              "a request with one of them is passed on")
          .orElse("[]");
  private static final Key<List<String>> CONTENT_TYPES =
      Key.of(
              "content_types",
              new Shape.ListOf<>(RuleScalars.MEDIA_TYPE),
              "answers of these types are not stored")
          .orElse("[text/event-stream]");
  static final Key<List<String>> RESPONSE_FIELDS =
      Key.of(
              "response_fields",
              new Shape.ListOf<>(Scalars.TEXT),
              "JSON answers with one of them are not stored; default stands for the default list")
          .orElse("[" + String.join(", ", NeverCache.DEFAULT_RESPONSE_FIELDS) + "]");

  static final Section<NeverCache> SHAPE =
      new Section<>(
          List.of(PATHS, REQUEST_HEADERS, CONTENT_TYPES, RESPONSE_FIELDS), NeverCacheShape::from);

  private NeverCacheShape() {}

  private static NeverCache from(Values values) {
    Set<String> fields = new LinkedHashSet<>();
    for (String name : values.get(RESPONSE_FIELDS)) {
      List<String> names =
          name.equals("default") ? NeverCache.DEFAULT_RESPONSE_FIELDS : List.of(name);
      names.forEach(each -> fields.add(folded(each)));
    }
    return new NeverCache(
        values.get(PATHS),
        values.get(REQUEST_HEADERS),
        Set.copyOf(values.get(CONTENT_TYPES)),
        fields);
  }

  /** A member name without case, {@code _} and {@code -}. */
  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }
}
