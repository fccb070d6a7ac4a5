package dev.sidecache.store;

import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Epoch;
import dev.sidecache.store.SharedStore.Finish;
import dev.sidecache.store.SharedStore.Init;
import dev.sidecache.store.SharedStore.Mark;
import dev.sidecache.store.SharedStore.Version;
import dev.sidecache.store.SharedStore.Versions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The versions of tags in memory, and the functions that read and change them: what the scripts of
 * the shared tier do on a server, done here. Bounded: of too many tags the one unused for longest
 * goes, which is safe, since an absent version is an invalid one. {@code nowMillis} is an argument;
 * only differences of it count. Not thread-safe. Source: consistency.md, Section 6.
 */
public final class VersionTable {
  private static final Tag.Id ALL = Tag.ALL.id();
  private static final Tag.Id ANY_MUTATION = Tag.ANY_MUTATION.id();

  private final String server;
  private final Map<Tag.Id, Cell> cells;
  private @Nullable Epoch epoch;
  private long epochExpiresMillis;

  /**
   * The value of one version key.
   *
   * @param mids the mutations under way
   */
  private record Cell(String uid, List<String> mids, long expiresMillis) {
    Cell {
      mids = List.copyOf(mids);
    }

    boolean isMarkedBy(@Nullable String mid) {
      return mid != null && mids.contains(mid);
    }
  }

  /** What a mark found; see {@link SharedStore.MarkHandler#marked}. */
  public record Marked(boolean gap, long leastMillis, @Nullable Epoch epoch) {}

  /** What a finish found; see {@link SharedStore.FinishHandler#finished}. */
  public record Finished(boolean gap, @Nullable Epoch epoch) {}

  /**
   * An empty table.
   *
   * @param server the identity told with every read; {@code -} if it has none
   * @param maxTags the most tags kept
   */
  public VersionTable(String server, int maxTags) {
    this.server = server;
    this.cells =
        new LinkedHashMap<>(256, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Tag.Id, Cell> eldest) {
            return size() > maxTags;
          }
        };
  }

  /** Whether each version of a stamp is current, and no mutation that touches it is under way. */
  boolean confirms(Stamp stamp, long nowMillis) {
    for (int i = 0; i < stamp.size(); i++) {
      if (!confirms(stamp.tag(i), stamp.uid(i), nowMillis)) {
        return false;
      }
    }
    return true;
  }

  private boolean confirms(Tag.Id tag, String uid, long nowMillis) {
    if (tag.equals(ALL)) {
      Epoch current = liveEpoch(nowMillis);
      return current != null && current.uid().equals(uid) && current.server().equals(server);
    }
    Cell cell = live(tag, nowMillis);
    return cell != null && cell.uid.equals(uid) && cell.mids.isEmpty();
  }

  /** Epoch and versions as they are. */
  public Versions read(List<Tag.Id> tags, long nowMillis) {
    List<@Nullable Version> versions = new ArrayList<>(tags.size());
    for (Tag.Id tag : tags) {
      Cell cell = live(tag, nowMillis);
      versions.add(cell == null ? null : new Version(cell.uid, !cell.mids.isEmpty()));
    }
    return new Versions(liveEpoch(nowMillis), server, versions);
  }

  /** Gives first versions where there are none, a new epoch where it names another server. */
  public Versions init(List<Tag.Id> tags, Init init, long nowMillis) {
    Epoch current = liveEpoch(nowMillis);
    if (current == null || !current.server().equals(server)) {
      epoch = new Epoch(init.epochUid(), server, init.leaseMillis());
      epochExpiresMillis = nowMillis + init.ttlMillis();
    }
    for (int i = 0; i < tags.size(); i++) {
      if (live(tags.get(i), nowMillis) == null) {
        long expires = nowMillis + init.ttlMillis();
        cells.put(tags.get(i), new Cell(init.uids().get(i), List.of(), expires));
      }
    }
    return read(tags, nowMillis);
  }

  /** Adds a mutation to tags. No mark prolongs another's, except on "any mutation". */
  public Marked mark(Mark mark, long nowMillis) {
    boolean gap = false;
    long least = mark.leaseMillis();
    for (int i = 0; i < mark.tags().size(); i++) {
      Tag.Id tag = mark.tags().get(i);
      boolean counts = !tag.equals(ANY_MUTATION);
      Cell cell = live(tag, nowMillis);
      if (cell == null) {
        cell = new Cell(mark.uids().get(i), List.of(), nowMillis);
      }
      List<String> mids = new ArrayList<>(cell.mids);
      if (!cell.isMarkedBy(mark.mid())) {
        mids.add(mark.mid());
        gap |= counts;
      }
      long left = mark.leaseMillis();
      if (counts && mids.size() > 1) {
        left = Math.min(left, cell.expiresMillis - nowMillis);
      }
      cells.put(tag, new Cell(cell.uid, mids, nowMillis + left));
      least = counts ? Math.min(least, left) : least;
    }
    return new Marked(gap, least, liveEpoch(nowMillis));
  }

  /** Takes a mutation from tags and gives them new versions; tells the epoch as it was before. */
  public Finished finish(Finish finish, long nowMillis) {
    boolean gap = finish.mid() == null;
    for (int i = 0; i < finish.tags().size(); i++) {
      Tag.Id tag = finish.tags().get(i);
      Cell cell = live(tag, nowMillis);
      boolean marked = cell != null && cell.isMarkedBy(finish.mid());
      gap |= !marked && !tag.equals(ANY_MUTATION);
      if (cell != null) {
        String uid = finish.uids().isEmpty() ? cell.uid : finish.uids().get(i);
        cells.put(tag, finished(cell, finish, uid, nowMillis));
      }
    }
    Epoch before = liveEpoch(nowMillis);
    if (finish.newEpoch() != null) {
      epoch = new Epoch(finish.newEpoch(), server, finish.leaseMillis());
      epochExpiresMillis = nowMillis + finish.ttlMillis();
    }
    return new Finished(gap, before);
  }

  private static Cell finished(Cell cell, Finish finish, String uid, long nowMillis) {
    List<String> mids = new ArrayList<>(cell.mids);
    if (finish.mid() != null) {
      mids.remove(finish.mid());
    }
    long expires = mids.isEmpty() ? nowMillis + finish.ttlMillis() : cell.expiresMillis;
    return new Cell(uid, mids, expires);
  }

  /** Forgets the version of a tag, as an eviction would. */
  public void evict(Tag.Id tag) {
    cells.remove(tag);
  }

  /** Forgets all, as a flush would. */
  public void clear() {
    cells.clear();
    epoch = null;
  }

  /** The number of tags with a version, those included that have expired unnoticed. */
  public int size() {
    return cells.size();
  }

  private @Nullable Cell live(Tag.Id tag, long nowMillis) {
    Cell cell = cells.get(tag);
    if (cell != null && cell.expiresMillis - nowMillis <= 0) {
      cells.remove(tag);
      return null;
    }
    return cell;
  }

  private @Nullable Epoch liveEpoch(long nowMillis) {
    if (epoch != null && epochExpiresMillis - nowMillis <= 0) {
      epoch = null;
    }
    return epoch;
  }
}
