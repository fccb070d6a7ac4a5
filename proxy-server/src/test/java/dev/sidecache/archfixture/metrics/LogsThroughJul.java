package dev.sidecache.archfixture.metrics;

import java.util.logging.Logger;

/** Logs by the wrong interface. */
final class LogsThroughJul {
  static final Logger LOGGER = Logger.getLogger("x");

  private LogsThroughJul() {}
}
