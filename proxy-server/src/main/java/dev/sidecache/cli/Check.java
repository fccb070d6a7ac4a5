package dev.sidecache.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * What {@code doctor} found out about one thing.
 *
 * @param name of the thing, such as {@code redis}
 * @param state how it is
 * @param detail what was found
 * @param remedy what to do; empty where nothing is to be done
 */
record Check(String name, State state, String detail, String remedy) {
  private static final JsonMapper JSON = new JsonMapper();

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

  /** All of them as the admin API tells its own: {@code GET /v1/doctor}. */
  static String toJson(List<Check> checks) {
    ObjectNode document = JSON.createObjectNode();
    ArrayNode all = document.putArray("checks");
    for (Check check : checks) {
      all.addObject()
          .put("name", check.name)
          .put("state", check.state.name().toLowerCase(Locale.ROOT))
          .put("detail", check.detail)
          .put("remedy", check.remedy);
    }
    document.put("passed", count(checks, State.PASSED));
    document.put("warnings", count(checks, State.WARNING));
    document.put("failed", count(checks, State.FAILED));
    return document.toPrettyString();
  }

  static long count(List<Check> checks, State state) {
    return checks.stream().filter(check -> check.state == state).count();
  }

  /** One line; with signs where the terminal knows UTF-8, else with words. */
  String toLine(boolean signs) {
    String line =
        String.format(Locale.ROOT, "%s %-8s %s", signs ? state.sign : state.word, name, detail);
    return remedy.isEmpty() ? line : line + "   -> " + remedy;
  }
}
