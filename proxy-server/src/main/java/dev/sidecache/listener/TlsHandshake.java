package dev.sidecache.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** A client's connection until its TLS handshake has ended; then makes room for its protocol. */
final class TlsHandshake extends ChannelInboundHandlerAdapter implements ClientConnection {
  private final Connections connections;
  private final Channel channel;
  private final SslHandler tls;

  TlsHandshake(Connections connections, Channel channel, SslHandler tls) {
    this.connections = connections;
    this.channel = channel;
    this.tls = tls;
    tls.setHandshakeTimeoutMillis(connections.settings().timeouts().head().toMillis());
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    connections.opened(this);
    Channel unused = channel.read();
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    connections.closed(this);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      if (completion.isSuccess()) {
        Protocols.begin(connections, channel, tls.applicationProtocol(), null);
        connections.closed(this);
        context.pipeline().remove(this);
      } else {
        cut();
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
    cut();
  }

  @Override
  public void drain() {
    cut();
  }

  @Override
  public void cut() {
    ChannelFuture unused = channel.close();
  }

  /** NB: the handshake has a timer of its own. */
  @Override
  public void sweep(long nowNanos) {}
}
