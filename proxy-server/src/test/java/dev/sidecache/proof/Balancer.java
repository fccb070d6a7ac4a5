package dev.sidecache.proof;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a load balancer does: asks each replica every 50 ms whether it is ready, gives requests to
 * those in turn, and sends an idempotent request once more, to another, if its connection was
 * refused or ended before an answer (RFC 9110, Section 9.2.2), as nginx does unless told otherwise.
 * NB: here only if the replica had been told to stop; no other may break a connection.
 */
final class Balancer implements AutoCloseable {
  private static final long PERIOD_MILLIS = 50;

  private final List<URI> replicas = new CopyOnWriteArrayList<>();
  private final List<URI> ready = new CopyOnWriteArrayList<>();
  private final Set<URI> leaving = ConcurrentHashMap.newKeySet();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger sentAgain = new AtomicInteger();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread prober = new Thread(this::probe, "balancer");

  Balancer() {
    prober.start();
  }

  void add(URI replica) {
    replicas.add(replica);
  }

  /** It is being told to stop. */
  void leaves(URI replica) {
    leaving.add(replica);
  }

  void remove(URI replica) {
    replicas.remove(replica);
    ready.remove(replica);
  }

  boolean isReady(URI replica) {
    return ready.contains(replica);
  }

  /** How many requests were sent once more. */
  int sentAgain() {
    return sentAgain.get();
  }

  private void probe() {
    Map<URI, Connection> connections = new HashMap<>();
    try {
      while (!stop.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
        for (URI replica : replicas) {
          boolean answers =
              isOk(connections.computeIfAbsent(replica, to -> new Connection()), replica);
          if (!answers) {
            ready.remove(replica);
          } else if (!ready.contains(replica) && replicas.contains(replica)) {
            ready.add(replica);
          }
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    connections.values().forEach(Connection::close);
  }

  private static boolean isOk(Connection connection, URI replica) {
    try {
      return connection.ask(replica, "GET", "/-/readyz").status() == 200;
    } catch (IOException away) {
      return false;
    }
  }

  /** A client's way through it: keeps a connection to each replica. */
  final class Way implements AutoCloseable {
    private final Map<URI, Connection> connections = new HashMap<>();

    /** The answer to a request. */
    Connection.Answer ask(String method, String path) throws IOException {
      URI first = next(null);
      try {
        return ask(first, method, path);
      } catch (IOException broken) {
        if (!leaving.contains(first)) {
          throw broken;
        }
        sentAgain.incrementAndGet();
        return ask(next(first), method, path);
      }
    }

    private Connection.Answer ask(URI replica, String method, String path) throws IOException {
      Connection connection = connections.computeIfAbsent(replica, to -> new Connection());
      return connection.ask(replica, method, path);
    }

    private URI next(URI otherThan) throws IOException {
      List<URI> now = ready.stream().filter(one -> !one.equals(otherThan)).toList();
      if (now.isEmpty()) {
        throw new IOException("no replica is ready");
      }
      return now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
    }

    @Override
    public void close() {
      connections.values().forEach(Connection::close);
    }
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      prober.join(10_000);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
