package dev.sidecache.archfixture.caching;

import io.netty.buffer.ByteBuf;

/** A decision that sees a buffer. */
interface ImportsNetty {
  ByteBuf buffer();
}
