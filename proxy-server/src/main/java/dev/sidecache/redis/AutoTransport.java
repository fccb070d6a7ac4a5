package dev.sidecache.redis;

import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Redis protocol if the server can be reached by it, else its HTTP API. The protocol is tried
 * for two seconds; refused or unanswered, HTTP takes over and the trial is repeated every ten
 * minutes, unless it was the credentials that were refused. Once the protocol has worked it stays.
 * Source: redis.md, Section 4.
 */
final class AutoTransport implements RedisTransport {
  private static final long TRIAL_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long REVIEW_NANOS = Duration.ofMinutes(10).toNanos();

  private final Supplier<RedisTransport> resp;
  private final Supplier<RedisTransport> rest;
  private final ScheduledExecutorService home;
  private final LoopTimer timer;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile RedisTransport current;
  private @Nullable RedisTransport trial;
  private boolean closed;

  /**
   * A transport that is not started yet.
   *
   * @param resp makes one over the Redis protocol, not started
   * @param rest makes one over HTTP, not started
   */
  AutoTransport(
      Supplier<RedisTransport> resp,
      Supplier<RedisTransport> rest,
      ScheduledExecutorService home,
      LongSupplier nanoTime) {
    this.resp = resp;
    this.rest = rest;
    this.home = home;
    this.timer = new LoopTimer(home, nanoTime);
    this.current = resp.get();
    watch(current);
  }

  private void watch(RedisTransport watched) {
    watched.onChange(
        () -> {
          home.execute(() -> judge(watched));
          if (watched == current) {
            changed();
          }
        });
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  @Override
  public void start() {
    home.execute(() -> tryOut(current));
  }

  private void tryOut(RedisTransport tried) {
    if (!closed) {
      trial = tried;
      tried.start();
      timer.after(TRIAL_NANOS, () -> reject(tried, true));
    }
  }

  private void judge(RedisTransport tried) {
    if (tried != trial) {
      return;
    }
    switch (tried.availability().state()) {
      case UP, QUOTA -> accept(tried);
      case AUTH -> reject(tried, false);
      case DOWN -> reject(tried, true);
      case CONNECTING, OFF -> {
        // Nothing is known yet.
      }
    }
  }

  private void accept(RedisTransport tried) {
    trial = null;
    if (tried != current) {
      use(tried);
    }
  }

  private void reject(RedisTransport tried, boolean review) {
    if (tried != trial || closed) {
      return;
    }
    trial = null;
    tried.close();
    if (tried == current) {
      RedisTransport other = rest.get();
      watch(other);
      use(other);
      other.start();
    }
    if (review) {
      timer.after(REVIEW_NANOS, this::review);
    }
  }

  private void use(RedisTransport other) {
    RedisTransport before = current;
    current = other;
    if (before.availability().state() != State.OFF) {
      before.close();
    }
    changed();
  }

  private void review() {
    if (!closed) {
      RedisTransport again = resp.get();
      watch(again);
      tryOut(again);
    }
  }

  @Override
  public Line line(ScheduledExecutorService loop) {
    return new Switching(transport -> transport.line(loop));
  }

  @Override
  public Line largeLine(ScheduledExecutorService loop) {
    return new Switching(transport -> transport.largeLine(loop));
  }

  @Override
  public List<Line> servers(ScheduledExecutorService loop) {
    return current.servers(loop);
  }

  /** Finds a line of a transport. */
  private interface Finder {
    Line of(RedisTransport transport);
  }

  /** The line of the transport in use. Confined to its loop. */
  private final class Switching implements Line {
    private final Finder finder;
    private RedisTransport used;
    private Line line;

    Switching(Finder finder) {
      this.finder = finder;
      this.used = current;
      this.line = finder.of(used);
    }

    private Line line() {
      RedisTransport now = current;
      if (now != used) {
        used = now;
        line = finder.of(now);
      }
      return line;
    }

    @Override
    public void send(Command command, long timeoutNanos, ReplyHandler handler) {
      line().send(command, timeoutNanos, handler);
    }

    @Override
    public void sendBy(Command command, long deadlineNanos, ReplyHandler handler) {
      line().sendBy(command, deadlineNanos, handler);
    }

    @Override
    public void sendInOrder(
        List<Command> commands, long deadlineNanos, List<? extends ReplyHandler> handlers) {
      line().sendInOrder(commands, deadlineNanos, handlers);
    }

    /** NB: what was sent by the one transport may arrive after what is sent by the other. */
    @Override
    public boolean ordered() {
      return false;
    }

    @Override
    public String server() {
      return line().server();
    }
  }

  @Override
  public Availability availability() {
    return current.availability();
  }

  @Override
  public @Nullable ServerInfo info() {
    return current.info();
  }

  @Override
  public String word() {
    return current.word();
  }

  @Override
  public String endpoint() {
    return current.endpoint();
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    home.execute(
        () -> {
          closed = true;
          RedisTransport tried = trial;
          trial = null;
          if (tried != null && tried != current) {
            tried.close();
          }
          current.close();
        });
  }
}
