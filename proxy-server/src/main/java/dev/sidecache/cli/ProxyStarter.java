package dev.sidecache.cli;

import dev.sidecache.config.ProxyConfig;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Starts proxies in this process. */
@FunctionalInterface
public interface ProxyStarter {

  /**
   * Starts a proxy and returns when it listens; blocks.
   *
   * @throws IOException if it cannot start, such as because a port is taken; the message says what
   *     and what to do
   */
  Running start(ProxyConfig config) throws IOException, InterruptedException;

  /** A proxy that listens. */
  interface Running {
    /** Where clients reach it on this machine. */
    URI address();

    /** Where its admin port is on this machine; null if it has none. */
    @Nullable URI admin();

    /**
     * Stops it: takes no new connections, lets running exchanges end within the configured time;
     * blocks until all is done. Later calls return when the first has ended.
     */
    void drain() throws InterruptedException;

    /**
     * Reads the configuration again and puts it to use if nothing is wrong with it; the log tells
     * what became of it. Does not block.
     *
     * @param by what asks for it, for people
     */
    void reload(String by);

    /** Sets what happens when the admin API is told to drain: by default {@link #drain}. */
    void onDrainAsked(Runnable action);

    /** Stops waiting for running exchanges. */
    void cut();
  }
}
