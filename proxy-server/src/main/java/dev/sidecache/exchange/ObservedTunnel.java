package dev.sidecache.exchange;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import dev.sidecache.message.Response;
import dev.sidecache.message.Tunnel;
import java.util.function.LongConsumer;

/** A tunnel that tells once, when both directions are over, how many bytes the client was sent. */
final class ObservedTunnel {
  private final Tunnel tunnel;
  private final LongConsumer over;
  private int directions = 1;
  private long bytes;

  ObservedTunnel(Tunnel tunnel, LongConsumer over) {
    this.tunnel = tunnel;
    this.over = over;
  }

  /** The tunnel to hand on, with these fields at the end of its response. */
  Tunnel with(Fields tail) {
    Response switched = tunnel.switched();
    Body fromOrigin =
        new ObservedBody(
            switched.body(),
            sent -> {
              bytes = sent;
              ended();
            });
    return new Tunnel(
        tunnel.protocol(),
        new Response(switched.head(), switched.wire(), tail, fromOrigin),
        this::toOrigin);
  }

  private void toOrigin(Body fromClient) {
    directions++;
    tunnel.toOrigin().accept(new ObservedBody(fromClient, received -> ended()));
  }

  private void ended() {
    directions--;
    if (directions == 0) {
      over.accept(bytes);
    }
  }
}
