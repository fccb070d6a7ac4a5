package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.ConfigError.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is found while one configuration is read; it knows where each path stands. */
final class Findings {
  private final List<ConfigError> found = new ArrayList<>();
  private final Map<String, Position> positions = new HashMap<>();
  private final Position start;

  /** Findings in a source; what has no place of its own is told at its start. */
  Findings(Position start) {
    this.start = start;
  }

  /** Remembers where a path stands; the last place counts. */
  void place(String path, Position position) {
    positions.put(path, position);
  }

  /** Where a path stands; where its nearest parent stands if it is not written. */
  Position position(String path) {
    String at = path;
    while (!at.isEmpty()) {
      Position position = positions.get(at);
      if (position != null) {
        return position;
      }
      int end = Math.max(at.lastIndexOf('.'), at.endsWith("]") ? at.lastIndexOf('[') : -1);
      at = at.substring(0, Math.max(end, 0));
    }
    return start;
  }

  /** Whether a path is written, or given by a flag or variable. */
  boolean isPlaced(String path) {
    return positions.containsKey(path);
  }

  void error(String path, Code code, String message, @Nullable String hint) {
    error(position(path), path, new Problem(code, message, hint, null));
  }

  void warning(String path, Code code, String message, @Nullable String hint) {
    Position position = position(path);
    found.add(finding(position, path, new Problem(code, message, hint, null), Severity.WARNING));
  }

  /** A doubt about a whole source, such as a variable. */
  void warning(Position position, Problem problem) {
    found.add(finding(position, "", problem, Severity.WARNING));
  }

  void error(Position position, String path, Problem problem) {
    found.add(finding(position, path, problem, Severity.ERROR));
  }

  void add(ConfigError error) {
    found.add(error);
  }

  static ConfigError finding(Position position, String path, Problem problem, Severity severity) {
    return new ConfigError(
        position.source(),
        position.line(),
        position.column(),
        path,
        problem.code(),
        problem.message(),
        problem.hint(),
        problem.allowed(),
        severity);
  }

  boolean hasErrors() {
    return found.stream().anyMatch(error -> error.severity() == Severity.ERROR);
  }

  /** All findings, in the order of the source. */
  List<ConfigError> all() {
    if (found.isEmpty()) {
      // Nearly always, and at each start: comparing findings takes more time to begin than to do.
      return List.of();
    }
    return found.stream().distinct().sorted(ConfigError.IN_ORDER).toList();
  }

  /**
   * What is wrong, without the place.
   *
   * @param message the whole message, or for a value what follows its quotation
   */
  record Problem(Code code, String message, @Nullable String hint, @Nullable String allowed) {}
}
