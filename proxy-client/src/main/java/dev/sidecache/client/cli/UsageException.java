package dev.sidecache.client.cli;

import java.io.Serial;

/** The command line was used wrongly; the message says how, then what to do. */
public final class UsageException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
