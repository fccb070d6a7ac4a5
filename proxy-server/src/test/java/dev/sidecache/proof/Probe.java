package dev.sidecache.proof;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A client that does one thing after the other, at the sidecar and the moment it is told. */
final class Probe implements AutoCloseable {
  private static final int READS_AFTER = 20;

  private final Fleet fleet;
  private final History history;
  private final List<Connection> connections = new ArrayList<>();
  private final List<ClientLog> logs = new ArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private String readPath = Fleet.ITEMS;
  private String writePath = Fleet.ITEMS;

  Probe(Fleet fleet, History history) {
    this.fleet = fleet;
    this.history = history;
    for (Fleet.Member member : fleet.members()) {
      connections.add(new Connection());
      logs.add(history.reader("probe" + member.index));
    }
  }

  /** What is read and what is written, before the number of the key. */
  void paths(String read, String write) {
    readPath = read;
    writePath = write;
  }

  /** One GET; whether it was a hit. Failures are told. */
  boolean read(int sidecar, int key) {
    Fleet.Member member = fleet.members().get(sidecar);
    long start = System.nanoTime();
    try {
      Connection.Answer answer =
          connections.get(sidecar).ask(member.address(), "GET", readPath + key);
      long end = System.nanoTime();
      boolean hit = answer.cacheStatus().contains("; hit");
      ClientLog.Times times = new ClientLog.Times(start, start, end, false);
      logs.get(sidecar).add(key, times, answer.version(), hit);
      return hit;
    } catch (IOException broken) {
      history.failed("GET " + key + " at " + sidecar + ": " + broken);
      return false;
    }
  }

  /** Reads until it is a hit, and lets leases begin. */
  void warm(int sidecar, int key) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!read(sidecar, key) && System.nanoTime() < end) {
      pause(2);
    }
    read(sidecar, key);
  }

  /** A GET that is waited for elsewhere. */
  CompletableFuture<Void> readLater(int sidecar, int key) {
    return CompletableFuture.runAsync(() -> read(sidecar, key), Probe::start);
  }

  /** One PUT; it may be refused or broken off. */
  CompletableFuture<Void> write(int sidecar, int key) {
    Fleet.Member member = fleet.members().get(sidecar);
    ClientLog log = history.writer("probe" + sidecar);
    return CompletableFuture.runAsync(
        () -> {
          long start = System.nanoTime();
          try (Connection connection = new Connection()) {
            Connection.Answer answer = connection.ask(member.address(), "PUT", writePath + key);
            long end = System.nanoTime();
            if (answer.status() == 200) {
              log.add(key, new ClientLog.Times(start, start, end, false), answer.version(), false);
            }
          } catch (IOException brokenOff) {
            // So nobody relies on it.
          }
        },
        Probe::start);
  }

  private static void start(Runnable action) {
    new Thread(action, "probe").start();
  }

  /** A GET at one sidecar, so soon after it a PUT at another, and reads as soon as that is over. */
  void readThenWrite(int reader, int writer, int key, long nanosApart) {
    List<Fleet.Member> members = fleet.members();
    ClientLog log = history.writer("probe" + writer);
    try {
      long start = System.nanoTime();
      connections.get(reader).send(members.get(reader).address(), "GET", List.of(readPath + key));
      while (System.nanoTime() - start < nanosApart) {
        Thread.onSpinWait();
      }
      long wrote = System.nanoTime();
      connections.get(writer).send(members.get(writer).address(), "PUT", List.of(writePath + key));
      long before = connections.get(reader).receive().version();
      ClientLog.Times times = new ClientLog.Times(start, start, System.nanoTime(), false);
      logs.get(reader).add(key, times, before, false);
      long version = connections.get(writer).receive().version();
      log.add(key, new ClientLog.Times(wrote, wrote, System.nanoTime(), false), version, false);
    } catch (IOException broken) {
      history.failed("GET or PUT " + key + ": " + broken);
    }
    for (int i = 0; i < READS_AFTER; i++) {
      read(reader, key);
    }
  }

  /** Reads without pause while a write is not answered, and some times after. */
  void readDuring(CompletableFuture<Void> write, int sidecar, int key) {
    while (!write.isDone()) {
      read(sidecar, key);
      pause(1);
    }
    for (int i = 0; i < READS_AFTER; i++) {
      read(sidecar, key);
    }
  }

  void readFor(long millis, int sidecar, int key) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() - end < 0) {
      read(sidecar, key);
      pause(1);
    }
  }

  void pause(long millis) {
    try {
      boolean unused = never.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    connections.forEach(Connection::close);
  }
}
