package dev.sidecache.listener;

import dev.sidecache.http1.HeldOutput;
import dev.sidecache.message.Problem;
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
    HeldOutput.install(channel, connections.budget());
    Problem refusal = connections.admit(channel);
    TlsContexts contexts = tls;
    if (contexts == null) {
      begin(connections, channel, "", refusal);
    } else if (refusal == null) {
      SslHandler handler = contexts.current().newHandler(channel.alloc());
      channel.pipeline().addLast(handler, new TlsHandshake(connections, channel, handler));
    } else {
      // NB: a handshake only to refuse would cost more than what it protects from.
      connections.refused(refusal.reason());
      ChannelFuture unused = channel.close();
    }
  }

  /**
   * Begins to speak.
   *
   * @param protocol that was agreed upon; null if none was, empty where there was no handshake
   * @param refusal why the client is not served; null if it is
   */
  static void begin(
      Connections connections,
      Channel channel,
      @Nullable String protocol,
      @Nullable Problem refusal) {
    if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
      beginHttp2(connections, channel);
      return;
    }
    Http1Connection connection = new Http1Connection(connections, channel, refusal);
    if (refusal == null && protocol != null && protocol.isEmpty()) {
      channel.pipeline().addLast(new PriorKnowledge(connections, connection));
    }
    channel.pipeline().addLast(connection.decoder(), connection);
    if (!"".equals(protocol)) {
      // NB: only after a handshake; else the channel is about to tell that it is active.
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
