package dev.sidecache.http1;

import dev.sidecache.message.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of a connection. What is written while a batch of input is processed goes out
 * with one flush at its end; what is written otherwise, at the end of the loop's round; a channel
 * over its write mark is flushed at once. A write that fails shows as an exception of the channel.
 * All methods on the channel's loop.
 */
public final class Outlet {
  private final Channel channel;
  private final @Nullable ByteBudget budget;
  private final Runnable flush = this::flush;
  private boolean inBatch;
  private boolean flushQueued;
  private long writtenBytes;

  public Outlet(Channel channel) {
    this.channel = channel;
    this.budget = HeldOutput.budget(channel);
  }

  /** A buffer that can be written without a copy. */
  public ByteBuf buffer(int expectedBytes) {
    return channel.alloc().ioBuffer(expectedBytes);
  }

  public ByteBufAllocator alloc() {
    return channel.alloc();
  }

  /** Whether the channel is below its write mark. */
  public boolean isWritable() {
    return channel.isWritable();
  }

  /**
   * Whether nothing more is to be written before the system has taken all there is: the budget of
   * the process is spent.
   */
  public boolean isHeldBack() {
    return budget != null && budget.isSpent() && pendingBytes() > 0;
  }

  /** Counts a connection that is given up because it holds what is needed elsewhere. */
  public void refused() {
    if (budget != null) {
      budget.refused();
    }
  }

  /** Writes a buffer, which it then owns. */
  public void write(ByteBuf owned) {
    writtenBytes += owned.readableBytes();
    ChannelFuture unused = channel.write(owned, channel.voidPromise());
    if (!channel.isWritable()) {
      flush();
    } else if (!flushQueued) {
      flushQueued = true;
      if (!inBatch) {
        channel.eventLoop().execute(flush);
      }
    }
  }

  /** A batch of input begins. */
  public void batchBegins() {
    inBatch = true;
  }

  /** A batch of input has been processed. */
  public void batchEnds() {
    inBatch = false;
    if (flushQueued) {
      flush();
    }
  }

  private void flush() {
    flushQueued = false;
    Channel unused = channel.flush();
  }

  /** The bytes written that the system has not taken. */
  public long pendingBytes() {
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    return unsent == null ? 0 : unsent.totalPendingWriteBytes();
  }

  /** About how many octets the system has taken so far, of what was written here. */
  public long takenBytes() {
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    return unsent == null
        ? writtenBytes
        : writtenBytes - unsent.totalPendingWriteBytes() + unsent.currentProgress();
  }

  /** Runs an action once everything written was taken by the system, or cannot be. */
  public void whenSent(Runnable action) {
    flushQueued = false;
    ChannelFuture unused =
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> action.run());
  }

  /** Runs an action later. */
  public void after(long millis, Runnable action) {
    Future<?> unused = channel.eventLoop().schedule(action, millis, TimeUnit.MILLISECONDS);
  }

  /** Ends the output, so that the other side sees a regular end but may still send. */
  public void end() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      endSocket();
    } else {
      Future<?> unused = tls.closeOutbound().addListener(told -> endSocket());
    }
  }

  private void endSocket() {
    ChannelFuture unused =
        channel instanceof DuplexChannel duplex ? duplex.shutdownOutput() : channel.close();
  }

  /** Closes; what was written and not sent is sent as far as the system takes it at once. */
  public void close() {
    flush();
    ChannelFuture unused = channel.close();
  }

  /** Closes so that the other side cannot take it for a regular end. */
  public void reset() {
    if (channel instanceof DuplexChannel && channel.isOpen()) {
      boolean unused = channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    // NB: closed past TLS, which would tell a regular end.
    ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
    ChannelFuture unused = tls == null ? channel.close() : tls.close();
  }
}
