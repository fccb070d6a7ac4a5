package dev.sidecache.proof;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Clients that read and write all the time, each at one sidecar, some keys far more than others.
 */
final class Workload implements AutoCloseable {
  private static final int MOST_AT_ONCE = 8;

  private final History history;
  private final Shape shape;
  private final boolean writesMayBeRefused;
  private final double[] upTo;
  private final Clients clients;

  /**
   * How much of what.
   *
   * @param readers per sidecar
   * @param writers per sidecar, or at the first one only
   * @param writePauseMillis between two writes of a writer
   * @param keys how many; the n-th is asked for 1/n as often as the first
   */
  record Shape(int readers, int writers, int writePauseMillis, int keys, boolean onlyFirstWrites) {
    static final Shape NOBODY = of(0, 0, 1, 1);

    static Shape of(int readers, int writers, int writePauseMillis, int keys) {
      return new Shape(readers, writers, writePauseMillis, keys, false);
    }

    Shape withFirstWriting() {
      return new Shape(readers, writers, writePauseMillis, keys, true);
    }

    int clients(int sidecar) {
      return readers + (onlyFirstWrites && sidecar > 0 ? 0 : writers);
    }
  }

  Workload(Fleet fleet, History history, Shape shape, long seed) {
    this.history = history;
    this.clients = new Clients(history);
    this.shape = shape;
    this.writesMayBeRefused = fleet.rejects();
    this.upTo = new double[shape.keys];
    Arrays.setAll(upTo, i -> 1.0 / (i + 1));
    Arrays.parallelPrefix(upTo, Double::sum);
    Random seeds = new Random(seed);
    for (Fleet.Member member : fleet.members()) {
      for (int i = 0; i < shape.clients(member.index); i++) {
        boolean reads = i < shape.readers;
        String name = (reads ? "r" : "w") + member.index + "." + i;
        ClientLog log = reads ? history.reader(name) : history.writer(name);
        Client client = new Client(member, log, reads, new Random(seeds.nextLong()));
        clients.start("proof-" + name, () -> run(client));
      }
    }
  }

  /** One that asks one sidecar. */
  private record Client(Fleet.Member member, ClientLog log, boolean reads, Random random) {
    /** How many requests it sends without waiting for answers: half the time one. */
    int atOnce() {
      return reads && random.nextBoolean() ? 2 + random.nextInt(MOST_AT_ONCE - 1) : 1;
    }
  }

  private void run(Client client) {
    try (Connection connection = new Connection()) {
      while (clients.goesOnAfter(
          client.reads ? 0 : client.random.nextInt(shape.writePauseMillis) + 1,
          TimeUnit.MILLISECONDS)) {
        ask(connection, client);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private int zipf(Random random) {
    int at = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
    return (at < 0 ? -at - 1 : at) + 1;
  }

  /** A read, or several at once; or a write. */
  private void ask(Connection connection, Client client) throws InterruptedException {
    Fleet.Member member = client.member;
    long start = System.nanoTime();
    int[] keys = client.random.ints(client.atOnce(), 0, 1).map(i -> zipf(client.random)).toArray();
    int answered = 0;
    try {
      String query = client.reads ? "" : "?by=" + member.index;
      List<String> paths = Arrays.stream(keys).mapToObj(key -> Fleet.path(key) + query).toList();
      connection.send(member.address(), client.reads ? "GET" : "PUT", paths);
      long before = start;
      for (; answered < keys.length; answered++) {
        Connection.Answer answer = connection.receive();
        long end = System.nanoTime();
        boolean troubled = member.troubledSince(start);
        if (answer.status() == 200) {
          ClientLog.Times times = new ClientLog.Times(start, before, end, troubled);
          boolean hit = answer.cacheStatus().contains("; hit");
          client.log.add(keys[answered], times, answer.version(), hit);
        } else if (!troubled && (client.reads || !isRefusal(answer))) {
          history.failed(client.log.client() + " " + keys[answered] + " " + answer);
        }
        before = end;
      }
    } catch (IOException broken) {
      // Under reject a mutation that may be hidden elsewhere is broken off, not answered.
      if (!member.troubledSince(start) && (client.reads || !writesMayBeRefused)) {
        history.failed(client.log.client() + " " + keys[answered] + " " + broken);
      }
      clients.runFor(20);
    }
  }

  /** A mutation that cannot be marked is refused under {@code mutation_policy: reject}. */
  private boolean isRefusal(Connection.Answer answer) {
    return writesMayBeRefused && answer.status() == 503;
  }

  /** Lets it run for a time. */
  void runFor(long millis) throws InterruptedException {
    clients.runFor(millis);
  }

  @Override
  public void close() {
    clients.close();
  }
}
