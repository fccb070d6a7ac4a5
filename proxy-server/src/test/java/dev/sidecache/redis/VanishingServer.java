package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.tags;

import dev.sidecache.store.SharedStore.State;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What {@link NetworkNamespaceIT} runs in a namespace: takes the cable away and puts it back. */
final class VanishingServer {
  /** A second without any reply, a deadline before, and a machine that has other things to do. */
  private static final Duration NOTICED = Duration.ofSeconds(3);

  private static final Duration FOUND = Duration.ofSeconds(30);

  private VanishingServer() {}

  public static void main(String[] arguments) throws Exception {
    try (StoreUnderTest tested = new StoreUnderTest("redis://10.250.0.2").up();
        Load load = new Load(tested, tags("a"), 1)) {
      load.awaitAnswers(100);
      long start = System.nanoTime();
      cable("down");
      tested.awaits(State.DOWN, NOTICED);
      System.out.println("noticed after " + millisSince(start) + " ms");
      load.awaitFailures(load.failures() + 1_000);
      start = System.nanoTime();
      cable("up");
      tested.awaits(State.UP, FOUND);
      load.awaitAnswers(load.answers() + 100);
      System.out.println("found again after " + millisSince(start) + " ms");
    }
  }

  private static void cable(String state) throws IOException, InterruptedException {
    Process ip = new ProcessBuilder(List.of("ip", "link", "set", "v0", state)).inheritIO().start();
    if (ip.waitFor() != 0) {
      throw new AssertionError("ip link set v0 " + state);
    }
  }

  private static long millisSince(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }
}
