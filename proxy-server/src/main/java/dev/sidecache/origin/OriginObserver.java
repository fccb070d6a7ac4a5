package dev.sidecache.origin;

/** Is told what happens between the proxy and the origin; called on event loops, must not block. */
public interface OriginObserver {
  /** Watches nothing. */
  OriginObserver NONE = new OriginObserver() {};

  /** A connection was made. */
  default void connectionOpened() {}

  /** A connection was closed. */
  default void connectionClosed() {}

  /** A connection has left HTTP. */
  default void tunnelOpened() {}

  /** A connection that had left HTTP was closed. */
  default void tunnelClosed() {}

  /** A request goes out on a connection that served others before. */
  default void connectionReused() {}

  /** A request is sent a second time, on a new connection. */
  default void retried() {}

  /**
   * A response has come to its end.
   *
   * @param status of the response
   * @param nanos from the service's call to the end
   */
  default void answered(int status, long nanos) {}

  /** No response, or not a whole one, was had. */
  default void failed(OriginException.Kind kind, long nanos) {}
}
