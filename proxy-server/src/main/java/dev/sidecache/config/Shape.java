package dev.sidecache.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Findings.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What may stand as a key's value: how it is read and how the JSON Schema says it.
 *
 * @param <T> what reading yields
 */
sealed interface Shape<T>
    permits Scalar,
        Section,
        Shape.ListOf,
        Shape.MapOf,
        Shape.OrWord,
        Shape.Either,
        Shape.Mapped,
        Shape.Located {

  /** The value, or null if it is wrong (which is then told) or a word for nothing. */
  @Nullable T read(Node node, Reading reading);

  /** Adds what the JSON Schema says. */
  void describe(ObjectNode schema);

  /** What is expected, for people: {@code a TTL such as 30s}. */
  String wanted();

  /** Tells the visitor every key below a path. */
  default void visit(String path, BiConsumer<String, Key<?>> visitor) {}

  /** Whether a list or mapping without content counts as not written. */
  default boolean mayBeBlank() {
    return false;
  }

  /** Whether messages and reports must not show it. */
  default boolean secret() {
    return false;
  }

  /** This, or {@code none}. */
  default Shape<T> orNone() {
    return orWord("none");
  }

  /** This, or a word that stands for nothing. */
  default Shape<T> orWord(String word) {
    return new OrWord<>(word, this);
  }

  /** This, as something else. */
  default <U> Shape<U> map(Function<T, U> function) {
    return new Mapped<>(this, function);
  }

  /** Tells that a node is of the wrong kind. */
  static void wrongType(Node node, Reading reading, String wanted, @Nullable String hint) {
    String message = "is " + node.words() + "; expected " + wanted;
    reading
        .findings()
        .error(node.position(), node.path(), new Problem(Code.WRONG_TYPE, message, hint, null));
  }

  /** A list. */
  record ListOf<T>(Shape<T> element) implements Shape<List<T>> {
    @Override
    public @Nullable List<T> read(Node node, Reading reading) {
      if (!(node instanceof Node.Sequence sequence)) {
        if (node instanceof Node.Scalar scalar && scalar.unresolved() != null) {
          reading.findings().add(scalar.unresolved());
          return null;
        }
        wrongType(node, reading, "a list", hint(node));
        return null;
      }
      List<T> values = new ArrayList<>();
      for (Node item : sequence.items()) {
        T value = element.read(item, reading);
        if (value != null) {
          values.add(value);
        }
      }
      return values;
    }

    private static @Nullable String hint(Node node) {
      if (node instanceof Node.Scalar scalar) {
        return scalar.hidden() ? null : "write [" + scalar.text() + "]";
      }
      return "begin each item with -";
    }

    @Override
    public void visit(String path, BiConsumer<String, Key<?>> visitor) {
      element.visit(path + "[]", visitor);
    }

    @Override
    public String wanted() {
      return "a list: [a, b]";
    }

    @Override
    public void describe(ObjectNode schema) {
      schema.put("type", "array");
      element.describe(schema.putObject("items"));
    }

    @Override
    public boolean mayBeBlank() {
      return true;
    }
  }

  /** A mapping whose keys are data. */
  record MapOf<K, V>(Scalar<K> key, Shape<V> value) implements Shape<Map<K, V>> {
    @Override
    public @Nullable Map<K, V> read(Node node, Reading reading) {
      if (!(node instanceof Node.Mapping mapping)) {
        wrongType(node, reading, wanted(), null);
        return null;
      }
      Map<K, V> values = new LinkedHashMap<>();
      mapping
          .entries()
          .forEach(
              (name, entry) -> {
                Node at = Node.Scalar.key(entry.value().path(), entry.key(), name);
                K readKey = key.read(at, reading);
                V readValue = value.read(entry.value(), reading);
                if (readKey != null && readValue != null) {
                  values.put(readKey, readValue);
                }
              });
      return values;
    }

    @Override
    public boolean secret() {
      return value.secret();
    }

    @Override
    public String wanted() {
      return "a mapping: { a: b }";
    }

    @Override
    public void describe(ObjectNode schema) {
      schema.put("type", "object");
      describeEntries(schema);
    }

    /** Adds what the JSON Schema says of names and values. */
    void describeEntries(ObjectNode schema) {
      ObjectNode names = schema.putObject("propertyNames");
      key.describeText(names);
      value.describe(schema.putObject("additionalProperties"));
    }

    @Override
    public boolean mayBeBlank() {
      return true;
    }
  }

  /** A word for nothing ({@code none}, {@code any}), read as null, or something. */
  record OrWord<T>(String word, Shape<T> other) implements Shape<T> {
    @Override
    public @Nullable T read(Node node, Reading reading) {
      boolean nothing = node instanceof Node.Scalar scalar && scalar.text().equals(word);
      return nothing ? null : other.read(node, reading);
    }

    @Override
    public boolean secret() {
      return other.secret();
    }

    @Override
    public void visit(String path, BiConsumer<String, Key<?>> visitor) {
      other.visit(path, visitor);
    }

    @Override
    public String wanted() {
      return word + " or " + other.wanted();
    }

    @Override
    public void describe(ObjectNode schema) {
      ArrayNode choices = schema.putArray("anyOf");
      choices.addObject().put("const", word);
      other.describe(choices.addObject());
    }
  }

  /** One thing if it is written as a single value, another if not. */
  record Either<T>(Scalar<T> single, Shape<T> other) implements Shape<T> {
    @Override
    public @Nullable T read(Node node, Reading reading) {
      return node instanceof Node.Scalar ? single.read(node, reading) : other.read(node, reading);
    }

    @Override
    public void visit(String path, BiConsumer<String, Key<?>> visitor) {
      other.visit(path, visitor);
    }

    @Override
    public String wanted() {
      return single.wanted();
    }

    @Override
    public void describe(ObjectNode schema) {
      ArrayNode choices = schema.putArray("anyOf");
      single.describe(choices.addObject());
      other.describe(choices.addObject());
    }
  }

  /** Another shape's value as something else. */
  record Mapped<U, T>(Shape<U> shape, Function<U, T> function) implements Shape<T> {
    @Override
    public @Nullable T read(Node node, Reading reading) {
      U value = shape.read(node, reading);
      return value == null ? null : function.apply(value);
    }

    @Override
    public boolean secret() {
      return shape.secret();
    }

    @Override
    public void visit(String path, BiConsumer<String, Key<?>> visitor) {
      shape.visit(path, visitor);
    }

    @Override
    public String wanted() {
      return shape.wanted();
    }

    @Override
    public void describe(ObjectNode schema) {
      shape.describe(schema);
    }

    @Override
    public boolean mayBeBlank() {
      return shape.mayBeBlank();
    }
  }

  /** Another shape's value with its path. */
  record Located<T>(Shape<T> shape) implements Shape<Placed<T>> {
    @Override
    public @Nullable Placed<T> read(Node node, Reading reading) {
      T value = shape.read(node, reading);
      return value == null ? null : new Placed<>(node.path(), value);
    }

    @Override
    public void visit(String path, BiConsumer<String, Key<?>> visitor) {
      shape.visit(path, visitor);
    }

    @Override
    public String wanted() {
      return shape.wanted();
    }

    @Override
    public void describe(ObjectNode schema) {
      shape.describe(schema);
    }

    @Override
    public boolean secret() {
      return shape.secret();
    }
  }
}
