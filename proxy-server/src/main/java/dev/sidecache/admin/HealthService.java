package dev.sidecache.admin;

import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Service;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers {@code startupz}, {@code livez}, {@code readyz} and {@code health} under a prefix; every
 * other request goes on to the next service. Asks neither the origin nor the store.
 */
public final class HealthService implements Service {
  private static final long PATIENCE_MILLIS = 2_000;

  private final HealthState state;
  private final List<? extends Executor> loops;
  private final String prefix;
  private final Service next;

  /**
   * Health under a prefix.
   *
   * @param loops the event loops whose answers make {@code livez}; at least one
   * @param prefix such as {@code /-}; empty: none
   * @param next who answers everything else
   */
  public HealthService(
      HealthState state, List<? extends Executor> loops, String prefix, Service next) {
    this.state = state;
    this.loops = List.copyOf(loops);
    this.prefix = prefix;
    this.next = next;
  }

  @Override
  public void serve(Request request, Responder responder) {
    String path = request.head().path();
    if (!path.startsWith(prefix) || !isHealth(path, prefix.length())) {
      next.serve(request, responder);
      return;
    }
    Answer answer = new Answer(request.head(), responder);
    request.body().cancel();
    if (!answer.allows("GET", "HEAD")) {
      return;
    }
    switch (path.substring(prefix.length())) {
      case "/startupz" -> startup(answer);
      case "/livez" -> live(request.loop(), answer);
      case "/readyz" -> ready(answer);
      default -> answer.json(statusCode(), AdminJson.health(state));
    }
  }

  /** Whether the path after the prefix is one of the four; no copy is made of others. */
  private static boolean isHealth(String path, int from) {
    return switch (path.length() - from) {
      case 6 -> path.startsWith("/livez", from);
      case 7 -> path.startsWith("/readyz", from) || path.startsWith("/health", from);
      case 9 -> path.startsWith("/startupz", from);
      default -> false;
    };
  }

  private void startup(Answer answer) {
    boolean started = state.isStarted();
    answer.json(started ? 200 : 503, AdminJson.status(started ? "healthy" : "starting"));
  }

  private void ready(Answer answer) {
    answer.json(statusCode(), AdminJson.status(AdminJson.word(state.status())));
  }

  private int statusCode() {
    return state.status() == HealthState.Status.HEALTHY ? 200 : 503;
  }

  /** Asks each loop to run a task; the last one answers, or a timer does. */
  private void live(ScheduledExecutorService loop, Answer answer) {
    Future<?> impatience =
        loop.schedule(
            () -> answer.json(503, AdminJson.status("unhealthy")),
            PATIENCE_MILLIS,
            TimeUnit.MILLISECONDS);
    Runnable alive =
        () -> {
          impatience.cancel(false);
          answer.json(200, AdminJson.status("healthy"));
        };
    AtomicInteger missing = new AtomicInteger(loops.size());
    for (Executor each : loops) {
      each.execute(
          () -> {
            if (missing.decrementAndGet() == 0) {
              loop.execute(alive);
            }
          });
    }
  }
}
