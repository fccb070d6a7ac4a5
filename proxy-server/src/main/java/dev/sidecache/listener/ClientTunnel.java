package dev.sidecache.listener;

import dev.sidecache.http1.TunnelEnd;
import dev.sidecache.message.Tunnel;
import io.netty.channel.Channel;

/** A client's connection that has left HTTP. A drain lets it run until its time is over. */
final class ClientTunnel implements ClientConnection {
  private final Channel channel;
  private final ClientPatience patience;
  private final TunnelEnd end;

  private ClientTunnel(Connections connections, Channel channel, boolean inputEnded) {
    this.channel = channel;
    this.patience = new ClientPatience(connections.settings().timeouts());
    this.end = new TunnelEnd(channel, inputEnded, () -> connections.closed(this));
  }

  /**
   * Takes a connection over, on which 101 was written.
   *
   * @param inputEnded whether the client has ended its output already
   */
  static void begin(
      Connections connections, Http1Connection http, boolean inputEnded, Tunnel tunnel) {
    ClientTunnel client = new ClientTunnel(connections, http.channel(), inputEnded);
    connections.opened(client);
    connections.closed(http);
    client.end.takeOver(http, http.decoder());
    // NB: in this order, or a direction that ends at once would seem to be the only one.
    tunnel.toOrigin().accept(client.end.incoming());
    client.end.send(tunnel.switched().body());
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public void drain() {}

  @Override
  public void cut() {
    end.cut();
  }

  /** NB: only what the client does not take is looked at; silence, at the origin's end. */
  @Override
  public void sweep(long nowNanos) {
    if (patience.isWriteOver(end.outlet(), nowNanos)) {
      end.cut();
    }
  }
}
