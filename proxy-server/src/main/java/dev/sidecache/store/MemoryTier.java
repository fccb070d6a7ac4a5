package dev.sidecache.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tier in this process (L1): stored responses and Vary records by cache key, bounded by bytes.
 * What it holds is not yet believed: whether a stamp still is current is checked elsewhere.
 *
 * <h2>Ownership</h2>
 *
 * The tier owns one reference to each stored response and returns it when the response leaves, for
 * whatever cause. {@link #find} hands out a further reference, which the caller releases.
 *
 * <p>Thread-safe; upkeep is done by the calling thread, so no thread of its own touches a buffer.
 */
public final class MemoryTier {
  /** What an entry weighs beside its content: key, node and queues of the map. */
  private static final int ENTRY_BYTES = 160;

  private final long maxBytes;
  private final Cache<CacheKey, Slot> slots;
  private final LongAdder entries = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final Map<Departure, LongAdder> departures = new EnumMap<>(Departure.class);

  /** Why a stored response left; the word is a label of a metric. */
  public enum Departure {
    /** Others needed the room. */
    SIZE("size"),
    /** Its time to keep had passed. */
    EXPIRED("expired"),
    /** Another one was put under its key. */
    REPLACED("replaced"),
    /** It was invalidated. */
    EXPLICIT("explicit");

    private final String word;

    Departure(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    private static Departure of(RemovalCause cause) {
      return switch (cause) {
        case SIZE -> SIZE;
        case EXPIRED -> EXPIRED;
        case REPLACED -> REPLACED;
        case EXPLICIT, COLLECTED -> EXPLICIT;
      };
    }
  }

  /** What lies under a key, how long it is kept from when it was put, and what it weighs. */
  private record Slot(Stored stored, long keepNanos, int weightBytes) {}

  /**
   * An empty tier.
   *
   * @param maxBytes the most that stored responses and their upkeep may weigh; 0 keeps nothing
   * @param nanoTime the monotonic clock
   */
  public MemoryTier(long maxBytes, LongSupplier nanoTime) {
    this.maxBytes = maxBytes;
    for (Departure departure : Departure.values()) {
      departures.put(departure, new LongAdder());
    }
    this.slots =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((CacheKey key, Slot slot) -> slot.weightBytes)
            .expireAfter(
                Expiry.writing((CacheKey key, Slot slot) -> Duration.ofNanos(slot.keepNanos)))
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .removalListener(this::left)
            .build();
  }

  /** What lies under the key, or null. The caller owns a reference to it. */
  public @Nullable Stored find(CacheKey key) {
    Slot slot = slots.getIfPresent(key);
    // NB: it may be evicted between the two lines.
    return slot != null && slot.stored.tryAcquire() ? slot.stored : null;
  }

  /**
   * Keeps a response or a Vary record, in place of what lay there; takes over one reference, also
   * if it cannot be kept.
   *
   * @param keepNanos lifetime and grace: how long it may be of use
   */
  public void put(CacheKey key, Stored stored, long keepNanos) {
    int weight = stored.weightBytes() + key.lengthBytes() + ENTRY_BYTES;
    entries.increment();
    bytes.add(weight);
    tellKept(stored, true);
    slots.put(key, new Slot(stored, keepNanos, weight));
  }

  /** Lets go of what lies under the key, if anything does. */
  public void invalidate(CacheKey key) {
    slots.invalidate(key);
  }

  /** Lets go of everything. */
  public void clear() {
    slots.invalidateAll();
  }

  /**
   * What of a set of tags was found.
   *
   * @param responses how many stored responses carry at least one of them
   * @param tags those that a stored response carries
   */
  public record Carrying(long responses, Set<Tag.Id> tags) {
    public Carrying {
      tags = Set.copyOf(tags);
    }
  }

  /** What lies here under any of the tags. Goes through everything: not for an event loop. */
  public Carrying carrying(Set<Tag.Id> tags) {
    long responses = 0;
    Set<Tag.Id> found = new HashSet<>();
    for (Slot slot : slots.asMap().values()) {
      boolean response = slot.stored instanceof StoredResponse;
      responses += response && addCarried(slot.stored.stamp(), tags, found) ? 1 : 0;
    }
    return new Carrying(responses, found);
  }

  /** Lets go of what carries any of the tags. Goes through everything: not for an event loop. */
  public void invalidate(Set<Tag.Id> tags) {
    Set<Tag.Id> found = new HashSet<>();
    for (Map.Entry<CacheKey, Slot> entry : slots.asMap().entrySet()) {
      Slot slot = entry.getValue();
      if (addCarried(slot.stored.stamp(), tags, found)) {
        // NB: what was put in its place since is another slot and stays.
        boolean unused = slots.asMap().remove(entry.getKey(), slot);
      }
    }
  }

  private static boolean addCarried(Stamp stamp, Set<Tag.Id> tags, Set<Tag.Id> found) {
    boolean any = false;
    for (int i = 0; i < stamp.size(); i++) {
      if (tags.contains(stamp.tag(i))) {
        found.add(stamp.tag(i));
        any = true;
      }
    }
    return any;
  }

  /**
   * Shows every stored response; its content only while {@link Stored#tryAcquire acquired}. Goes
   * through everything: not for an event loop.
   *
   * @param visitor is called on this thread
   */
  public void forEachResponse(Consumer<StoredResponse> visitor) {
    for (Slot slot : slots.asMap().values()) {
      if (slot.stored instanceof StoredResponse response) {
        visitor.accept(response);
      }
    }
  }

  /** Does the upkeep that is due: what has expired or is too much leaves now. */
  public void cleanUp() {
    slots.cleanUp();
  }

  private void left(@Nullable CacheKey key, @Nullable Slot slot, RemovalCause cause) {
    if (slot == null) {
      return;
    }
    entries.decrement();
    bytes.add(-slot.weightBytes);
    LongAdder counter = departures.get(Departure.of(cause));
    if (counter != null) {
      counter.increment();
    }
    tellKept(slot.stored, false);
    slot.stored.release();
  }

  private static void tellKept(Stored stored, boolean kept) {
    if (stored instanceof StoredResponse response) {
      response.kept(kept);
    }
  }

  /** How many responses and Vary records it holds. */
  public long entries() {
    return entries.sum();
  }

  /** What it holds weighs, in bytes. */
  public long sizeBytes() {
    return bytes.sum();
  }

  public long maxBytes() {
    return maxBytes;
  }

  /** How many have left for this cause since the start. */
  public long departures(Departure cause) {
    LongAdder counter = departures.get(cause);
    return counter == null ? 0 : counter.sum();
  }
}
