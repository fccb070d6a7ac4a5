package dev.sidecache.archfixture;

import dev.sidecache.archfixture.store.Component;
import java.util.concurrent.CountDownLatch;

/** The entry point may wait and name everything. */
public final class Main {
  private Main() {}

  static Component waits(CountDownLatch latch, Component component) throws InterruptedException {
    latch.await();
    return component;
  }
}
