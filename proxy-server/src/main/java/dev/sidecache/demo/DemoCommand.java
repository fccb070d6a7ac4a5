package dev.sidecache.demo;

import dev.sidecache.cli.ExitCodes;
import dev.sidecache.cli.ProxyStarter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the product at work; see {@link Tour}. */
@Command(
    name = "demo",
    description = "Starts Redis, two sample backends and a proxy before each, and shows around.")
public final class DemoCommand implements Callable<Integer> {
  @Option(names = "--once", description = "End after the tour; 0 if each step did what it claims.")
  private boolean once;

  @Option(
      names = "--store",
      paramLabel = "redis|memory",
      defaultValue = "redis",
      description = "Where answers are kept: a Redis started for this, or memory.")
  private String store = "redis";

  private final ProxyStarter proxies;
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public DemoCommand(ProxyStarter proxies) {
    this.proxies = proxies;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!store.equals("redis") && !store.equals("memory")) {
      out.println("--store: \"" + store + "\" is not a store; write redis or memory");
      return ExitCodes.USAGE;
    }
    try {
      DemoStage stage = DemoStage.open(proxies, store.equals("redis"), System.getenv());
      try {
        stage.describe(out);
        stage.awaitCaches();
        TourReport report = new TourReport(out);
        new Tour(stage, report).run();
        return end(stage, report.broken());
      } finally {
        stage.close();
      }
    } catch (IOException failed) {
      out.println("sidecache demo: " + failed.getMessage());
      return ExitCodes.START_FAILED;
    }
  }

  private int end(DemoStage stage, List<String> broken) throws InterruptedException {
    out.println();
    for (String claim : broken) {
      out.println("did not hold: " + claim);
    }
    if (once) {
      out.println(broken.isEmpty() ? "Every step did what it claims." : "The tour found faults.");
      return broken.isEmpty() ? ExitCodes.DONE : ExitCodes.START_FAILED;
    }
    stage.invite(out);
    new CountDownLatch(1).await();
    return ExitCodes.DONE;
  }
}
