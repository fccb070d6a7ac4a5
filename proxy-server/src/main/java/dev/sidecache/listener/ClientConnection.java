package dev.sidecache.listener;

import dev.sidecache.http1.Sweep;
import io.netty.channel.Channel;

/** A client's connection, whatever it speaks. All methods on its loop. */
interface ClientConnection extends Sweep.Timed {
  Channel channel();

  /** Answers what runs or just arrives, then closes. */
  void drain();

  /** Breaks off. */
  void cut();
}
