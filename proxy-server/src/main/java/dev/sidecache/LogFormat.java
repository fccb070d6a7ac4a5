package dev.sidecache;

import dev.sidecache.metrics.JsonLine;
import java.io.Console;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes events of {@code java.util.logging} as one line each: JSON with {@code ts}, {@code level},
 * {@code msg}, {@code logger} and, if there was one, {@code error} (a stack trace); or text for a
 * terminal. Control characters are escaped, so that no message can pretend to be two.
 */
public final class LogFormat extends Formatter {
  private static final DateTimeFormatter FULL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final boolean json;

  /** A format: JSON, or text for a terminal. */
  public LogFormat(boolean json) {
    this.json = json;
  }

  /** The format that {@code log.format} names: {@code json}, {@code text} or {@code auto}. */
  public static LogFormat of(String format) {
    return new LogFormat(format.equals("auto") ? !isTerminal() : format.equals("json"));
  }

  public boolean isJson() {
    return json;
  }

  /** One line without its end; a stack trace in text takes further lines. */
  @Override
  public String format(LogRecord event) {
    return json ? jsonLine(event) : textLine(event);
  }

  /** The line that tells how many lines were dropped. */
  public String dropped(long lines) {
    LogRecord event =
        new LogRecord(Level.WARNING, lines + " log lines dropped: the output is read too slowly");
    event.setLoggerName("dev.sidecache");
    return format(event);
  }

  private String jsonLine(LogRecord event) {
    JsonLine line =
        new JsonLine()
            .add("ts", FULL.format(event.getInstant()))
            .add("level", word(event.getLevel()))
            .add("msg", formatMessage(event))
            .add("logger", event.getLoggerName());
    Throwable thrown = event.getThrown();
    if (thrown != null) {
      line.add("error", stackTrace(thrown));
    }
    return line.end();
  }

  private String textLine(LogRecord event) {
    Instant time = event.getInstant();
    StringBuilder line = new StringBuilder(160).append(TIME.format(time)).append(' ');
    String level = word(event.getLevel());
    line.append(level).append(" ".repeat(6 - level.length()));
    JsonLine.escape(formatMessage(event), line);
    Throwable thrown = event.getThrown();
    if (thrown != null) {
      line.append('\n').append(stackTrace(thrown).stripTrailing());
    }
    return line.toString();
  }

  /** The level as {@code log.level} writes it. */
  static String word(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (value >= Level.WARNING.intValue()) {
      return "warn";
    }
    if (value >= Level.CONFIG.intValue()) {
      return "info";
    }
    return value >= Level.FINE.intValue() ? "debug" : "trace";
  }

  /** The level of this word, or null: {@code error}, {@code warn}, {@code info} … */
  static @Nullable Level level(String word) {
    return switch (word) {
      case "error" -> Level.SEVERE;
      case "warn" -> Level.WARNING;
      case "info" -> Level.INFO;
      case "debug" -> Level.FINE;
      case "trace" -> Level.FINEST;
      default -> null;
    };
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }

  /** Whether standard output is a terminal. From JDK 22 on, a console alone does not say so. */
  @SuppressWarnings("SystemConsoleNull") // it is null before JDK 22 and asked further after
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException beforeJdk22) {
      return true;
    }
  }
}
