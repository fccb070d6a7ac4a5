package dev.sidecache.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One key of the file: all that loader, JSON Schema and the check of the reference file know of it.
 *
 * @param name as written
 * @param shape what may stand as its value
 * @param meaning one phrase for people
 * @param fallback the default as YAML; null: none
 * @param required whether leaving it out is an error
 * @param sources where else its value may come from
 */
record Key<T>(
    String name,
    Shape<T> shape,
    String meaning,
    @Nullable String fallback,
    boolean required,
    Sources sources) {

  /**
   * Where a value may come from, beside the file.
   *
   * @param flag beats all, or null
   * @param variables sidecache's own, which beat the file; the first set one counts
   * @param backendVariable one of the backend's, which only stands in for the file, or null
   */
  record Sources(
      @Nullable String flag, List<Variable> variables, @Nullable String backendVariable) {
    private static final Sources FILE = new Sources(null, List.of(), null);

    Sources {
      variables = List.copyOf(variables);
    }
  }

  /** A variable and how its text becomes the key's. */
  record Variable(String name, UnaryOperator<String> text) {}

  static <T> Key<T> of(String name, Shape<T> shape, String meaning) {
    return new Key<>(name, shape, meaning, null, false, Sources.FILE);
  }

  /** With a default, written as YAML. */
  Key<T> orElse(String yaml) {
    return new Key<>(name, shape, meaning, yaml, required, sources);
  }

  /** Leaving it out is an error. */
  Key<T> mandatory() {
    return new Key<>(name, shape, meaning, fallback, true, sources);
  }

  /** The same key without a default: where it stands, it comes from elsewhere. */
  Key<T> inherited() {
    return new Key<>(name, shape, meaning, null, required, sources);
  }

  /** A flag beats variables and file. */
  Key<T> flag(String flag) {
    return from(new Sources(flag, sources.variables(), sources.backendVariable()));
  }

  /** A variable of sidecache's own beats the file. */
  Key<T> variable(String variable) {
    return variable(variable, UnaryOperator.identity());
  }

  /** A variable of sidecache's own, of which a text is made, beats the file. */
  Key<T> variable(String variable, UnaryOperator<String> text) {
    List<Variable> variables = new ArrayList<>(sources.variables());
    variables.add(new Variable(variable, text));
    return from(new Sources(sources.flag(), variables, sources.backendVariable()));
  }

  /** A variable of the backend's stands in for the file. */
  Key<T> backendVariable(String variable) {
    return from(new Sources(sources.flag(), sources.variables(), variable));
  }

  private Key<T> from(Sources other) {
    return new Key<>(name, shape, meaning, fallback, required, other);
  }
}
