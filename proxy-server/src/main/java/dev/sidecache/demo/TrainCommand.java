package dev.sidecache.demo;

import dev.sidecache.cli.ExitCodes;
import dev.sidecache.cli.ProxyStarter;
import dev.sidecache.cli.RunCommand;
import dev.sidecache.demo.TourClient.Ask;
import dev.sidecache.demo.TourClient.Seen;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * Starts the product as {@code run} does, uses it for a moment and ends: what Java watches, with
 * {@code -XX:AOTCacheOutput}, to write the cache that the image starts from. It has to end by
 * itself, since a process that a signal ends writes none.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Serves a short tour to itself and ends; what the image's build runs.")
public final class TrainCommand implements Callable<Integer> {
  private static final String FILE = "career-crm.yaml";
  private static final String LISTEN = ":${PORT:-8080}";
  private static final int ROUNDS = 100;
  private static final Ask LIST = Ask.get("/api/students?page=1&limit=5", "ada");
  private static final Ask WRITE =
      new Ask("PATCH", "/api/students/1", "ada", "{\"status\":\"placed\"}");

  /** Discard: nobody listens there, so what connects to Redis is seen, and what does without. */
  private static final String NO_REDIS = "redis://127.0.0.1:9";

  private final RunCommand.Foreground proxies;

  /** A training of what starts proxies for {@code run}. */
  public TrainCommand(RunCommand.Foreground proxies) {
    this.proxies = proxies;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (TrainBackend backend = new TrainBackend()) {
      serve(backend, Map.of("SIDECACHE_STORE", "memory"), TrainCommand::use);
      serve(backend, Map.of("REDIS_URL", NO_REDIS), client -> expect(client, LIST, 200, ""));
      return ExitCodes.DONE;
    } catch (IOException failed) {
      System.err.println("sidecache train: " + failed.getMessage());
      return ExitCodes.START_FAILED;
    }
  }

  /** What is done with a proxy. */
  @FunctionalInterface
  private interface Use {
    void of(TourClient traffic) throws IOException, InterruptedException;
  }

  private void serve(TrainBackend backend, Map<String, String> store, Use use)
      throws IOException, InterruptedException {
    BlockingQueue<ProxyStarter.Running> started = new ArrayBlockingQueue<>(1);
    RunCommand.Foreground watched =
        (config, source) -> {
          ProxyStarter.Running proxy = proxies.start(config, source);
          started.add(proxy);
          return proxy;
        };
    FutureTask<Integer> run =
        new FutureTask<>(new RunCommand(watched, environment(backend.address(), store)));
    new Thread(run, "sidecache-run").start();
    ProxyStarter.Running proxy = started(started, run);
    use.of(new TourClient(proxy.address()));
    administer(proxy.admin());
    if (ended(run) != ExitCodes.DONE) {
      throw new IOException("the proxy did not end well");
    }
  }

  private static ProxyStarter.Running started(
      BlockingQueue<ProxyStarter.Running> queue, FutureTask<Integer> run)
      throws IOException, InterruptedException {
    ProxyStarter.Running proxy = null;
    while (proxy == null) {
      if (run.isDone()) {
        throw new IOException("the proxy did not start: " + ended(run));
      }
      proxy = queue.poll(50, TimeUnit.MILLISECONDS);
    }
    return proxy;
  }

  private static int ended(FutureTask<Integer> run) throws IOException, InterruptedException {
    try {
      return run.get();
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause());
    }
  }

  private static Map<String, String> environment(URI backend, Map<String, String> store)
      throws IOException {
    Map<String, String> environment = new HashMap<>(store);
    environment.put("SIDECACHE_CONFIG_YAML", DemoStage.text(FILE).replace(LISTEN, "127.0.0.1:0"));
    environment.put("UPSTREAM_URL", backend.toString());
    environment.put("SIDECACHE_ADMIN_LISTEN", "127.0.0.1:0");
    return environment;
  }

  private static void use(TourClient traffic) throws IOException, InterruptedException {
    expect(traffic, Ask.get("/-/readyz", null), 200, "");
    for (int round = 0; round < ROUNDS; round++) {
      expect(traffic, LIST, 200, "fwd=");
      expect(traffic, LIST, 200, "; hit");
      expect(traffic, new Ask("HEAD", LIST.path(), "ada", null), 200, "; hit");
      expect(traffic, WRITE, 200, "fwd=");
    }
    expect(traffic, Ask.get("/-/health", null), 200, "");
  }

  private static void administer(@Nullable URI admin) throws IOException, InterruptedException {
    if (admin == null) {
      throw new IOException("the proxy has no admin port");
    }
    TourClient client = new TourClient(admin);
    for (String path : List.of("/startupz", "/livez", "/metrics", "/v1/info", "/v1/stats")) {
      expect(client, Ask.get(path, null), 200, "");
    }
    expect(client, new Ask("POST", "/v1/drain", null, "{}"), 202, "");
  }

  private static void expect(TourClient client, Ask ask, int status, String cacheStatus)
      throws IOException, InterruptedException {
    Seen seen = client.send(ask);
    if (seen.status() != status || !seen.cacheStatus().contains(cacheStatus)) {
      String asked = ask.method() + " " + ask.path();
      throw new IOException(asked + ": " + seen.status() + " " + seen.cacheStatus());
    }
  }
}
