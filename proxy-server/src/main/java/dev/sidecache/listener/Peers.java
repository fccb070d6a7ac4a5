package dev.sidecache.listener;

import dev.sidecache.message.Request;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;

/** Who is at the other end of a channel. */
final class Peers {
  private Peers() {}

  static Request.Peer of(Channel channel) {
    boolean tls = channel.pipeline().get(SslHandler.class) != null;
    if (channel.remoteAddress() instanceof InetSocketAddress remote && !remote.isUnresolved()) {
      String address = remote.getAddress().getHostAddress();
      int zone = address.indexOf('%');
      return new Request.Peer(zone < 0 ? address : address.substring(0, zone), tls);
    }
    return new Request.Peer("", tls);
  }
}
