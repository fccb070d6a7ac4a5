package dev.sidecache.admin;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Where what goes through everything is done: off the event loops. */
record Background(Executor executor) {

  /** Does the work there, or this in its place on the calling thread if the process is stopping. */
  void run(Runnable work, Runnable otherwise) {
    try {
      executor.execute(work);
    } catch (RejectedExecutionException stopping) {
      otherwise.run();
    }
  }
}
