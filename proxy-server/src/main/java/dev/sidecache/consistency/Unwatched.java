package dev.sidecache.consistency;

import dev.sidecache.store.SharedStore;

/** Takes the outcome of what nobody waits for: if it fails, it costs a miss later. */
enum Unwatched implements SharedStore.AckHandler {
  INSTANCE;

  @Override
  public void acknowledged() {}

  @Override
  public void failed(SharedStore.Failure failure) {}
}
