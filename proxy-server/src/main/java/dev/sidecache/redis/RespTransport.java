package dev.sidecache.redis;

import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The Redis protocol over Lettuce: a few connections, each on an event loop, and one more for large
 * values. Loops without a connection of their own use another's and hop there and back.
 *
 * <p>It is UP only while all its connections are: they lead to the same server, so what one meets
 * the others are about to meet. Thread-safe.
 */
final class RespTransport implements RedisTransport {
  private static final int FLUSH_AFTER_READS = 256;
  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final Duration LARGE_SILENCE = Duration.ofSeconds(10);
  private static final long FULL_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long QUOTA_PAUSE_SECONDS = 60;
  private static final long MAX_QUOTA_PAUSE_SECONDS = 900;

  private final Parts parts;
  private final RedisURI uri;
  private final HashedWheelTimer timer;
  private final OffLoopResolver resolver;
  private final List<EventLoop> loops;
  private final List<RespLink> links = new ArrayList<>();
  private final LargeLink large;
  private final LoopTimer alarm;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Availability availability = new Availability(State.CONNECTING, "", false);
  private volatile @Nullable ServerInfo info;
  private volatile int usedLinks;
  private volatile boolean quotaUsedUp;
  private long quotaPauseSeconds;
  private boolean full;
  private long fullUntilNanos;

  /**
   * What a transport is made of.
   *
   * @param keys for probes
   * @param blocking runs what may block
   * @param nanoTime the monotonic clock
   */
  record Parts(
      RedisAddress address,
      RedisKeys keys,
      Executor blocking,
      LongSupplier nanoTime,
      RedisObserver observer) {}

  /**
   * A transport that is not started yet.
   *
   * @param loops those that will ask for lines; the first of them carry the connections
   */
  RespTransport(Parts parts, List<EventLoop> loops, int connections) {
    this.parts = parts;
    this.loops = List.copyOf(loops);
    this.loops.forEach(LettuceClient::requireUsable);
    this.uri = LettuceClient.uri(parts.address());
    this.timer = new HashedWheelTimer(new DefaultThreadFactory("sidecache-redis-timer", true));
    this.resolver = new OffLoopResolver(parts.blocking());
    for (int i = 0; i < Math.min(connections, loops.size()); i++) {
      links.add(new RespLink(this, loops.get(i), SILENCE));
    }
    usedLinks = links.size();
    alarm = new LoopTimer(loops.get(0), parts.nanoTime());
    RespLink last = new RespLink(this, loops.get(loops.size() - 1), LARGE_SILENCE);
    large = new LargeLink(last, parts.nanoTime());
  }

  @Override
  public void start() {
    links.forEach(RespLink::start);
  }

  @Override
  public Line line(ScheduledExecutorService loop) {
    int index = Math.max(0, loops.indexOf(loop));
    return new LoopLine(loop, () -> links.get(index % usedLinks));
  }

  @Override
  public Line largeLine(ScheduledExecutorService loop) {
    return new LoopLine(loop, () -> large);
  }

  @Override
  public Availability availability() {
    return availability;
  }

  @Override
  public @Nullable ServerInfo info() {
    return info;
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    for (RespLink link : links) {
      link.loop().execute(link::close);
    }
    large.close();
    timer.stop();
  }

  // What the links ask for and tell; on any of their loops.

  RedisClient client(EventLoop loop, Consumer<Channel> onChannel) {
    NettyCustomizer customizer =
        new NettyCustomizer() {
          @Override
          public void afterChannelInitialized(Channel channel) {
            channel.pipeline().addFirst(new FlushConsolidationHandler(FLUSH_AFTER_READS, true));
            onChannel.accept(channel);
          }
        };
    return LettuceClient.of(parts.address(), loop, timer, resolver, customizer);
  }

  RedisURI uri() {
    return uri;
  }

  int database() {
    return parts.address().login().database();
  }

  LongSupplier nanoTime() {
    return parts.nanoTime();
  }

  RedisObserver observer() {
    return parts.observer();
  }

  /** Whether idle connections are dropped on the way without a word. */
  boolean isSilentlyCutOff() {
    return parts.address().provider() == RedisAddress.Provider.AZURE_CACHE;
  }

  Command readProbe() {
    return Command.of("get", RedisKeys.ascii("GET"), parts.keys().epoch());
  }

  Command writeProbe() {
    return Command.of(
        "set",
        RedisKeys.ascii("SET"),
        parts.keys().probe(),
        RedisKeys.ascii("1"),
        RedisKeys.ascii("PX"),
        RedisKeys.ascii("1000"));
  }

  void greeted(ServerInfo told) {
    info = told;
  }

  /** A link's condition has changed. */
  void changed() {
    synchronized (this) {
      availability = current();
    }
    listeners.forEach(Runnable::run);
  }

  private Availability current() {
    LinkCondition worst = links.get(0).condition();
    for (int i = 1; i < usedLinks; i++) {
      LinkCondition condition = links.get(i).condition();
      worst = severity(condition) > severity(worst) ? condition : worst;
    }
    return worst.isUp() && quotaUsedUp
        ? new Availability(State.QUOTA, "quota used up", full)
        : new Availability(worst.state(), worst.reason(), full);
  }

  private static int severity(LinkCondition condition) {
    return switch (condition.state()) {
      case UP -> 0;
      case QUOTA -> 1;
      case CONNECTING -> 2;
      case DOWN -> 3;
      case AUTH -> 4;
      case OFF -> 5;
    };
  }

  /** The server has no memory left: nothing is stored for a while. */
  void full() {
    boolean first;
    synchronized (this) {
      first = !full;
      full = true;
      fullUntilNanos = nanoTime().getAsLong() + FULL_PAUSE_NANOS;
    }
    if (first) {
      alarm.after(FULL_PAUSE_NANOS, this::tryStoring);
      changed();
    }
  }

  private void tryStoring() {
    synchronized (this) {
      long left = fullUntilNanos - nanoTime().getAsLong();
      if (left > 0) {
        alarm.after(left, this::tryStoring);
        return;
      }
      full = false;
    }
    changed();
  }

  /** The quota is used up, as a command was told. */
  void quotaReached() {
    synchronized (this) {
      if (quotaUsedUp) {
        return;
      }
      quotaUsedUp = true;
      quotaPauseSeconds = QUOTA_PAUSE_SECONDS;
    }
    probeLater();
    changed();
  }

  private void probeLater() {
    alarm.after(TimeUnit.SECONDS.toNanos(quotaPauseSeconds), this::probeQuota);
  }

  private void probeQuota() {
    if (!quotaUsedUp) {
      return;
    }
    quotaPauseSeconds = Math.min(2 * quotaPauseSeconds, MAX_QUOTA_PAUSE_SECONDS);
    links
        .get(0)
        .send(
            readProbe(),
            SILENCE.toNanos(),
            new ReplyHandler() {
              @Override
              public void replied(Reply reply, String server) {
                reply.release();
                again();
              }

              @Override
              public void failed(Failure failure) {
                again();
              }

              private void again() {
                if (quotaUsedUp) {
                  probeLater();
                }
              }
            });
  }

  /** A command was answered: whatever the quota was, it is not used up. */
  void answered() {
    if (quotaUsedUp) {
      quotaUsedUp = false;
      changed();
    }
  }

  /** The server has too many connections: one is enough for us. */
  void crowded(RespLink link) {
    boolean first;
    synchronized (this) {
      first = usedLinks > 1;
      usedLinks = 1;
    }
    for (int i = 1; first && i < links.size(); i++) {
      RespLink surplus = links.get(i);
      surplus.loop().execute(surplus::close);
    }
    if (link == links.get(0) || large.is(link)) {
      link.crowdedOut();
    }
  }
}
