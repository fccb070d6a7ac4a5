package dev.sidecache.archfixture.origin;

import io.netty.channel.ChannelFuture;

/** Waits as Netty does. */
final class SyncsNetty {
  private SyncsNetty() {}

  static void sync(ChannelFuture future) {
    future.syncUninterruptibly();
  }
}
