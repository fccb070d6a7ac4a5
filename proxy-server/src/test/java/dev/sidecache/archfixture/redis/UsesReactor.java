package dev.sidecache.archfixture.redis;

import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;

/** Reactor; the future beside it is allowed here. */
interface UsesReactor {
  Mono<String> mono();

  CompletableFuture<String> future();
}
