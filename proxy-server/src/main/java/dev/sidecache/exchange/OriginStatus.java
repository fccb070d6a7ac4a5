package dev.sidecache.exchange;

/** Tells that the origin answered with a status instead of which a stored response was used. */
final class OriginStatus extends RuntimeException {
  private static final long serialVersionUID = 1;

  OriginStatus(int status) {
    super("status " + status, null, false, false);
  }
}
