package dev.sidecache.archfixture.exchange;

import io.netty.channel.Channel;

/** Names Netty, as an array's component only. */
interface ImportsNettyArray {
  Channel[] channels();
}
