package dev.sidecache.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** What an accepted connection speaks: TLS or not, then HTTP. */
final class Protocols extends ChannelInitializer<Channel> {
  private final Connections connections;
  private final @Nullable TlsContexts tls;

  Protocols(Connections connections, @Nullable TlsContexts tls) {
    this.connections = connections;
    this.tls = tls;
  }

  @Override
  protected void initChannel(Channel channel) {
    boolean admitted = connections.admit(channel);
    TlsContexts contexts = tls;
    if (contexts == null) {
      begin(connections, channel, "", admitted);
    } else if (admitted) {
      SslHandler handler = contexts.current().newHandler(channel.alloc());
      channel.pipeline().addLast(handler, new TlsHandshake(connections, channel, handler));
    } else {
      // NB: a handshake only to refuse would cost more than what it protects from.
      ChannelFuture unused = channel.close();
    }
  }

  /**
   * Begins to speak.
   *
   * @param protocol that was agreed upon; null or empty if none was
   * @param admitted whether the client is served
   */
  static void begin(
      Connections connections, Channel channel, @Nullable String protocol, boolean admitted) {
    if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
      beginHttp2(connections, channel);
      return;
    }
    Http1Connection connection = new Http1Connection(connections, channel, admitted);
    if (admitted && protocol != null && protocol.isEmpty()) {
      channel.pipeline().addLast(new PriorKnowledge(connections, connection));
    }
    channel.pipeline().addLast(connection.decoder(), connection);
    if (channel.isActive()) {
      connection.start();
    }
  }

  /** Begins to speak HTTP/2 on an active channel. */
  static void beginHttp2(Connections connections, Channel channel) {
    Http2ClientConnection connection = Http2Setup.connection(connections, channel);
    channel.pipeline().addLast(new ReadGate(), connection);
    try {
      connection.start();
    } catch (Http2Exception wrong) {
      throw new IllegalStateException("windows are constants", wrong);
    }
  }
}
