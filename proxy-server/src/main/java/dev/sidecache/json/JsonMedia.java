package dev.sidecache.json;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a Content-Type says of content as JSON. */
public enum JsonMedia {
  /** No JSON. */
  NONE,
  /** One JSON text: {@code application/json}, {@code text/json}, {@code +json}. */
  TEXT,
  /** Several JSON texts, which are not read: NDJSON and the like. */
  SEQUENCE;

  /** What this Content-Type says; no JSON where there is none. Parameters do not count. */
  public static JsonMedia of(@Nullable String contentType) {
    if (contentType == null) {
      return NONE;
    }
    int parameters = contentType.indexOf(';');
    String type =
        (parameters < 0 ? contentType : contentType.substring(0, parameters))
            .trim()
            .toLowerCase(Locale.ROOT);
    return switch (type) {
      case "application/json", "text/json", "application/x-json" -> TEXT;
      case "application/json-seq",
          "application/ndjson",
          "application/x-ndjson",
          "application/jsonl",
          "application/x-jsonl",
          "application/jsonlines",
          "application/x-jsonlines",
          "application/stream+json" ->
          SEQUENCE;
      default -> type.endsWith("+json") ? TEXT : type.endsWith("+json-seq") ? SEQUENCE : NONE;
    };
  }
}
