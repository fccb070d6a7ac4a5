package dev.sidecache.http1;

/**
 * How a message being sent tells where its content ends. Source: RFC 9112, Section 6.
 *
 * @param kind the way
 * @param lengthBytes the Content-Length to state; -1 for none
 */
public record OutgoingFraming(Kind kind, long lengthBytes) {

  /** A way to delimit content. */
  public enum Kind {
    /** No content follows; a length may be stated all the same, in the answer to HEAD. */
    EMPTY,
    /** By Content-Length. */
    LENGTH,
    /** By the chunked transfer coding. */
    CHUNKED,
    /** By the end of the connection, for a client of HTTP/1.0. */
    CLOSE
  }

  private static final OutgoingFraming NOTHING = new OutgoingFraming(Kind.EMPTY, -1);
  private static final OutgoingFraming CHUNKED = new OutgoingFraming(Kind.CHUNKED, -1);
  private static final OutgoingFraming CLOSE = new OutgoingFraming(Kind.CLOSE, -1);

  /** No content, no length. */
  public static OutgoingFraming nothing() {
    return NOTHING;
  }

  /** No content, but the length of the content left out, if it is not -1. */
  public static OutgoingFraming leftOut(long lengthBytes) {
    return new OutgoingFraming(Kind.EMPTY, lengthBytes);
  }

  /** Content of this length; chunked, or until close, if it is -1. */
  public static OutgoingFraming of(long lengthBytes, boolean http11) {
    if (lengthBytes >= 0) {
      return new OutgoingFraming(Kind.LENGTH, lengthBytes);
    }
    return http11 ? CHUNKED : CLOSE;
  }

  public boolean isChunked() {
    return kind == Kind.CHUNKED;
  }
}
