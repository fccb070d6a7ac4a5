package dev.sidecache.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.config.ConfigError.Severity;
import java.util.List;

/** Findings as people, programs and code review read them. */
public final class ConfigReport {
  private ConfigReport() {}

  /** One line for each finding, in columns, and a line that counts them; empty for none. */
  public static String text(List<ConfigError> findings) {
    if (findings.isEmpty()) {
      return "";
    }
    int width = findings.stream().mapToInt(finding -> finding.location().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (ConfigError finding : findings) {
      String location = finding.location();
      String word = finding.severity().word();
      text.append(location).append(" ".repeat(width - location.length() + 2));
      text.append(word).append(" ".repeat(7 - word.length()));
      text.append(finding.text()).append('\n');
    }
    return text.append(counts(findings)).append('\n').toString();
  }

  /** {@code 3 errors, 1 warning}. */
  static String counts(List<ConfigError> findings) {
    long errors = count(findings, Severity.ERROR);
    long warnings = count(findings, Severity.WARNING);
    String first = errors == 0 ? "" : counted(errors, "error");
    String second = warnings == 0 ? "" : counted(warnings, "warning");
    return first.isEmpty() || second.isEmpty() ? first + second : first + ", " + second;
  }

  private static long count(List<ConfigError> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }

  /** {@code 1 route}, {@code 4 routes}. */
  public static String counted(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** Whether there are errors, and all findings. */
  public static ObjectNode json(List<ConfigError> findings) {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("valid", count(findings, Severity.ERROR) == 0);
    ArrayNode errors = report.putArray("errors");
    ArrayNode warnings = report.putArray("warnings");
    for (ConfigError finding : findings) {
      (finding.severity() == Severity.ERROR ? errors : warnings).add(json(finding));
    }
    return report;
  }

  /** One finding; a source without lines is named instead. */
  public static ObjectNode json(ConfigError finding) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("path", finding.path());
    if (finding.line() > 0) {
      json.put("line", finding.line());
      json.put("column", finding.column());
    } else {
      json.put("source", finding.file());
    }
    json.put("code", finding.code().word());
    json.put("message", finding.message());
    json.put("hint", finding.hint());
    return json;
  }

  /** Workflow commands, by which GitHub shows findings beside the lines of the file. */
  public static String github(List<ConfigError> findings) {
    StringBuilder text = new StringBuilder();
    for (ConfigError finding : findings) {
      text.append(finding.severity() == Severity.ERROR ? "::error " : "::warning ");
      if (finding.line() > 0) {
        text.append("file=").append(property(finding.file()));
        text.append(",line=").append(finding.line());
        text.append(",col=").append(finding.column()).append(',');
      }
      text.append("title=").append(finding.code().word()).append("::");
      String source = finding.line() > 0 ? "" : finding.file() + ": ";
      text.append(data(source + finding.text())).append('\n');
    }
    return text.toString();
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
