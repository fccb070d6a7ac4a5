package dev.sidecache.origin;

import dev.sidecache.http.Fields;
import dev.sidecache.http1.Http1Decoder;
import dev.sidecache.http1.Outlet;
import dev.sidecache.http1.ResponseDecoder;
import dev.sidecache.http1.Stall;
import dev.sidecache.http1.Sweep;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to the origin, with at most one request in flight. While it is idle it
 * keeps reading, so that a peer that closes it, or says something unasked, is noticed before the
 * next request.
 */
final class OriginConnection extends ChannelInboundHandlerAdapter
    implements Http1Decoder.Gate, Sweep.Timed {
  private final OriginPool pool;
  private final InetSocketAddress address;
  private final Channel channel;
  private final Outlet outlet;
  private final ResponseDecoder decoder;
  private final Stall idleStall = new Stall();
  private @Nullable OriginExchange current;
  private boolean interim;
  private boolean inputEnded;
  private boolean closeNotified;
  private long exchanges;
  private long silentAt;
  private long idleSinceNanos;
  private long idleLimitNanos;

  OriginConnection(OriginPool pool, InetSocketAddress address, Channel channel) {
    this.pool = pool;
    this.channel = channel;
    this.outlet = new Outlet(channel);
    this.address = address;
    this.decoder = new ResponseDecoder(OriginService.SIZES, this);
    this.idleLimitNanos = pool.settings().timeouts().idle().toNanos();
  }

  ResponseDecoder decoder() {
    return decoder;
  }

  InetSocketAddress address() {
    return address;
  }

  Outlet outlet() {
    return outlet;
  }

  /** Whether it served a request before the current one. */
  boolean isReused() {
    return exchanges > 1;
  }

  /** Whether no octet of a response has come. */
  boolean isSilent() {
    return decoder.receivedBytes() == silentAt;
  }

  /** Whether nothing follows the response that has just ended. */
  boolean hasNothingLeft() {
    return decoder.isIdle() && !inputEnded && channel.isActive();
  }

  /** Whether another request may be sent now. */
  boolean isUsable(long nowNanos) {
    return current == null && hasNothingLeft() && idleNanos(nowNanos) < idleLimitNanos;
  }

  /** For how long it has been idle. */
  long idleNanos(long nowNanos) {
    return nowNanos - idleSinceNanos;
  }

  /** Sends an exchange's request. */
  void start(OriginExchange exchange, boolean toHead) {
    current = exchange;
    exchanges++;
    silentAt = decoder.receivedBytes();
    decoder.expect(toHead);
  }

  /**
   * Ends the current exchange, whose response is complete.
   *
   * @param keepAliveSeconds what the origin promises to keep the connection for; -1 if nothing
   */
  void becomeIdle(long nowNanos, int keepAliveSeconds) {
    current = null;
    idleSinceNanos = nowNanos;
    if (keepAliveSeconds >= 0) {
      long promised = TimeUnit.SECONDS.toNanos(keepAliveSeconds) / 10 * 8;
      idleLimitNanos = Math.min(pool.settings().timeouts().idle().toNanos(), promised);
    }
    proceed();
  }

  /** Leaves HTTP, and with it the pool. */
  OriginTunnel leave(Consumer<OriginTunnel> closed) {
    current = null;
    OriginTunnel tunnel =
        new OriginTunnel(channel, inputEnded, closed, pool.settings().tunnels().idle());
    tunnel.end().takeOver(this, decoder);
    return tunnel;
  }

  /** Ends the current exchange, whatever came, and the connection with it. */
  void drop() {
    current = null;
    decoder.discard();
    outlet.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    pool.closed(this);
    ended();
  }

  @Override
  public boolean isOpen() {
    OriginExchange exchange = current;
    return exchange != null && exchange.takesInput();
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) {
    outlet.batchBegins();
    try {
      OriginExchange exchange = current;
      if (exchange != null) {
        received(exchange, (HttpObject) message);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void received(OriginExchange exchange, HttpObject message) {
    if (message.decoderResult().isFailure()) {
      exchange.malformed();
      return;
    }
    if (message instanceof HttpResponse response) {
      int status = response.status().code();
      interim = status < 200;
      String reason = response.status().reasonPhrase();
      if (interim) {
        exchange.interim(status, reason, decoder.fields());
      } else {
        boolean http11 = response.protocolVersion().equals(HttpVersion.HTTP_1_1);
        exchange.head(status, reason, decoder.fields(), http11);
      }
    }
    if (message instanceof HttpContent content) {
      content(content);
    }
  }

  private void content(HttpContent content) {
    OriginExchange exchange = current;
    if (exchange == null) {
      return;
    }
    if (interim) {
      interim = !(content instanceof LastHttpContent);
      return;
    }
    if (content.content().isReadable()) {
      exchange.content(content.content().retain());
    }
    if (content instanceof LastHttpContent last && current == exchange) {
      if (exchange.isDelimitedByClose() && !isEndTrusted()) {
        ended();
      } else {
        exchange.complete(Http1Decoder.fieldsOf(last.trailingHeaders()));
      }
    }
  }

  /** Whether the end of the input is the peer's own: anybody can end a TCP connection. */
  private boolean isEndTrusted() {
    return closeNotified || channel.pipeline().get(SslHandler.class) == null;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext read) {
    outlet.batchEnds();
    if (current == null && !decoder.isIdle()) {
      outlet.close();
    }
    readIfHungry();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    OriginExchange exchange = current;
    if (exchange != null) {
      exchange.writabilityChanged();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
    if (event instanceof SslCloseCompletionEvent closed) {
      closeNotified = closed.isSuccess();
    }
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      ended();
      outlet.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
    ended();
    outlet.close();
  }

  private void ended() {
    OriginExchange exchange = current;
    current = null;
    if (exchange != null) {
      exchange.disconnected(isSilent());
    }
  }

  /** Decodes and reads what is wanted now. */
  void proceed() {
    decoder.resume();
    readIfHungry();
  }

  private void readIfHungry() {
    if (!inputEnded && decoder.isHungry()) {
      channel.read();
    }
  }

  @Override
  public void sweep(long nowNanos) {
    OriginExchange exchange = current;
    if (exchange != null) {
      exchange.sweep(nowNanos);
    } else if (idleStall.isOver(true, exchanges, nowNanos, idleLimitNanos)) {
      outlet.close();
    }
  }

  /** Whether the connection stays open after a response with these fields. */
  static boolean keepsAlive(Fields fields, boolean http11) {
    return http11
        ? !fields.hasElement("Connection", "close")
        : fields.hasElement("Connection", "keep-alive");
  }

  /** The seconds that a Keep-Alive field promises, or -1. */
  static int keepAliveSeconds(Fields fields) {
    List<String> parameters = fields.elements("Keep-Alive");
    for (String parameter : parameters) {
      if (parameter.regionMatches(true, 0, "timeout=", 0, 8) && parameter.length() <= 14) {
        int seconds = 0;
        for (int i = 8; i < parameter.length(); i++) {
          int digit = Character.digit(parameter.charAt(i), 10);
          if (digit < 0) {
            return -1;
          }
          seconds = 10 * seconds + digit;
        }
        return seconds;
      }
    }
    return -1;
  }
}
