package dev.sidecache.message;

import dev.sidecache.http.RequestHead;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A request in motion.
 *
 * @param head as the client sent it, validated and in normal form
 * @param body the content; whoever receives the request opens or cancels it
 * @param peer who sent it
 * @param loop the event loop of the client's connection: all callbacks come on it
 */
public record Request(RequestHead head, Body body, Peer peer, ScheduledExecutorService loop) {

  public Request withHead(RequestHead other) {
    return new Request(other, body, peer, loop);
  }

  public Request withBody(Body other) {
    return new Request(head, other, peer, loop);
  }

  /**
   * The other end of the client's connection.
   *
   * @param address textual IP address without port or zone; empty if there is no connection
   * @param tls whether the connection is encrypted
   */
  public record Peer(String address, boolean tls) {
    public static final Peer NONE = new Peer("", false);
  }
}
