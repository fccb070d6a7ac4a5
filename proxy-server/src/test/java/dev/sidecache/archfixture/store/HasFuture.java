package dev.sidecache.archfixture.store;

import java.util.concurrent.CompletableFuture;

/** A future on the path. */
interface HasFuture {
  CompletableFuture<String> lookup();
}
