package dev.sidecache.listener;

/** Is told what happens between clients and the proxy; called on event loops, must not block. */
public interface ListenerObserver {
  /** Watches nothing. */
  ListenerObserver NONE = new ListenerObserver() {};

  /** A connection was accepted. */
  default void connectionOpened() {}

  /** A connection was closed. */
  default void connectionClosed() {}

  /**
   * A connection or a request was refused before any service saw it, or a connection was ended for
   * what its client did.
   *
   * @param reason one word of a closed list
   */
  default void refused(String reason) {}
}
