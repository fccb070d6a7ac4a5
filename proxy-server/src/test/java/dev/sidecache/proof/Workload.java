package dev.sidecache.proof;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Clients that read and write all the time, each at one sidecar, some keys far more than others.
 */
final class Workload implements AutoCloseable {
  private final History history;
  private final Shape shape;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  /**
   * How much of what.
   *
   * @param readers per sidecar
   * @param writers per sidecar, or at the first one only
   * @param writePauseMillis between two writes of a writer
   * @param keys how many; the n-th is asked for 1/n as often as the first
   */
  record Shape(int readers, int writers, int writePauseMillis, int keys, boolean onlyFirstWrites) {
    static Shape of(int readers, int writers, int writePauseMillis, int keys) {
      return new Shape(readers, writers, writePauseMillis, keys, false);
    }

    Shape withFirstWriting() {
      return new Shape(readers, writers, writePauseMillis, keys, true);
    }

    int clients(int sidecar) {
      return readers + (onlyFirstWrites && sidecar > 0 ? 0 : writers);
    }
  }

  Workload(Fleet fleet, History history, Shape shape, long seed) {
    this.history = history;
    this.shape = shape;
    Random seeds = new Random(seed);
    for (Fleet.Member member : fleet.members()) {
      int index = fleet.members().indexOf(member);
      for (int i = 0; i < shape.clients(index); i++) {
        boolean reads = i < shape.readers;
        String name = (reads ? "r" : "w") + index + "." + i;
        Random random = new Random(seeds.nextLong());
        Thread thread = new Thread(() -> run(member, name, reads, random), "proof-" + name);
        thread.start();
        threads.add(thread);
      }
    }
  }

  private void run(Fleet.Member member, String client, boolean reads, Random random) {
    try (Connection connection = new Connection()) {
      while (!stop.await(
          reads ? 0 : random.nextInt(shape.writePauseMillis) + 1, TimeUnit.MILLISECONDS)) {
        ask(connection, member, client, reads, "/items/" + zipf(random));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private int zipf(Random random) {
    double all = 0;
    for (int i = 1; i <= shape.keys; i++) {
      all += 1.0 / i;
    }
    double left = random.nextDouble() * all;
    int key = 0;
    while (left > 0 && key < shape.keys) {
      key++;
      left -= 1.0 / key;
    }
    return key;
  }

  private void ask(
      Connection connection, Fleet.Member member, String client, boolean reads, String key)
      throws InterruptedException {
    long start = System.nanoTime();
    URI to = member.address();
    try {
      Connection.Answer answer = connection.ask(to, reads ? "GET" : "PUT", key);
      long end = System.nanoTime();
      if (answer.status() != 200) {
        // A mutation that cannot be marked is refused under mutation_policy: reject.
        if (reads || answer.status() != 503) {
          failed(member, start, client + " " + key + " " + answer);
        }
      } else if (reads) {
        history.add(
            new History.Read(client, key, start, end, answer.version(), answer.cacheStatus()));
      } else {
        history.add(new History.Write(client, key, start, end, answer.version()));
      }
    } catch (IOException broken) {
      // A mutation that may be hidden elsewhere is broken off, not answered.
      if (reads) {
        failed(member, start, client + " " + key + " " + broken);
      }
      boolean unused = stop.await(20, TimeUnit.MILLISECONDS);
    }
  }

  private void failed(Fleet.Member member, long start, String what) {
    if (!member.troubled && start > member.troubledUntilNanos) {
      history.failed(what);
    }
  }

  /** Lets it run for a time. */
  void runFor(long millis) throws InterruptedException {
    boolean unused = stop.await(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    stop.countDown();
    for (Thread thread : threads) {
      try {
        thread.join(30_000);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      if (thread.isAlive()) {
        history.failed(thread.getName() + " hangs");
      }
    }
  }
}
