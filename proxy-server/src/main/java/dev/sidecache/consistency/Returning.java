package dev.sidecache.consistency;

import dev.sidecache.store.SharedStore;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What is done whenever the store can be asked again: the epoch is read, so that no answer is
 * released before it is known how long the leases of others may be, and the invalidations still
 * owed are delivered. An epoch that is absent is written. Source: consistency.md, Section 7.
 */
final class Returning implements StoreHealth.Returned {
  private final Instance instance;

  Returning(Instance instance) {
    this.instance = instance;
  }

  @Override
  public void returned(boolean afterQuota) {
    readEpoch();
    if (afterQuota && instance.rules().hold(Rules.Rule.EPOCH_AFTER_QUOTA)) {
      instance.dirty().addEverything();
    }
    instance.dirty().deliver();
  }

  private void readEpoch() {
    ScheduledExecutorService home = instance.loops().get(0);
    SharedStore.Session session = instance.session(home);
    session.lookup(
        List.of(),
        null,
        instance.lookupNanos(),
        new Reader() {
          @Override
          public void found(SharedStore.Versions versions, @Nullable ByteBuf form) {
            instance.sawEpoch(versions.epoch());
            if (versions.epoch() == null) {
              session.init(List.of(), epoch(), instance.lookupNanos(), new Reader());
            }
          }
        });
  }

  private SharedStore.Init epoch() {
    return new SharedStore.Init(
        List.of(), instance.uid(), instance.ownLeaseMillis(), instance.versionsMillis());
  }

  /** Takes the epoch that the store holds; without an answer it is not known, which is safe. */
  private class Reader implements SharedStore.LookupHandler {
    @Override
    public void found(SharedStore.Versions versions, @Nullable ByteBuf form) {
      instance.sawEpoch(versions.epoch());
    }

    @Override
    public void failed(SharedStore.Failure failure) {}
  }
}
