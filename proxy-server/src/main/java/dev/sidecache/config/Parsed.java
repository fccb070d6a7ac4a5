package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Findings.Problem;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a text was read as: a value, or what is wrong with the text.
 *
 * @param value null exactly if there is a problem
 * @param problem its message is what follows the quoted text, such as {@code is not a TTL}
 */
record Parsed<T>(@Nullable T value, @Nullable Problem problem) {

  static <T> Parsed<T> of(T value) {
    return new Parsed<>(value, null);
  }

  /** The value as something else. */
  <U> Parsed<U> as(Function<T, U> function) {
    return new Parsed<>(value == null ? null : function.apply(value), problem);
  }

  static <T> Parsed<T> not(Code code, String predicate, @Nullable String hint) {
    return not(code, predicate, hint, null);
  }

  static <T> Parsed<T> not(
      Code code, String predicate, @Nullable String hint, @Nullable String allowed) {
    return new Parsed<>(null, new Problem(code, predicate, hint, allowed));
  }
}
