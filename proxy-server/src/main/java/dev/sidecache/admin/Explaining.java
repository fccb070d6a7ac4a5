package dev.sidecache.admin;

import dev.sidecache.caching.Trace;
import dev.sidecache.exchange.Question;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** Who tells what would be done with a request. */
public interface Explaining {
  /** The host and port of a URL that is only a path. */
  String authority();

  /**
   * Explains a request; the handler is called once, on the loop.
   *
   * @param send whether it is also sent
   * @param loop one of the proxy's, on which this is called
   */
  void explain(
      Question question, boolean send, ScheduledExecutorService loop, Consumer<Trace> handler);
}
