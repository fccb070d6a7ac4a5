package dev.sidecache.listener;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * Reads nothing more from a client that does not take what is written to it, so that its requests
 * cannot make answers grow in memory.
 */
final class ReadGate extends ChannelDuplexHandler {
  private boolean held;

  @Override
  public void read(ChannelHandlerContext context) {
    held = !context.channel().isWritable();
    if (!held) {
      ChannelHandlerContext unused = context.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (held) {
      read(context);
    }
    ChannelHandlerContext unused = context.fireChannelWritabilityChanged();
  }
}
