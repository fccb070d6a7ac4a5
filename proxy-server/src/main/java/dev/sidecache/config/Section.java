package dev.sidecache.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Findings.Problem;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a mapping with known keys.
 *
 * @param keys in the order of the reference file
 * @param others what keys beside them mean, or null if there may be none
 * @param build makes the value; null if something needed is missing, which was then told
 */
record Section<T>(List<Key<?>> keys, Shape.@Nullable MapOf<?, ?> others, Build<T> build)
    implements Shape<T> {

  /** Makes a value of what is written. */
  interface Build<T> {
    /** The value; null if something needed is missing, which was then told. */
    @Nullable T from(Values values);
  }

  Section {
    keys = List.copyOf(keys);
  }

  /** A mapping with these keys and no others. */
  Section(List<Key<?>> keys, Build<T> build) {
    this(keys, null, build);
  }

  @Override
  public @Nullable T read(Node node, Reading reading) {
    if (!(node instanceof Node.Mapping mapping)) {
      if (node instanceof Node.Scalar scalar && scalar.unresolved() != null) {
        reading.findings().add(scalar.unresolved());
      } else {
        Shape.wrongType(node, reading, wanted(), null);
      }
      return null;
    }
    mapping.entries().forEach((name, entry) -> check(name, entry, reading));
    return build.from(new Values(mapping, reading));
  }

  private void check(String name, Node.Mapping.Entry entry, Reading reading) {
    List<String> known = keys.stream().map(Key::name).toList();
    if (others != null || known.contains(name)) {
      return;
    }
    String near = Spelling.didYouMean(name, known);
    String hint = near == null ? "the keys here are " + names() : near;
    reading
        .findings()
        .error(
            entry.key(),
            entry.value().path(),
            new Problem(Code.UNKNOWN_KEY, "unknown key", hint, null));
  }

  @Override
  public String wanted() {
    return "a mapping with " + names();
  }

  private String names() {
    return keys.stream().map(Key::name).collect(Collectors.joining(" "));
  }

  @Override
  public void visit(String path, BiConsumer<String, Key<?>> visitor) {
    for (Key<?> key : keys) {
      String below = path.isEmpty() ? key.name() : path + "." + key.name();
      visitor.accept(below, key);
      key.shape().visit(below, visitor);
    }
  }

  @Override
  public boolean mayBeBlank() {
    return true;
  }

  @Override
  public void describe(ObjectNode schema) {
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.arrayNode();
    for (Key<?> key : keys) {
      ObjectNode property = properties.putObject(key.name());
      String fallback = key.fallback();
      String suffix =
          fallback == null || key.shape() instanceof Section ? "" : "; default " + fallback;
      property.put("description", key.meaning() + suffix);
      key.shape().describe(property);
      if (key.required()) {
        required.add(key.name());
      } else if (key.shape().mayBeBlank()) {
        JsonNode type = property.get("type");
        property.putArray("type").add(type).add("null");
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    if (others == null) {
      schema.put("additionalProperties", false);
    } else {
      others.describeEntries(schema);
    }
  }
}
