package dev.sidecache.client;

import java.io.Serial;

/**
 * A request to the admin API had no good end. The message says what happened, then what to do, and
 * never holds the token.
 */
public final class SidecacheException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final Kind kind;
  private final int status;

  /** What went wrong. */
  public enum Kind {
    /** Nobody answered, not in time, or not like sidecache. */
    UNREACHABLE,
    /** The proxy refused the request; {@link #status} tells how. */
    REFUSED
  }

  SidecacheException(String message, Throwable cause) {
    super(message, cause);
    this.kind = Kind.UNREACHABLE;
    this.status = 0;
  }

  SidecacheException(Kind kind, int status, String message) {
    super(message);
    this.kind = kind;
    this.status = status;
  }

  public Kind kind() {
    return kind;
  }

  /** The status of the answer; 0 if there was none. */
  public int status() {
    return status;
  }
}
