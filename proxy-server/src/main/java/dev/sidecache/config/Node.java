package dev.sidecache.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A value as it is written, with its path and place; variables in it are already replaced. */
sealed interface Node {

  /** The path of the key, such as {@code routes[0].ttl}. */
  String path();

  Position position();

  /** The value in YAML's flow style. */
  String flow();

  /** What kind of thing stands here, for messages. */
  String words();

  /**
   * A single value.
   *
   * @param text after replacement of variables
   * @param hidden whether the content of a variable is part of it, which no message may show
   * @param unresolved why a variable in it could not be replaced, or null
   */
  record Scalar(
      String path,
      Position position,
      String text,
      Kind kind,
      boolean hidden,
      @Nullable ConfigError unresolved)
      implements Node {

    private static final int LONGEST_QUOTE = 80;

    /** What YAML's core schema makes of it. */
    enum Kind {
      TEXT,
      INTEGER,
      NUMBER,
      BOOLEAN,
      NULL,
      /** From a variable or a flag: of whatever kind is wanted. */
      SUPPLIED
    }

    /** The text of a variable or flag. */
    static Scalar supplied(String path, Position position, String text) {
      boolean hidden = position.source().startsWith("env ");
      return new Scalar(path, position, text, Kind.SUPPLIED, hidden, null);
    }

    /** The name of a mapping's entry as a value. */
    static Scalar key(String path, Position position, String name) {
      return new Scalar(path, position, name, Kind.SUPPLIED, false, null);
    }

    /** The text in quotes, or words that do not tell it. */
    String quoted(boolean secret) {
      boolean credentials = text.contains("://") && text.contains("@");
      if (secret || hidden || credentials) {
        return "the value";
      }
      return text.length() > LONGEST_QUOTE
          ? "\"" + text.substring(0, LONGEST_QUOTE) + "…\""
          : "\"" + text + "\"";
    }

    @Override
    public String flow() {
      return text;
    }

    @Override
    public String words() {
      return switch (kind) {
        case TEXT, SUPPLIED -> "a text";
        case INTEGER, NUMBER -> "a number";
        case BOOLEAN -> "true or false";
        case NULL -> "nothing";
      };
    }
  }

  /** A list. */
  record Sequence(String path, Position position, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String flow() {
      StringJoiner text = new StringJoiner(", ", "[", "]");
      for (Node item : items) {
        text.add(item.flow());
      }
      return text.toString();
    }

    @Override
    public String words() {
      return "a list";
    }
  }

  /** A mapping, in the order written. */
  record Mapping(String path, Position position, Map<String, Entry> entries) implements Node {

    public Mapping {
      entries = new LinkedHashMap<>(entries);
    }

    /** A key's place and its value. */
    record Entry(Position key, Node value) {}

    @Override
    public String flow() {
      StringJoiner text = new StringJoiner(", ", "{", "}");
      entries.forEach((key, entry) -> text.add(key + ": " + entry.value().flow()));
      return text.toString();
    }

    @Override
    public String words() {
      return "a mapping";
    }
  }
}
