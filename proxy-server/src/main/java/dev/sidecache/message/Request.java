package dev.sidecache.message;

import dev.sidecache.http.RequestHead;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A request in motion.
 *
 * @param head as the client sent it, validated and in normal form
 * @param body the content; whoever receives the request opens or cancels it
 * @param peer who sent it
 * @param loop the event loop of the client's connection: all callbacks come on it
 * @param upgrade the protocol that is offered to the origin in place of HTTP, or null: whoever sets
 *     it takes a {@link Tunnel}
 */
public record Request(
    RequestHead head,
    Body body,
    Peer peer,
    ScheduledExecutorService loop,
    @Nullable String upgrade) {

  /** A request that offers the origin no other protocol, whatever its fields say. */
  public Request(RequestHead head, Body body, Peer peer, ScheduledExecutorService loop) {
    this(head, body, peer, loop, null);
  }

  public Request withHead(RequestHead other) {
    return new Request(other, body, peer, loop, upgrade);
  }

  public Request withBody(Body other) {
    return new Request(head, other, peer, loop, upgrade);
  }

  public Request withUpgrade(String protocol) {
    return new Request(head, body, peer, loop, protocol);
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
