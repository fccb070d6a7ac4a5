package dev.sidecache.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The running configuration: shown, checked against another text, replaced. */
public interface Configurations {
  /** What runs. */
  Shown running();

  /** What is found in a text that is not put to use; told on any thread. */
  void validate(String yaml, Consumer<Findings> handler);

  /**
   * Puts a configuration to use if nothing is wrong with it; told on any thread.
   *
   * @param yaml its text; null: what its own source says now
   * @param by whom this is asked for, for people
   */
  void reload(@Nullable String yaml, String by, Consumer<Outcome> handler);

  /**
   * A running configuration.
   *
   * @param generation 1 at the start, one more with each that was put to use
   * @param hash its short digest
   * @param loaded since when it runs
   * @param values in the order of the reference file
   */
  record Shown(long generation, String hash, Instant loaded, List<Value> values) {
    public Shown {
      values = List.copyOf(values);
    }
  }

  /**
   * An effective value.
   *
   * @param path of its key, such as {@code routes[0].ttl}
   * @param value in YAML's flow style; stars instead of a secret
   * @param source {@code file:line}, {@code env NAME}, {@code flag} or {@code default}
   */
  record Value(String path, String value, String source) {}

  /**
   * What is found in a text.
   *
   * @param errors which keep it from being put to use
   * @param warnings which do not
   */
  record Findings(List<Finding> errors, List<Finding> warnings) {
    public Findings {
      errors = List.copyOf(errors);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * One thing that is wrong or doubtful.
   *
   * @param line from 1; null where the source has no lines
   * @param column from 1; null where the source has no lines
   * @param source its name where it has no lines, else null
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Finding(
      String path,
      @Nullable Integer line,
      @Nullable Integer column,
      @Nullable String source,
      String code,
      String message,
      @Nullable String hint) {}

  /** What became of a reload. */
  sealed interface Outcome {
    /**
     * It runs.
     *
     * @param changed paths of what differs from what ran before
     * @param restartRequired those that have no effect before a restart
     */
    record Loaded(
        long generation,
        List<String> changed,
        List<String> restartRequired,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Finding> warnings)
        implements Outcome {
      public Loaded {
        changed = List.copyOf(changed);
        restartRequired = List.copyOf(restartRequired);
        warnings = List.copyOf(warnings);
      }
    }

    /** What ran before still runs. */
    record Refused(List<Finding> errors) implements Outcome {
      public Refused {
        errors = List.copyOf(errors);
      }
    }
  }
}
