package dev.sidecache.consistency.checker;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Epoch;
import dev.sidecache.store.SharedStore.Finish;
import dev.sidecache.store.SharedStore.Init;
import dev.sidecache.store.SharedStore.Mark;
import dev.sidecache.store.SharedStore.Version;
import dev.sidecache.store.SharedStore.Versions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The shared server: versions, marks and stored forms, with the scripts written out from
 * consistency.md, Section 6, and with everything that can befall such a server.
 */
final class SimulatedRedis {
  private static final Tag.Id ANY_MUTATION = Tag.ANY_MUTATION.id();

  private final World world;
  private final boolean marksProlong;
  private final boolean counters;
  private final Map<Tag.Id, Cell> cells = new HashMap<>();
  private final Map<CacheKey, Form> forms = new HashMap<>();
  private final ArrayDeque<Change> journal = new ArrayDeque<>();
  private Epoch epoch;
  private String runId = "run-0";
  private int runs;
  private boolean down;
  private boolean full;
  private boolean overQuota;
  private boolean refusing;

  /**
   * An empty server.
   *
   * @param brokenRule the rule switched off, if it is one of the scripts'
   */
  SimulatedRedis(World world, String brokenRule) {
    this.world = world;
    this.marksProlong = "NO_MARK_PROLONGS_ANOTHERS".equals(brokenRule);
    this.counters = "RANDOM_VERSIONS".equals(brokenRule);
  }

  /** The version to write: the fresh one, or what must not be: the next number. */
  private String uid(Cell before, String fresh) {
    if (!counters) {
      return fresh;
    }
    int number = before == null ? 0 : Integer.parseInt(before.uid);
    String digits = "000000000000000" + (number + 1);
    return digits.substring(digits.length() - 16);
  }

  /** The value of a version key. */
  record Cell(String uid, Set<String> mids, long expires) {}

  private static final class Form {
    final byte[] bytes;
    final long expires;

    Form(byte[] bytes, long expires) {
      this.bytes = bytes;
      this.expires = expires;
    }
  }

  /** How to take back one write. */
  private record Change(long at, Runnable undo) {}

  /** What mark tells. */
  record Marked(boolean gap, long leastMillis, Epoch epoch) {}

  /** What finish tells. */
  record Finished(boolean gap, Epoch epoch) {}

  String runId() {
    return runId;
  }

  boolean isDown() {
    return down;
  }

  boolean isFull() {
    return full;
  }

  boolean isOverQuota() {
    return overQuota;
  }

  void full(boolean isFull) {
    full = isFull;
  }

  boolean isRefusing() {
    return refusing;
  }

  void refusing(boolean isRefusing) {
    refusing = isRefusing;
  }

  void overQuota(boolean isOver) {
    overQuota = isOver;
  }

  /** Stops answering. */
  void stop() {
    down = true;
  }

  /** Answers again: the same process that was only slow or cut off. */
  void resume() {
    down = false;
  }

  /** Another process answers: one that lacks the writes of the last time. */
  void failOver(long lostNanos) {
    runId = "run-" + ++runs;
    long from = world.now() - lostNanos;
    while (!journal.isEmpty() && journal.peekLast().at() > from) {
      journal.removeLast().undo().run();
    }
    journal.clear();
  }

  /** Forgets the version of a tag. */
  void evict(Tag.Id tag) {
    write(tag, null);
  }

  /** Forgets a stored form. */
  void evictForms() {
    forms.clear();
  }

  /** Forgets everything. */
  void flush() {
    for (Tag.Id tag : new ArrayList<>(cells.keySet())) {
      write(tag, null);
    }
    writeEpoch(null);
    forms.clear();
  }

  private long until(long millisFromNow) {
    return world.now() + millisFromNow * 1_000_000;
  }

  private Cell live(Tag.Id tag) {
    Cell cell = cells.get(tag);
    return cell == null || cell.expires <= world.now() ? null : cell;
  }

  private void write(Tag.Id tag, Cell cell) {
    Cell before = cells.get(tag);
    remember(() -> put(tag, before));
    put(tag, cell);
  }

  private void put(Tag.Id tag, Cell cell) {
    if (cell == null) {
      cells.remove(tag);
    } else {
      cells.put(tag, cell);
    }
  }

  private void writeEpoch(Epoch next) {
    Epoch before = epoch;
    remember(() -> epoch = before);
    epoch = next;
  }

  private void remember(Runnable undo) {
    journal.addLast(new Change(world.now(), undo));
    while (world.now() - journal.peekFirst().at() > World.ms(1000)) {
      journal.removeFirst();
    }
  }

  Versions read(List<Tag.Id> tags) {
    List<Version> versions = new ArrayList<>(tags.size());
    for (Tag.Id tag : tags) {
      Cell cell = live(tag);
      versions.add(cell == null ? null : new Version(cell.uid, !cell.mids.isEmpty()));
    }
    return new Versions(epoch, runId, versions);
  }

  /** All that makes this server differ from another one. */
  String describe() {
    Map<String, Cell> sorted = new TreeMap<>();
    cells.forEach((tag, cell) -> sorted.put(tag.text(), cell));
    Map<String, Integer> stored = new TreeMap<>();
    forms.forEach((key, form) -> stored.put(key.digest(), Arrays.hashCode(form.bytes)));
    return runId + epoch + sorted + stored;
  }

  byte[] form(CacheKey key) {
    Form form = forms.get(key);
    return form == null || form.expires <= world.now() ? null : form.bytes;
  }

  void store(CacheKey key, byte[] bytes, long ttlMillis) {
    forms.put(key, new Form(bytes, until(ttlMillis)));
  }

  void delete(CacheKey key) {
    forms.remove(key);
  }

  Versions init(List<Tag.Id> tags, Init init) {
    if (epoch == null || !epoch.server().equals(runId)) {
      writeEpoch(new Epoch(init.epochUid(), runId, init.leaseMillis()));
    }
    for (int i = 0; i < tags.size(); i++) {
      if (live(tags.get(i)) == null) {
        long expires = until(init.ttlMillis());
        write(tags.get(i), new Cell(uid(null, init.uids().get(i)), new LinkedHashSet<>(), expires));
      }
    }
    return read(tags);
  }

  Marked mark(Mark mark) {
    boolean gap = false;
    long least = mark.leaseMillis();
    for (int i = 0; i < mark.tags().size(); i++) {
      Tag.Id tag = mark.tags().get(i);
      Cell cell = live(tag);
      Set<String> mids = new LinkedHashSet<>(cell == null ? Set.of() : cell.mids);
      boolean added = mids.add(mark.mid());
      long left = mark.leaseMillis();
      if (cell != null && mids.size() > 1 && !tag.equals(ANY_MUTATION) && !marksProlong) {
        left = Math.min(left, (cell.expires - world.now()) / 1_000_000);
      }
      String uid = cell == null ? uid(null, mark.uids().get(i)) : cell.uid;
      write(tag, new Cell(uid, mids, until(left)));
      if (!tag.equals(ANY_MUTATION)) {
        gap |= added;
        least = Math.min(least, left);
      }
    }
    return new Marked(gap, least, epoch);
  }

  Finished finish(Finish finish) {
    boolean gap = finish.mid() == null;
    for (int i = 0; i < finish.tags().size(); i++) {
      Tag.Id tag = finish.tags().get(i);
      Cell cell = live(tag);
      boolean marked = cell != null && cell.mids.contains(finish.mid());
      gap |= !marked && !tag.equals(ANY_MUTATION);
      if (cell != null) {
        write(tag, full ? null : finished(cell, finish, i));
      }
    }
    Epoch before = epoch;
    if (finish.newEpoch() != null) {
      Epoch next = new Epoch(finish.newEpoch(), runId, finish.leaseMillis());
      writeEpoch(full ? null : next);
    }
    return new Finished(gap || full, before);
  }

  private Cell finished(Cell cell, Finish finish, int i) {
    Set<String> mids = new LinkedHashSet<>(cell.mids);
    mids.remove(finish.mid());
    String uid = finish.uids().isEmpty() ? cell.uid : uid(cell, finish.uids().get(i));
    long expires = mids.isEmpty() ? until(finish.ttlMillis()) : cell.expires;
    return new Cell(uid, mids, expires);
  }
}
