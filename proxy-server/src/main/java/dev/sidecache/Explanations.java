package dev.sidecache;

import dev.sidecache.admin.Explaining;
import dev.sidecache.caching.Trace;
import dev.sidecache.exchange.CachingGateway;
import dev.sidecache.exchange.Question;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Explanations of the path that runs. */
record Explanations(CachingGateway gateway, Supplier<String> reached) implements Explaining {
  @Override
  public String authority() {
    return reached.get();
  }

  @Override
  public void explain(
      Question question, boolean send, ScheduledExecutorService loop, Consumer<Trace> handler) {
    gateway.explain(question, send, loop, handler);
  }
}
