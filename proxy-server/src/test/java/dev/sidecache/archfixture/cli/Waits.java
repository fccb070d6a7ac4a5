package dev.sidecache.archfixture.cli;

import java.util.concurrent.CountDownLatch;

/** The command line may wait and print. */
final class Waits {
  private Waits() {}

  static void print(CountDownLatch latch) throws InterruptedException {
    latch.await();
    System.out.println("x");
  }
}
