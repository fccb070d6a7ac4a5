package dev.sidecache.archfixture.exchange;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Waits for a subtype of Future. */
final class GetsFuture {
  private GetsFuture() {}

  static String wait(FutureTask<String> task) throws ExecutionException, InterruptedException {
    return task.get();
  }
}
