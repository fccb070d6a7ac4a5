package dev.sidecache.config;

/**
 * A place in a source.
 *
 * @param source the file as it was named; {@code env NAME}, {@code flag --name}, {@code default}
 * @param line from 1; 0 where the source has no lines
 * @param column from 1; 0 where the source has no lines
 */
record Position(String source, int line, int column) {

  static final Position DEFAULT = new Position("default", 0, 0);

  /** A variable, a flag. */
  static Position of(String source) {
    return new Position(source, 0, 0);
  }

  /** The source of an effective value: {@code file:line}, {@code env NAME}, {@code flag}. */
  String origin() {
    if (line > 0) {
      return source + ":" + line;
    }
    return source.startsWith("flag ") ? "flag" : source;
  }
}
