package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a tunnel. What it receives is a body, read only as the other side takes it; the
 * end of its input ends that body, and the end of the other side's body ends its output, so that
 * either side may go on alone. It closes when both have ended. Where the other side broke off, it
 * is reset. All methods on the channel's loop.
 */
public final class TunnelEnd extends ChannelInboundHandlerAdapter
    implements IncomingBody.Source, OutgoingBody.Owner {
  private final Channel channel;
  private final Outlet outlet;
  private final Runnable closed;

  /** What one read brought and nobody asked for yet. */
  private final Deque<ByteBuf> read = new ArrayDeque<>();

  private final IncomingBody incoming = new IncomingBody(-1, this);
  private @Nullable OutgoingBody outgoing;
  private boolean inputEnded;
  private boolean outputEnded;

  /**
   * An end that is not in its pipeline yet.
   *
   * @param inputEnded whether the peer has ended its output already
   * @param closed runs once the channel has closed
   */
  public TunnelEnd(Channel channel, boolean inputEnded, Runnable closed) {
    this.channel = channel;
    this.outlet = new Outlet(channel);
    this.inputEnded = inputEnded;
    this.closed = closed;
  }

  /** Takes the channel over from HTTP. What its decoder has read and not decoded comes first. */
  public void takeOver(ChannelHandler http, Http1Decoder decoder) {
    ChannelPipeline unused = channel.pipeline().replace(http, null, this).remove(decoder);
    channel.flush();
    feed();
  }

  /** What this end receives. */
  public Body incoming() {
    return incoming;
  }

  /** Sends what the other end receives. */
  public void send(Body other) {
    if (!channel.isActive()) {
      other.cancel();
      return;
    }
    OutgoingBody started =
        new OutgoingBody(outlet, other, OutgoingFraming.of(-1, false), false, this);
    outgoing = started;
    started.start();
  }

  public Outlet outlet() {
    return outlet;
  }

  /** A number that changes with every octet that passes, in either direction. */
  public long progress() {
    OutgoingBody sending = outgoing;
    long sent = sending == null ? 0 : sending.sentBytes();
    return incoming.pieces() + 1_000_003L * sent + 31 * outlet.takenBytes();
  }

  /** Ends both directions regularly. */
  public void close() {
    dropRead();
    incoming.end(Fields.empty());
    abandon();
    outlet.close();
  }

  /** Breaks off. */
  public void cut() {
    outlet.reset();
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) {
    if (message instanceof ByteBuf octets) {
      read.add(octets);
      feed();
    } else {
      // NB: the end of the message that was answered by 101, decoded with its head.
      ReferenceCountUtil.release(message);
    }
  }

  private void feed() {
    while (!read.isEmpty() && incoming.hasRoom()) {
      incoming.feed(read.remove());
    }
    if (inputEnded && read.isEmpty() && !incoming.isReceived()) {
      incoming.end(Fields.empty());
      if (outputEnded) {
        outlet.whenSent(outlet::close);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext complete) {
    readIfHungry();
  }

  private void readIfHungry() {
    if (!inputEnded && read.isEmpty() && incoming.isAwaited()) {
      Channel unused = channel.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    OutgoingBody sending = outgoing;
    if (sending != null) {
      sending.advance();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      inputEnded = true;
      feed();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    dropRead();
    incoming.fail(new IOException("the connection ended"));
    abandon();
    closed.run();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
    outlet.close();
  }

  private void abandon() {
    OutgoingBody sending = outgoing;
    if (sending != null) {
      sending.abandon();
    }
  }

  private void dropRead() {
    read.forEach(ByteBuf::release);
    read.clear();
  }

  @Override
  public void wanted() {
    feed();
    readIfHungry();
  }

  /** The other end is gone. */
  @Override
  public void cancelled() {
    dropRead();
    outlet.close();
  }

  /** The other end's peer has ended its output. */
  @Override
  public void sent() {
    outputEnded = true;
    outlet.whenSent(incoming.isReceived() ? outlet::close : outlet::end);
  }

  @Override
  public void cut(Throwable cause) {
    outlet.reset();
  }
}
