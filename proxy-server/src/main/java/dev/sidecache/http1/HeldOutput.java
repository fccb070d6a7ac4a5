package dev.sidecache.http1;

import dev.sidecache.message.ByteBudget;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Takes what was written to a channel, and the system has not taken yet, of the budget of the
 * process. First in the pipeline, so that over TLS the encrypted octets count. Costs nothing while
 * the system takes everything at once.
 */
public final class HeldOutput extends ChannelDuplexHandler {
  private static final AttributeKey<ByteBudget> BUDGET =
      AttributeKey.valueOf(HeldOutput.class, "budget");

  private final ByteBudget budget;
  private long chargedBytes;
  private boolean watched;

  private HeldOutput(ByteBudget budget) {
    this.budget = budget;
  }

  /** Begins to count on a channel, whose pipeline is empty. */
  public static void install(Channel channel, ByteBudget budget) {
    channel.attr(BUDGET).set(budget);
    channel.pipeline().addFirst(new HeldOutput(budget));
  }

  /** The budget that a channel's output counts in; null if it counts nowhere. */
  static @Nullable ByteBudget budget(Channel channel) {
    return channel.attr(BUDGET).get();
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    context.flush();
    settle(context);
  }

  /** NB: this may be in the midst of a write, where nobody expects that output goes out. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    long unused = charge(context);
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    long unused = charge(context);
    context.fireChannelInactive();
  }

  private long charge(ChannelHandlerContext context) {
    ChannelOutboundBuffer unsent = context.channel().unsafe().outboundBuffer();
    long pending = unsent == null ? 0 : unsent.totalPendingWriteBytes();
    if (pending != chargedBytes) {
      budget.take(pending - chargedBytes);
      chargedBytes = pending;
    }
    return pending;
  }

  private void settle(ChannelHandlerContext context) {
    if (charge(context) > 0 && !watched) {
      watched = true;
      ChannelFuture unused =
          context
              .writeAndFlush(Unpooled.EMPTY_BUFFER)
              .addListener(taken -> context.executor().execute(() -> settleAnew(context)));
    }
  }

  /** NB: not at once, for the buffer still counts what it tells of. */
  private void settleAnew(ChannelHandlerContext context) {
    watched = false;
    settle(context);
  }
}
