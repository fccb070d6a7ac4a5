package dev.sidecache.consistency;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore;
import io.netty.buffer.ByteBuf;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the guards of mutations, and purges. Source: consistency.md, Section 6. */
public final class Mutations {
  private final Instance instance;
  private final Set<Hold> held = ConcurrentHashMap.newKeySet();

  Mutations(Instance instance) {
    this.instance = instance;
  }

  /** Takes the outcome of a purge. */
  public interface PurgeHandler {
    /**
     * The purge has ended.
     *
     * @param pending false: it holds in every instance. True: the shared store is away; it is
     *     delivered when that is back, before this instance answers from the cache again
     */
    void done(boolean pending);
  }

  /** Takes which tags have a version. */
  public interface VersionedHandler {
    /**
     * Called once, on the loop of the question, possibly before it returns.
     *
     * @param tags those that have one; null: the shared store could not be asked
     */
    void done(@Nullable Set<Tag.Id> tags);
  }

  /**
   * The guard of one mutation.
   *
   * @param tags what it may touch, by rules and its URL; empty: nothing that is cached
   * @param loop the request's
   */
  public MutationGuard begin(Collection<Tag> tags, ScheduledExecutorService loop) {
    Set<Tag.Id> ids = new LinkedHashSet<>();
    for (Tag tag : tags) {
      ids.add(tag.id());
    }
    return new MutationGuard(instance, loop, ids);
  }

  /**
   * Makes everything that carries one of the tags invalid, in all instances.
   *
   * @param all everything, whatever it carries
   */
  public void purge(
      Collection<Tag> tags, boolean all, ScheduledExecutorService loop, PurgeHandler handler) {
    if (instance.health().state() == StoreHealth.State.OFF) {
      handler.done(false);
      return;
    }
    Set<Tag.Id> ids = new LinkedHashSet<>();
    for (Tag tag : tags) {
      ids.add(tag.id());
    }
    boolean everything = ids.remove(Reading.ALL) || all;
    ids.add(Reading.ANY_MUTATION);
    List<Tag.Id> touched = List.copyOf(ids);
    SharedStore.Finish finish =
        everything
            ? instance.finishEverything(touched)
            : instance.finish(null, touched, instance.uids(touched.size()));
    instance
        .session(loop)
        .finish(
            finish,
            instance.finishNanos(),
            new SharedStore.FinishHandler() {
              @Override
              public void finished(boolean gap, SharedStore.@Nullable Epoch epoch) {
                instance.sawEpoch(epoch);
                purged(loop, handler);
              }

              @Override
              public void failed(SharedStore.Failure failure) {
                instance.dirty().add(finish, null);
                handler.done(true);
              }
            });
  }

  /** The versions have changed; leases granted before live L′ longer. */
  private void purged(ScheduledExecutorService loop, PurgeHandler handler) {
    long hold = instance.bounds().holdNanos(instance.nanoTime());
    if (hold == 0 || !instance.rules().hold(Rules.Rule.HOLD)) {
      handler.done(false);
    } else {
      Timer.start(loop, hold, () -> handler.done(false));
    }
  }

  /**
   * Tells which of the tags have a version in the shared store. One without has none in any
   * instance, so nothing valid carries it. One command.
   */
  public void versioned(
      Collection<Tag> tags, ScheduledExecutorService loop, VersionedHandler handler) {
    if (!instance.health().state().connected()) {
      handler.done(null);
      return;
    }
    Set<Tag.Id> asked = new LinkedHashSet<>();
    for (Tag tag : tags) {
      asked.add(tag.id());
    }
    List<Tag.Id> ids = List.copyOf(asked);
    instance
        .session(loop)
        .lookup(
            ids,
            null,
            instance.lookupNanos(),
            new SharedStore.LookupHandler() {
              @Override
              public void found(SharedStore.Versions versions, @Nullable ByteBuf none) {
                handler.done(versioned(ids, versions));
              }

              @Override
              public void failed(SharedStore.Failure failure) {
                handler.done(null);
              }
            });
  }

  /**
   * Prepares to count what a purge of these tags makes invalid in the shared store; the purge may
   * begin when the handler is called. One command.
   *
   * @param handler is told on the loop; null: the shared store could not be asked
   */
  public void counting(
      Collection<Tag> tags, ScheduledExecutorService loop, Consumer<@Nullable PurgeCount> handler) {
    if (!instance.health().state().connected()) {
      handler.accept(null);
      return;
    }
    Set<Tag.Id> ids = new LinkedHashSet<>();
    for (Tag tag : tags) {
      ids.add(tag.id());
    }
    PurgeCount.prepare(instance, ids, loop, handler::accept);
  }

  private static Set<Tag.Id> versioned(List<Tag.Id> ids, SharedStore.Versions versions) {
    Set<Tag.Id> versioned = new LinkedHashSet<>();
    for (int i = 0; i < ids.size(); i++) {
      if (versions.versions().get(i) != null) {
        versioned.add(ids.get(i));
      }
    }
    return versioned;
  }

  /** How many answers are held at this moment. */
  public int held() {
    return held.size();
  }

  /** The process ends: what is still held is broken off, each on its loop. */
  public void breakOffHeld() {
    for (Hold hold : held) {
      hold.breakOff();
    }
  }

  void holding(Hold hold) {
    held.add(hold);
  }

  void released(Hold hold) {
    held.remove(hold);
  }
}
