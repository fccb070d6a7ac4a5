package dev.sidecache.redis;

import org.jspecify.annotations.Nullable;

/**
 * Which servers there are, and which of them takes a command. Thread-safe; where nothing else is
 * said, on any thread.
 */
interface Topology {

  void start();

  /** Ends all connections. */
  void close();

  /**
   * What takes the commands of one place among the connections, on that place's event loop.
   *
   * @param place from 0 on, below the number of connections to each server
   */
  LoopLine.Target target(int place);

  /** What takes commands with large values. */
  LoopLine.Target large();

  /** The server that holds the version keys: what becomes of it decides. Null while unknown. */
  @Nullable NodeLinks home();

  /** Whether the store can be used as far as that is a matter of connections. */
  LinkCondition condition();

  /** A connection's condition has changed; on its loop. */
  void changed(NodeLinks server);

  /** One connection to each server is enough from now on. */
  void giveUpSurplus();
}
