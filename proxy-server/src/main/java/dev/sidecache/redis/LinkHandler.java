package dev.sidecache.redis;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Tells of the end of a channel before the client's own handlers fail what is under way on it. */
final class LinkHandler extends ChannelInboundHandlerAdapter {
  private final Runnable onEnd;

  LinkHandler(Runnable onEnd) {
    this.onEnd = onEnd;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    onEnd.run();
    context.fireChannelInactive();
  }
}
