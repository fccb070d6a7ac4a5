package dev.sidecache;

import dev.sidecache.metrics.LogWriter;
import java.io.OutputStream;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Where all log lines of the process go: {@code java.util.logging}, in which Netty, Lettuce and the
 * rest end too, and the access log. One writer, so that lines stay whole and in order.
 */
public final class LogOutput implements AutoCloseable {
  private static final long CAPACITY_CHARS = 8L << 20;

  private final LogFormat format;
  private final LogWriter writer;
  private final Logger own = Logger.getLogger("dev.sidecache");

  /** NB: at info it writes a line for each frame that it ignores: a client could fill the log. */
  private final Logger http2 = Logger.getLogger("io.netty.handler.codec.http2");

  private LogOutput(LogFormat format, OutputStream out) {
    this.format = format;
    this.writer = new LogWriter(out, CAPACITY_CHARS, format::dropped);
  }

  /**
   * Takes the place of all other handlers.
   *
   * @param format {@code auto}, {@code json} or {@code text}
   * @param level {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}
   */
  public static LogOutput install(String format, String level, OutputStream out) {
    LogOutput output = new LogOutput(LogFormat.of(format), out);
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(output.new Lines());
    root.setLevel(Level.INFO);
    output.level(level);
    return output;
  }

  /**
   * Sets the level of sidecache; libraries stay at info, or above it with sidecache; Netty's HTTP/2
   * at warn.
   */
  public void level(String word) {
    Level level = LogFormat.level(word);
    if (level == null) {
      throw new IllegalArgumentException(
          "log.level: " + word + " (expected: error, warn, info, debug or trace)");
    }
    own.setLevel(level);
    Logger.getLogger("").setLevel(higher(level, Level.INFO));
    http2.setLevel(higher(level, Level.WARNING));
  }

  private static Level higher(Level one, Level other) {
    return one.intValue() > other.intValue() ? one : other;
  }

  public boolean isJson() {
    return format.isJson();
  }

  /** Takes whole lines, those of the access log. */
  public Consumer<String> lines() {
    return writer::write;
  }

  /** Writes what waits; what is logged later is written at once. */
  @Override
  public void close() {
    writer.close();
  }

  private final class Lines extends Handler {
    Lines() {
      setFormatter(format);
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord event) {
      if (isLoggable(event)) {
        writer.write(format.format(event));
      }
    }

    @Override
    public void flush() {}

    /** NB: the log manager's own shutdown hook comes here at any moment; lines are still taken. */
    @Override
    public void close() {}
  }
}
