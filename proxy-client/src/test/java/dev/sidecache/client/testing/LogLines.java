package dev.sidecache.client.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Collects what the client logs, and keeps it off the screen. */
public final class LogLines extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("dev.sidecache.client");
  private final List<String> lines = new CopyOnWriteArrayList<>();

  public LogLines() {
    logger.addHandler(this);
    logger.setUseParentHandlers(false);
  }

  /** Each line as its level and message. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void publish(LogRecord event) {
    lines.add(event.getLevel() + " " + event.getMessage());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
