package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.KeyParts.BodyKey;
import dev.sidecache.rule.KeyParts.Query;
import java.util.List;

/** How the parts of a cache key are written. */
final class KeyShape {
  private static final Key<BodyKey.Format> FORMAT =
      Key.of(
              "format",
              Scalars.word("json or raw", List.of(BodyKey.Format.values())),
              "json: compared without order and spacing; raw: byte by byte")
          .orElse("json");
  private static final Key<List<String>> ONLY =
      Key.of("only", new Shape.ListOf<>(RuleScalars.POINTER), "JSON pointers that alone count")
          .orElse("[]");
  private static final Key<List<String>> IGNORE =
      Key.of("ignore", new Shape.ListOf<>(RuleScalars.POINTER), "JSON pointers that do not count")
          .orElse("[]");
  private static final Key<Long> MAX_SIZE =
      Key.of("max_size", Scalars.SIZE, "a larger body goes through uncached").orElse("64KiB");
  private static final Section<BodyKey> BODY_SHAPE =
      new Section<>(List.of(FORMAT, ONLY, IGNORE, MAX_SIZE), KeyShape::body);

  private static final Key<Query> QUERY =
      Key.of(
              "query",
              new Shape.Either<>(
                  Scalars.text("all, none or a list", "^(all|none)$", KeyShape::query),
                  new Shape.ListOf<>(Scalars.TEXT).map(Query.Names::new)),
              "parameters that count: all, none or a list of names; in the order of their names")
          .orElse("all");
  private static final Key<List<String>> HEADERS =
      Key.of("headers", new Shape.ListOf<>(RuleScalars.FIELD_NAME), "header names that count")
          .orElse("[]");
  private static final Key<List<String>> COOKIES =
      Key.of("cookies", new Shape.ListOf<>(RuleScalars.COOKIE_NAME), "cookie names that count")
          .orElse("[]");
  private static final Key<Boolean> HOST =
      Key.of("host", Scalars.BOOLEAN, "whether the effective host counts").orElse("true");
  private static final Key<BodyKey> BODY =
      Key.of("body", BODY_SHAPE.orNone(), "how the body counts, or none; POST needs it")
          .orElse("none");

  static final Section<KeyParts> SHAPE =
      new Section<>(
          List.of(QUERY, HEADERS, COOKIES, HOST, BODY),
          values ->
              new KeyParts(
                  values.get(QUERY),
                  values.get(HEADERS),
                  values.get(COOKIES),
                  values.get(HOST),
                  values.find(BODY)));

  private KeyShape() {}

  private static Parsed<Query> query(String text) {
    return switch (text) {
      case "all" -> Parsed.of(new Query.All());
      case "none" -> Parsed.of(new Query.None());
      default ->
          Parsed.not(Code.BAD_WORD, "is not all, none or a list", "write a list: [" + text + "]");
    };
  }

  private static BodyKey body(Values values) {
    BodyKey.Format format = values.get(FORMAT);
    for (Key<List<String>> key : List.of(ONLY, IGNORE)) {
      if (format == BodyKey.Format.RAW && !values.get(key).isEmpty()) {
        values
            .findings()
            .error(
                values.path(key),
                Code.CONTRADICTION,
                "JSON pointers mean nothing in a raw body",
                "write format: json, or remove it");
      }
    }
    return new BodyKey(format, values.get(ONLY), values.get(IGNORE), values.get(MAX_SIZE));
  }
}
