package dev.sidecache.advice;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.caching.Tier;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cache without content and without a limit of its own: what it finds is what the real one would.
 *
 * <p>Its memory is bounded. When that is full, keys that nobody asked for in a day go; if that is
 * not enough, from then on only every second key is followed, then every fourth, and so on, chosen
 * by their hash, each counting for as many. What is counted so stays right on average; what was
 * left out is told. Source: Waldspurger et al., Efficient MRC Construction with SHARDS, FAST 2015.
 * Not thread-safe.
 */
final class Imagined {
  private static final long IDLE_MILLIS = Lifetimes.LONGEST.toMillis();
  private static final int MOST_TAGS = 65_536;
  private static final int MOST_HALVINGS = 30;

  private final long maxBytes;
  private final Map<CacheKey, ImaginedEntry> entries = new LinkedHashMap<>(256, 0.75f, true);
  private final Map<Tag.Id, Long> invalidated = new LinkedHashMap<>();
  private long bytes;
  private int halvings;

  /** Up to this moment it is not known what was invalidated. */
  private long forgotten = -1;

  Imagined(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** How many keys each followed one stands for; 0: this one is not followed. */
  int weightOf(CacheKey key) {
    long mask = (1L << halvings) - 1;
    return (mixed(key.hashCode()) & mask) == 0 ? 1 << halvings : 0;
  }

  /** NB: the hash of a key is a polynomial, its low bits are those of the last byte. */
  private static long mixed(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }

  int oneIn() {
    return 1 << halvings;
  }

  int size() {
    return entries.size();
  }

  long sizeBytes() {
    return bytes;
  }

  /** The entry that a request selects; null if there is none. */
  @Nullable ImaginedEntry find(Plan plan, CacheKey key) {
    ImaginedEntry base = entries.get(key);
    List<String> names = base == null ? null : base.varies;
    return names == null ? base : entries.get(variant(plan, key, names));
  }

  private static CacheKey variant(Plan plan, CacheKey key, List<String> names) {
    return CacheKey.variant(key, names, plan.head().fields());
  }

  /** What a lookup would bring. */
  Lookup lookup(Plan plan, CacheKey key) {
    ImaginedEntry found = find(plan, key);
    StoredHead stored = found == null ? null : found.stored;
    if (found != null && stored != null) {
      return new Lookup.Found(stored, Tier.L1, isCurrent(found.tags, found.fetched));
    }
    ImaginedEntry base = entries.get(key);
    return base == null || base.varies == null ? new Lookup.UriMiss() : new Lookup.VaryMiss();
  }

  /** Whether nothing with these tags was invalidated since a fetch began. */
  boolean isCurrent(List<Tag.Id> tags, long fetched) {
    if (fetched <= forgotten) {
      return false;
    }
    for (Tag.Id tag : tags) {
      Long at = invalidated.get(tag);
      if (at != null && at >= fetched) {
        return false;
      }
    }
    return true;
  }

  /** Notes an invalidation. */
  void invalidate(Collection<Tag> tags, long sequence) {
    for (Tag tag : tags) {
      Tag.Id id = tag.id();
      invalidated.remove(id);
      invalidated.put(id, sequence);
    }
    Iterator<Long> oldest = invalidated.values().iterator();
    for (int over = invalidated.size() - MOST_TAGS; over > 0; over--) {
      forgotten = Math.max(forgotten, oldest.next());
      oldest.remove();
    }
  }

  /** The entry of the answer to a request, made if there is none. */
  ImaginedEntry at(Plan plan, CacheKey key, @Nullable List<String> varies) {
    ImaginedEntry base = entries.computeIfAbsent(key, own -> made(own, key));
    if (varies == null) {
      base.varies = null;
      return base;
    }
    if (!varies.equals(base.varies)) {
      weighs(base, () -> base.varies = varies);
    }
    return entries.computeIfAbsent(variant(plan, key, varies), own -> made(own, key));
  }

  private ImaginedEntry made(CacheKey own, CacheKey root) {
    ImaginedEntry entry = new ImaginedEntry(root, own.lengthBytes());
    bytes += entry.weight();
    return entry;
  }

  /** Changes an entry and keeps count of what it takes. */
  void weighs(ImaginedEntry entry, Runnable change) {
    bytes -= entry.weight();
    change.run();
    bytes += entry.weight();
  }

  /** Makes room if there is none. */
  void shrink(long nowMillis) {
    Iterator<ImaginedEntry> eldest = entries.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      ImaginedEntry entry = eldest.next();
      if (nowMillis - entry.askedMillis <= IDLE_MILLIS) {
        break;
      }
      bytes -= entry.weight();
      eldest.remove();
    }
    while (bytes > maxBytes && halvings < MOST_HALVINGS) {
      halvings++;
      entries
          .values()
          .removeIf(
              each -> {
                boolean goes = weightOf(each.root) == 0;
                bytes -= goes ? each.weight() : 0;
                return goes;
              });
    }
  }
}
