package dev.sidecache.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of a request, beside method, host, path and identity, make its cache key.
 *
 * @param query which query parameters count
 * @param headers names of counted request fields, lower case
 * @param cookies names of counted cookies
 * @param host whether the effective host counts
 * @param body how the content counts; null: it does not
 */
public record KeyParts(
    Query query, List<String> headers, List<String> cookies, boolean host, @Nullable BodyKey body) {

  public static final KeyParts DEFAULT =
      new KeyParts(new Query.All(), List.of(), List.of(), true, null);

  public KeyParts {
    headers = List.copyOf(headers);
    cookies = List.copyOf(cookies);
  }

  /**
   * Which query parameters count; always in the order of their names, equal names in the order
   * sent.
   */
  public sealed interface Query {
    /** Every parameter. */
    record All() implements Query {}

    /** No parameter. */
    record None() implements Query {}

    /** These parameters, by decoded name. */
    record Names(List<String> names) implements Query {
      public Names {
        names = List.copyOf(names);
      }
    }
  }

  /**
   * How content counts.
   *
   * @param format JSON compared without order and spacing, or the raw bytes
   * @param only JSON pointers (RFC 6901) that alone count; empty: all
   * @param ignore JSON pointers that do not count
   * @param maxSizeBytes larger content is forwarded uncached
   */
  public record BodyKey(Format format, List<String> only, List<String> ignore, long maxSizeBytes) {
    /** How the content of QUERY counts where the rules say nothing of it. */
    public static final BodyKey OF_QUERY = new BodyKey(Format.RAW, List.of(), List.of(), 64L << 10);

    /** The syntax by which content is compared. */
    public enum Format {
      JSON,
      RAW
    }

    public BodyKey {
      only = List.copyOf(only);
      ignore = List.copyOf(ignore);
      only.forEach(BodyKey::requirePointer);
      ignore.forEach(BodyKey::requirePointer);
    }

    private static void requirePointer(String text) {
      boolean valid = text.isEmpty() || text.startsWith("/");
      for (int i = text.indexOf('~'); valid && i >= 0; i = text.indexOf('~', i + 1)) {
        valid = text.startsWith("~0", i) || text.startsWith("~1", i);
      }
      if (!valid) {
        throw new IllegalArgumentException(
            "\"" + text + "\" is no JSON pointer; write /member/0, with ~1 for / and ~0 for ~");
      }
    }
  }
}
