package dev.sidecache.cli;

/**
 * What {@code doctor} found out about one thing.
 *
 * @param name of the thing, such as {@code redis}
 * @param state how it is
 * @param detail what was found
 * @param remedy what to do; empty where nothing is to be done
 */
record Check(String name, State state, String detail, String remedy) {
  /** How a thing is. */
  enum State {
    PASSED("\u221A", "ok"),
    WARNING("\u203C", "warn"),
    FAILED("\u00D7", "FAIL"),
    SKIPPED("-", "skip");

    private final String sign;
    private final String word;

    State(String sign, String word) {
      this.sign = sign;
      this.word = word;
    }
  }

  static Check passed(String name, String detail) {
    return new Check(name, State.PASSED, detail, "");
  }

  static Check failed(String name, String detail, String remedy) {
    return new Check(name, State.FAILED, detail, remedy);
  }

  /** One line; with signs where the terminal knows UTF-8, else with words. */
  String toLine(boolean signs) {
    String line =
        String.format(
            java.util.Locale.ROOT, "%s %-8s %s", signs ? state.sign : state.word, name, detail);
    return remedy.isEmpty() ? line : line + "   -> " + remedy;
  }
}
