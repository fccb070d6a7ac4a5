package dev.sidecache.proof;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** The answered requests of one client, in order. One thread writes, any may read meanwhile. */
final class ClientLog {
  private static final int ROWS = 1 << 13;
  private static final byte HIT = 1;
  private static final byte TROUBLED = 2;

  private final String client;
  private final List<Chunk> chunks = new CopyOnWriteArrayList<>();
  private volatile int size;

  /** A part of the log, column by column. */
  private static final class Chunk {
    final long[] startNanos = new long[ROWS];
    final int[] untilEnd = new int[ROWS];
    final int[] took = new int[ROWS];
    final int[] version = new int[ROWS];
    final short[] key = new short[ROWS];
    final byte[] flags = new byte[ROWS];
  }

  ClientLog(String client) {
    this.client = client;
  }

  /**
   * When a request was sent and answered, in nanoseconds of one clock.
   *
   * @param start when it was sent
   * @param awaited from when on nothing before it was waited for: what it took counts from there
   * @param end when its answer was there
   * @param troubled whether the sidecar itself was stopped or killed meanwhile
   */
  record Times(long start, long awaited, long end, boolean troubled) {}

  /** Adds an answer. */
  void add(int key, Times times, long version, boolean hit) {
    int index = size;
    int row = index % ROWS;
    if (row == 0) {
      chunks.add(new Chunk());
    }
    Chunk chunk = chunks.get(index / ROWS);
    chunk.startNanos[row] = times.start;
    // NB: rounded up, so that nothing counts as answered before it was.
    chunk.untilEnd[row] = micros(times.end - times.start);
    chunk.took[row] = micros(times.end - times.awaited);
    chunk.version[row] = Math.toIntExact(version);
    chunk.key[row] = (short) key;
    chunk.flags[row] = (byte) ((hit ? HIT : 0) | (times.troubled ? TROUBLED : 0));
    size = index + 1;
  }

  private static int micros(long nanos) {
    return Math.toIntExact((nanos + 999) / 1_000);
  }

  String client() {
    return client;
  }

  int size() {
    return size;
  }

  int key(int index) {
    return chunk(index).key[index % ROWS];
  }

  int version(int index) {
    return chunk(index).version[index % ROWS];
  }

  long startNanos(int index) {
    return chunk(index).startNanos[index % ROWS];
  }

  long endNanos(int index) {
    return startNanos(index) + chunk(index).untilEnd[index % ROWS] * 1_000L;
  }

  long hits() {
    return rows().filter(i -> has(i, HIT)).count();
  }

  IntStream untroubledMicros() {
    return rows().filter(i -> !has(i, TROUBLED)).map(i -> chunk(i).took[i % ROWS]);
  }

  private IntStream rows() {
    return IntStream.range(0, size);
  }

  private boolean has(int index, byte flag) {
    return (chunk(index).flags[index % ROWS] & flag) != 0;
  }

  private Chunk chunk(int index) {
    return chunks.get(index / ROWS);
  }
}
