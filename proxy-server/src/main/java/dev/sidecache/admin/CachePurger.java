package dev.sidecache.admin;

import dev.sidecache.caching.Purge;
import dev.sidecache.caching.Tag;
import dev.sidecache.consistency.Mutations;
import dev.sidecache.consistency.PurgeCount;
import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.store.MemoryTier.Carrying;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries purges out on the cache: the versions of their tags change in the shared store, and what
 * carries them leaves this instance's memory.
 *
 * <p>An item is known if a stored response here carries one of its tags, or if one of them has a
 * version in the shared store: then it was looked up, somewhere, within the lifetime of versions.
 * How many responses the shared store loses is counted where the request asks for it, else {@code
 * removedInShared} is null.
 */
public final class CachePurger implements Purger {
  private static final Carrying NOTHING = new Carrying(0, Set.of());

  private final Supplier<RuleSet> rules;
  private final Mutations mutations;
  private final MemoryTier memory;
  private final Background background;
  private final ExchangeObserver observer;

  /**
   * A purger of one instance's cache.
   *
   * @param rules those in force, asked at each purge
   * @param memory what is dropped from
   * @param background goes through the memory tier, which is not for an event loop
   * @param observer is told of each purge, with the source {@code api}
   */
  public CachePurger(
      Supplier<RuleSet> rules,
      Mutations mutations,
      MemoryTier memory,
      Executor background,
      ExchangeObserver observer) {
    this.rules = rules;
    this.mutations = mutations;
    this.memory = memory;
    this.background = new Background(background);
    this.observer = observer;
  }

  @Override
  public void purge(PurgeRequest request, ScheduledExecutorService loop, PurgeHandler handler) {
    new Running(request, loop, handler).start();
  }

  private static Purge order(PurgeRequest request) {
    List<String> names = new ArrayList<>(request.items().size());
    for (PurgeRequest.Item item : request.items()) {
      names.add(item.name());
    }
    return request.kind() == Purge.Kind.ALL ? Purge.ALL : new Purge(request.kind(), names);
  }

  /** One purge: its steps run beside each other, its state is touched on its loop only. */
  private final class Running {
    private final PurgeRequest request;
    private final ScheduledExecutorService loop;
    private final PurgeHandler handler;
    private final RuleSet current = rules.get();
    private final List<Purge.Item> items;
    private final Set<Tag> tags = new LinkedHashSet<>();
    private int open = 3;
    private Carrying inMemory = NOTHING;
    private Set<Tag.Id> versioned = Set.of();
    private boolean pending;
    private @Nullable PurgeCount count;
    private @Nullable Long inShared;

    Running(PurgeRequest request, ScheduledExecutorService loop, PurgeHandler handler) {
      this.request = request;
      this.loop = loop;
      this.handler = handler;
      this.items = order(request).items(current);
      for (Purge.Item item : items) {
        tags.addAll(item.tags());
      }
    }

    void start() {
      mutations.versioned(tags, loop, this::versioned);
      if (request.count()) {
        mutations.counting(tags, loop, this::prepared);
      } else {
        purge();
      }
      walk();
    }

    private void prepared(@Nullable PurgeCount prepared) {
      count = prepared;
      purge();
    }

    private void versioned(@Nullable Set<Tag.Id> found) {
      versioned = found == null ? Set.of() : found;
      stepEnded();
    }

    private void purge() {
      if (request.dryRun()) {
        count();
        return;
      }
      mutations.purge(
          tags,
          request.kind() == Purge.Kind.ALL,
          loop,
          waits -> {
            pending = waits;
            observer.invalidated("api", "-", tags);
            count();
          });
    }

    /** NB: what waits for the shared store has removed nothing in it yet. */
    private void count() {
      PurgeCount counting = count;
      if (counting == null || pending) {
        stepEnded();
      } else {
        counting.count(
            responses -> {
              inShared = responses;
              stepEnded();
            });
      }
    }

    private void walk() {
      Set<Tag.Id> ids = new LinkedHashSet<>();
      for (Tag tag : tags) {
        ids.add(tag.id());
      }
      background.run(
          () -> {
            Carrying found = memory.carrying(ids);
            loop.execute(() -> walked(found));
            // NB: behind the answer. They are invalid already, and to drop many takes a while.
            if (!request.dryRun()) {
              memory.invalidate(ids);
            }
          },
          () -> walked(NOTHING));
    }

    private void walked(Carrying found) {
      inMemory = found;
      stepEnded();
    }

    private void stepEnded() {
      open--;
      if (open > 0) {
        return;
      }
      List<String> unknown = unknown();
      if (unknown.isEmpty()) {
        finish(null);
      } else if (request.kind() != Purge.Kind.TAG) {
        finish(PurgeHint.of(request.kind(), unknown, current, List.of()));
      } else {
        hintFromDeclaredTags(unknown);
      }
    }

    private void hintFromDeclaredTags(List<String> unknown) {
      background.run(
          () -> {
            Set<String> seen = new LinkedHashSet<>();
            memory.forEachResponse(
                stored -> PurgeHint.addDeclared(stored.head().head().fields(), seen));
            String hint = PurgeHint.of(request.kind(), unknown, current, seen);
            loop.execute(() -> finish(hint));
          },
          () -> finish(PurgeHint.of(request.kind(), unknown, current, List.of())));
    }

    private List<String> unknown() {
      List<String> unknown = new ArrayList<>(0);
      for (int i = 0; i < request.items().size(); i++) {
        if (!isKnown(items.get(i))) {
          unknown.add(request.items().get(i).given());
        }
      }
      return unknown;
    }

    private boolean isKnown(Purge.Item item) {
      for (Tag tag : item.tags()) {
        if (inMemory.tags().contains(tag.id()) || versioned.contains(tag.id())) {
          return true;
        }
      }
      return false;
    }

    private void finish(@Nullable String hint) {
      List<Item> told = new ArrayList<>(request.items().size());
      for (int i = 0; i < request.items().size(); i++) {
        Purge.Item item = items.get(i);
        told.add(new Item(request.items().get(i).given(), isKnown(item), covered(item)));
      }
      handler.purged(new Outcome(told, inMemory.responses(), inShared, pending, hint));
    }

    /** The keys that a prefix became, or the family that a pattern was widened to. */
    private List<String> covered(Purge.Item item) {
      if (request.kind() == Purge.Kind.PREFIX) {
        List<String> keys = new ArrayList<>(item.tags().size());
        for (Tag tag : item.tags()) {
          keys.add(tag.text());
        }
        return keys;
      }
      String widened = item.widened();
      return widened == null ? List.of() : List.of(widened);
    }
  }
}
