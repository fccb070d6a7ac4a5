package dev.sidecache.origin;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The addresses behind the origin's name, looked up by the JDK on a thread of its own. An answer is
 * used for five seconds, then looked up again while it is used for five more; while the name cannot
 * be looked up, the last answer stands.
 */
final class OriginAddresses {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long USABLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  static {
    // The JDK would keep an answer for 30 seconds; whoever configured it otherwise is obeyed.
    if (Security.getProperty("networkaddress.cache.ttl") == null) {
      Security.setProperty("networkaddress.cache.ttl", "3");
    }
  }

  private final String host;
  private final int port;
  private final Resolver resolver;
  private final ExecutorService thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Waiter> waiters = new ArrayList<>();
  private volatile @Nullable Answer known;
  private boolean running;

  /** Turns a name into addresses; may block. */
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /** Takes the addresses, on the loop it named. */
  interface Callback {
    /** The addresses to try in this order. */
    void resolved(List<InetSocketAddress> addresses);

    /** The name has none. */
    void unresolved();
  }

  private record Waiter(EventLoop loop, Callback callback) {}

  private record Answer(List<InetSocketAddress> addresses, long nanos) {}

  OriginAddresses(String host, int port, Resolver resolver) {
    this.host = host;
    this.port = port;
    this.resolver = resolver;
    this.thread =
        Executors.newSingleThreadExecutor(new DefaultThreadFactory("sidecache-names", true));
  }

  /** Whether connections made to this address may still be used for new requests. */
  boolean isCurrent(InetSocketAddress address) {
    Answer answer = known;
    return answer == null || answer.addresses.contains(address);
  }

  /** Looks the name up; calls back on the loop, at once if the answer is known. */
  void lookUp(EventLoop loop, Callback callback) {
    Answer answer = known;
    long age = answer == null ? Long.MAX_VALUE : System.nanoTime() - answer.nanos;
    if (answer != null && age < USABLE_NANOS) {
      if (age >= FRESH_NANOS) {
        start(null);
      }
      callback.resolved(answer.addresses);
    } else {
      start(new Waiter(loop, callback));
    }
  }

  private void start(@Nullable Waiter waiter) {
    lock.lock();
    try {
      if (waiter != null) {
        waiters.add(waiter);
      }
      if (!running) {
        running = true;
        thread.execute(this::resolve);
      }
    } finally {
      lock.unlock();
    }
  }

  private void resolve() {
    List<InetSocketAddress> found = new ArrayList<>();
    try {
      for (InetAddress address : resolver.resolve(host)) {
        found.add(new InetSocketAddress(address, port));
      }
    } catch (UnknownHostException unknown) {
      found.clear();
    }
    Answer before = known;
    if (!found.isEmpty()) {
      known = new Answer(List.copyOf(found), System.nanoTime());
    }
    List<InetSocketAddress> told =
        !found.isEmpty() ? List.copyOf(found) : before == null ? List.of() : before.addresses;
    for (Waiter waiter : takeWaiters()) {
      waiter.loop.execute(() -> tell(waiter.callback, told));
    }
  }

  private List<Waiter> takeWaiters() {
    lock.lock();
    try {
      running = false;
      List<Waiter> taken = List.copyOf(waiters);
      waiters.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private static void tell(Callback callback, List<InetSocketAddress> addresses) {
    if (addresses.isEmpty()) {
      callback.unresolved();
    } else {
      callback.resolved(addresses);
    }
  }

  void close() {
    thread.shutdown();
  }
}
