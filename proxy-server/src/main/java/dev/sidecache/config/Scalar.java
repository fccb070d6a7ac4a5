package dev.sidecache.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Findings.Problem;
import dev.sidecache.config.Node.Scalar.Kind;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a single value.
 *
 * @param kinds what YAML may make of it; anything is accepted from variables and flags
 * @param wanted what is expected, for the message about a wrong kind
 * @param secret whether messages must not show it
 * @param parser reads its text
 * @param schema adds what the JSON Schema says
 */
record Scalar<T>(
    Set<Kind> kinds,
    String wanted,
    boolean secret,
    BiFunction<String, Reading, Parsed<T>> parser,
    Consumer<ObjectNode> schema)
    implements Shape<T> {

  Scalar {
    kinds = Set.copyOf(kinds);
  }

  /** The same, never shown. */
  Scalar<T> hidden() {
    return new Scalar<>(kinds, wanted, true, parser, schema);
  }

  /** The same text, as something else. */
  <U> Scalar<U> as(Function<T, U> function) {
    return new Scalar<>(
        kinds, wanted, secret, (text, reading) -> parser.apply(text, reading).as(function), schema);
  }

  @Override
  public @Nullable T read(Node node, Reading reading) {
    if (!(node instanceof Node.Scalar scalar)) {
      String hint = node instanceof Node.Mapping ? "put a text with { } or : in quotes" : null;
      Shape.wrongType(node, reading, wanted, hint);
      return null;
    }
    if (scalar.unresolved() != null) {
      reading.findings().add(scalar.unresolved());
      return null;
    }
    Parsed<T> parsed = parser.apply(scalar.text(), reading);
    Problem problem = problem(scalar, parsed);
    if (problem != null) {
      reading.findings().error(scalar.position(), scalar.path(), problem);
      return null;
    }
    return parsed.value();
  }

  private @Nullable Problem problem(Node.Scalar scalar, Parsed<T> parsed) {
    boolean rightKind = scalar.kind() == Kind.SUPPLIED || kinds.contains(scalar.kind());
    if (scalar.kind() == Kind.NULL && !rightKind) {
      return new Problem(Code.EMPTY, "has no value", "write " + wanted + ", or remove it", null);
    }
    Problem problem = parsed.problem();
    if (problem != null) {
      String message = scalar.quoted(secret) + " " + problem.message();
      return new Problem(problem.code(), message, problem.hint(), problem.allowed());
    }
    if (rightKind) {
      return null;
    }
    String message = scalar.quoted(secret) + " is " + scalar.words() + "; expected " + wanted;
    String hint = scalar.kind() == Kind.TEXT ? "write it without quotes" : "put it in quotes";
    return new Problem(Code.WRONG_TYPE, message, hint, null);
  }

  @Override
  public void describe(ObjectNode description) {
    ArrayNode choices = description.putArray("anyOf");
    schema.accept(choices.addObject());
    choices.addObject().put("$ref", "#/$defs/variable");
  }

  /** Adds what the JSON Schema says of the bare text, such as a name of a mapping. */
  void describeText(ObjectNode description) {
    schema.accept(description);
  }
}
