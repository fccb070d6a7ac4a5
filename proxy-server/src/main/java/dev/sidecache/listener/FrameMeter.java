package dev.sidecache.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.logging.LogLevel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sees each frame of a connection, where Netty would log it: also those that its codec drops
 * without a word, such as WINDOW_UPDATE on a stream that is closed. Those that carry no request
 * cost of the connection's {@link FrameBudget}. Source: RFC 9113, Section 10.5.
 */
final class FrameMeter extends Http2FrameLogger {
  private @Nullable Http2ClientConnection owner;

  FrameMeter() {
    super(LogLevel.TRACE);
  }

  void belongTo(Http2ClientConnection connection) {
    owner = connection;
  }

  private Http2ClientConnection connection() {
    return Objects.requireNonNull(owner, "set before the first frame");
  }

  /** NB: nothing is ever logged. */
  @Override
  public boolean isEnabled() {
    return false;
  }

  @Override
  public void logData(
      Direction direction,
      ChannelHandlerContext context,
      int id,
      ByteBuf data,
      int padding,
      boolean end) {
    if (direction == Direction.OUTBOUND) {
      connection().wrote(id, data.readableBytes());
    } else if (!data.isReadable() && !end) {
      count(direction);
    }
  }

  /** NB: after GOAWAY no new request is taken. */
  @Override
  public void logHeaders(
      Direction direction,
      ChannelHandlerContext context,
      int id,
      Http2Headers headers,
      int padding,
      boolean end) {
    if (connection().connection().goAwaySent()) {
      count(direction);
    }
  }

  @Override
  public void logHeaders(
      Direction direction,
      ChannelHandlerContext context,
      int id,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end) {
    logHeaders(direction, context, id, headers, padding, end);
  }

  @Override
  public void logPriority(
      Direction direction,
      ChannelHandlerContext context,
      int id,
      int dependency,
      short weight,
      boolean exclusive) {
    count(direction);
  }

  @Override
  public void logRstStream(
      Direction direction, ChannelHandlerContext context, int id, long errorCode) {
    count(direction);
  }

  @Override
  public void logSettingsAck(Direction direction, ChannelHandlerContext context) {
    count(direction);
  }

  @Override
  public void logSettings(
      Direction direction, ChannelHandlerContext context, Http2Settings settings) {
    count(direction);
  }

  @Override
  public void logPing(Direction direction, ChannelHandlerContext context, long data) {
    count(direction);
  }

  @Override
  public void logPingAck(Direction direction, ChannelHandlerContext context, long data) {
    count(direction);
  }

  @Override
  public void logGoAway(
      Direction direction,
      ChannelHandlerContext context,
      int lastStream,
      long errorCode,
      ByteBuf debugData) {
    count(direction);
  }

  @Override
  public void logWindowsUpdate(
      Direction direction, ChannelHandlerContext context, int id, int increment) {
    count(direction);
  }

  @Override
  public void logUnknownFrame(
      Direction direction,
      ChannelHandlerContext context,
      byte type,
      int id,
      Http2Flags flags,
      ByteBuf payload) {
    count(direction);
  }

  private void count(Direction direction) {
    long now = connection().channel().eventLoop().ticker().nanoTime();
    if (direction == Direction.INBOUND && !connection().frames().take(now)) {
      throw new FloodException();
    }
  }

  /** Too many frames; unchecked, as Netty's hook throws nothing, and its codec looks inside. */
  @SuppressWarnings("serial")
  private static final class FloodException extends RuntimeException {
    FloodException() {
      super(
          null,
          Http2Exception.connectionError(
              Http2Error.ENHANCE_YOUR_CALM, "too many frames that carry no request"),
          false,
          false);
    }
  }
}
