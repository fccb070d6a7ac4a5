package dev.sidecache.config;

import java.util.List;

/**
 * What is logged.
 *
 * @param level the least severity
 * @param format lines for people or JSON
 * @param access which requests have a line
 * @param query what of a query is written
 */
public record LogSection(Level level, Format format, Access access, Query query) {

  /** The same in another format. */
  LogSection withFormat(Format other) {
    return new LogSection(level, other, access, query);
  }

  /** The least severity that is written. */
  public enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  /** How a line is written. */
  public enum Format {
    /** JSON, unless standard output is a terminal. */
    AUTO,
    JSON,
    TEXT
  }

  /** Which requests have a line. */
  public enum Access {
    ALL,
    ERRORS,
    NONE
  }

  /** What of a query is written. */
  public enum Query {
    NONE,
    NAMES,
    VALUES
  }

  private static final Key<Level> LEVEL =
      Key.of(
              "level",
              Scalars.word("a level", List.of(Level.values())),
              "trace, debug, info, warn or error")
          .orElse("info")
          .variable("SIDECACHE_LOG_LEVEL");
  private static final Key<Format> FORMAT =
      Key.of(
              "format",
              Scalars.word("a format", List.of(Format.values())),
              "auto (JSON unless a terminal), json or text")
          .orElse("auto")
          .variable("SIDECACHE_LOG_FORMAT");
  private static final Key<Access> ACCESS =
      Key.of(
              "access",
              Scalars.word("all, errors or none", List.of(Access.values())),
              "which requests have a line: all, errors or none")
          .orElse("all");
  private static final Key<Query> QUERY =
      Key.of(
              "query",
              Scalars.word("none, names or values", List.of(Query.values())),
              "what of a query is written: none, names or values")
          .orElse("none");

  static final Section<LogSection> SHAPE =
      new Section<>(List.of(LEVEL, FORMAT, ACCESS, QUERY), LogSection::from);

  private static LogSection from(Values values) {
    return new LogSection(
        values.get(LEVEL), values.get(FORMAT), values.get(ACCESS), values.get(QUERY));
  }
}
