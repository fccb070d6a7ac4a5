package dev.sidecache.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Threads that ask until they are told to stop. One that does not end is told as a failure. */
final class Clients implements AutoCloseable {
  private final History history;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  Clients(History history) {
    this.history = history;
  }

  void start(String name, Runnable client) {
    Thread thread = new Thread(client, name);
    thread.start();
    threads.add(thread);
  }

  /** Waits for a client's next turn; false: there is none. */
  boolean goesOnAfter(long time, TimeUnit unit) throws InterruptedException {
    return !stop.await(time, unit);
  }

  /** Lets them run for a time. */
  void runFor(long millis) throws InterruptedException {
    boolean unused = goesOnAfter(millis, TimeUnit.MILLISECONDS);
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
