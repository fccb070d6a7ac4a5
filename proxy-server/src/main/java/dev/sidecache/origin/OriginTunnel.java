package dev.sidecache.origin;

import dev.sidecache.http.Fields;
import dev.sidecache.http1.Stall;
import dev.sidecache.http1.Sweep;
import dev.sidecache.http1.TunnelEnd;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A connection to the origin that has left HTTP; it ends when nothing passes for too long. */
final class OriginTunnel implements Sweep.Timed {
  private final Channel channel;
  private final TunnelEnd end;
  private final Stall silence = new Stall();
  private final long idleNanos;

  /**
   * A tunnel.
   *
   * @param inputEnded whether the origin has ended its output already
   * @param closed takes this once the connection has closed
   * @param idle how long nothing may pass, in either direction
   */
  OriginTunnel(Channel channel, boolean inputEnded, Consumer<OriginTunnel> closed, Duration idle) {
    this.channel = channel;
    this.end = new TunnelEnd(channel, inputEnded, () -> closed.accept(this));
    this.idleNanos = idle.toNanos();
  }

  /** Whether the origin has chosen this protocol and no other. */
  static boolean speaks(String protocol, Fields fields) {
    List<String> chosen = fields.elements("Upgrade");
    return chosen.size() == 1 && chosen.get(0).equalsIgnoreCase(protocol);
  }

  TunnelEnd end() {
    return end;
  }

  boolean isOpen() {
    return channel.isActive();
  }

  @Override
  public void sweep(long nowNanos) {
    if (silence.isOver(true, end.progress(), nowNanos, idleNanos)) {
      end.close();
    }
  }
}
