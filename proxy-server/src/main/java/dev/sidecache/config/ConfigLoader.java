package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.ConfigError.Severity;
import dev.sidecache.rule.RuleSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration's text made into values: every check, nothing opened. For one value counts, in
 * this order: flag, variable of sidecache's own, file, variable of the backend's, default.
 */
public final class ConfigLoader {
  private ConfigLoader() {}

  /**
   * What counts beside the text.
   *
   * @param environment variables by name; an empty value counts as unset
   * @param flags values by flag, such as {@code --upstream}
   * @param maxHeapBytes of this process; the tier in memory is measured against it
   */
  public record Surroundings(
      Map<String, String> environment, Map<String, String> flags, long maxHeapBytes) {
    public Surroundings {
      environment = Map.copyOf(environment);
      flags = Map.copyOf(flags);
    }

    /** Those of this process. */
    public static Surroundings ofProcess(Map<String, String> flags) {
      return new Surroundings(System.getenv(), flags, Runtime.getRuntime().maxMemory());
    }
  }

  /** What became of a text. */
  public sealed interface Result {
    /** All that was found, in the order of the source. */
    List<ConfigError> findings();

    /** A configuration; what was found are warnings. */
    record Valid(ProxyConfig config, List<ConfigError> findings) implements Result {
      public Valid {
        findings = List.copyOf(findings);
      }
    }

    /** No configuration: at least one error, and all of them. */
    record Invalid(List<ConfigError> findings) implements Result {
      public Invalid {
        findings = List.copyOf(findings);
      }
    }

    /** The errors among the findings. */
    default List<ConfigError> errors() {
      return findings().stream().filter(f -> f.severity() == Severity.ERROR).toList();
    }

    /** The warnings among the findings. */
    default List<ConfigError> warnings() {
      return findings().stream().filter(f -> f.severity() == Severity.WARNING).toList();
    }
  }

  /** A further check of rules that are valid, by what only its caller knows. */
  @FunctionalInterface
  public interface FurtherCheck {
    /** Finds nothing. */
    FurtherCheck NONE = rules -> List.of();

    /** What is doubtful, in any order. */
    List<Doubt> doubts(RuleSet rules);
  }

  /**
   * A warning whose place is still to be found.
   *
   * @param path of the key that it is about, such as {@code routes[0]}
   * @param hint what to do
   */
  public record Doubt(String path, Code code, String message, String hint) {}

  /**
   * The configuration that is found.
   *
   * @param named a file that was named, or null
   */
  public static Result load(
      ConfigSource source, @Nullable String named, Surroundings surroundings) {
    return load(source, named, surroundings, FurtherCheck.NONE);
  }

  /** The same with a further check. */
  public static Result load(
      ConfigSource source, @Nullable String named, Surroundings surroundings, FurtherCheck check) {
    return of(source.find(named, surroundings.environment()), surroundings, check);
  }

  static Result of(ConfigSource.Found found, Surroundings surroundings) {
    return of(found, surroundings, FurtherCheck.NONE);
  }

  private static Result of(
      ConfigSource.Found found, Surroundings surroundings, FurtherCheck check) {
    if (found instanceof ConfigSource.Found.Document document) {
      return parse(document.name(), document.yaml(), surroundings, check);
    }
    return new Result.Invalid(List.of(((ConfigSource.Found.Refused) found).error()));
  }

  /**
   * The configuration that a text spells. Never throws for what a user may write.
   *
   * @param source the name of the text in messages, such as {@code sidecache.yaml}
   * @param yaml the text; null if there is no file and flags and environment stand alone
   */
  public static Result parse(String source, @Nullable String yaml, Surroundings surroundings) {
    return parse(source, yaml, surroundings, FurtherCheck.NONE);
  }

  private static Result parse(
      String source, @Nullable String yaml, Surroundings surroundings, FurtherCheck check) {
    Findings findings = new Findings(new Position(source, yaml == null ? 0 : 1, 1));
    Node.Mapping root = root(source, yaml, surroundings, findings);
    if (root == null) {
      return new Result.Invalid(findings.all());
    }
    ProxyConfig config = ProxyConfig.SHAPE.read(root, new Reading(surroundings, findings));
    if (config == null || findings.hasErrors()) {
      return new Result.Invalid(findings.all());
    }
    for (Doubt doubt : check.doubts(config.rules())) {
      findings.warning(doubt.path(), doubt.code(), doubt.message(), doubt.hint());
    }
    return new Result.Valid(config, findings.all());
  }

  private static Node.@Nullable Mapping root(
      String source, @Nullable String yaml, Surroundings surroundings, Findings findings) {
    if (yaml != null) {
      return YamlTree.parse(source, yaml, surroundings.environment(), findings);
    }
    Node version = YamlTree.fallback("version", "1");
    Map<String, Node.Mapping.Entry> entries =
        Map.of("version", new Node.Mapping.Entry(Position.DEFAULT, version));
    return new Node.Mapping("", new Position(source, 0, 0), entries);
  }
}
