package dev.sidecache.archfixture.exchange;

import io.netty.buffer.ByteBuf;

/** Names Netty, as an array's component only. */
interface ImportsNettyArray {
  ByteBuf[] buffers();
}
