package dev.sidecache.redis;

import dev.sidecache.redis.RestTraffic.Wire;
import dev.sidecache.store.SharedStore.Availability;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Upstash's HTTP API, over a client that is handed in. All requests leave from one event loop,
 * whose few connections are kept and shared; other loops hop there and back. Large values travel
 * among the others: each request has a connection to itself. Thread-safe.
 */
final class RestTransport implements RedisTransport {
  /**
   * A stored form grows by a third as base64, written as text by a third more; and what is around.
   */
  private static final long FORM_GROWTH = 2;

  private static final long LEAST_ANSWER_BYTES = 1 << 20;

  private final RedisAddress address;
  private final EventLoop home;
  private final RestLink link;
  private final Target target;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** A transport that is not started yet. */
  RestTransport(
      RespTransport.Parts parts, RestAccess access, EventLoop home, long longestFormBytes) {
    this.address = parts.address();
    this.home = home;
    Wire wire =
        new Wire(
            access,
            new RestRequests(address),
            home,
            parts.blocking(),
            LEAST_ANSWER_BYTES + FORM_GROWTH * longestFormBytes);
    RestLink.Probes probes =
        new RestLink.Probes(() -> readProbe(parts.keys()), () -> writeProbe(parts.keys()));
    this.link =
        new RestLink(
            wire, new LoopTimer(home, parts.nanoTime()), probes, parts.observer(), this::changed);
    this.target = new Target(home, link);
  }

  private static Command readProbe(RedisKeys keys) {
    return Command.of("get", RedisKeys.ascii("GET"), keys.epoch());
  }

  private static Command writeProbe(RedisKeys keys) {
    return Command.of(
        "set",
        RedisKeys.ascii("SET"),
        keys.probe(),
        RedisKeys.ascii("1"),
        RedisKeys.ascii("PX"),
        RedisKeys.ascii("1000"));
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  /** The link, as lines of loops see it. */
  private record Target(EventLoop loop, RestLink link) implements LoopLine.Target {
    @Override
    public void send(Command command, long timeoutNanos, ReplyHandler handler) {
      link.send(List.of(command), List.of(handler), timeoutNanos);
    }

    @Override
    public void sendBy(Command command, long deadlineNanos, ReplyHandler handler) {
      link.send(List.of(command), List.of(handler), deadlineNanos - link.nanoTime());
    }

    @Override
    public void sendInOrder(
        List<Command> commands, long deadlineNanos, List<? extends ReplyHandler> handlers) {
      link.send(commands, handlers, deadlineNanos - link.nanoTime());
    }

    /** Requests travel by several connections. */
    @Override
    public boolean ordered() {
      return false;
    }

    @Override
    public String server() {
      return link.server();
    }
  }

  @Override
  public Line line(ScheduledExecutorService loop) {
    return new LoopLine(loop, () -> target);
  }

  @Override
  public Line largeLine(ScheduledExecutorService loop) {
    return line(loop);
  }

  @Override
  public Availability availability() {
    return link.availability();
  }

  @Override
  public @Nullable ServerInfo info() {
    return link.info();
  }

  @Override
  public String word() {
    return "rest";
  }

  @Override
  public String endpoint() {
    return address.endpoint();
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void start() {
    home.execute(link::start);
  }

  @Override
  public void close() {
    home.execute(link::close);
  }
}
