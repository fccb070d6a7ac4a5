package dev.sidecache;

import dev.sidecache.admin.CommandFigures;
import dev.sidecache.admin.Diagnosis;
import dev.sidecache.admin.StoreFigures;
import dev.sidecache.config.CacheSection;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.config.RedisSection;
import dev.sidecache.consistency.Settings;
import dev.sidecache.http1.Transport;
import dev.sidecache.origin.OriginObserver;
import dev.sidecache.redis.CommandSpending;
import dev.sidecache.redis.RedisAddress;
import dev.sidecache.redis.RedisSharedStore;
import dev.sidecache.store.AbsentSharedStore;
import dev.sidecache.store.LocalSharedStore;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.StoredResponseCodec;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The shared store that a configuration names, with what belongs to it. */
final class Stores {
  private static final System.Logger LOG = System.getLogger(Stores.class.getName());
  private static final StoreFigures UNKNOWN = new StoreFigures(0, 0, 0, null, null);
  private static final long FIGURES_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long FIGURES_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Duration LAST_ADDITION = Duration.ofSeconds(1);

  private final SharedStore shared;
  private final @Nullable StoredResponseCodec codec;
  private final Settings consistency;
  private final @Nullable Connected redis;
  private final AtomicLong nextFigures = new AtomicLong(System.nanoTime());
  private volatile StoreFigures lastKnown = UNKNOWN;

  private Stores(
      SharedStore shared,
      @Nullable StoredResponseCodec codec,
      Settings consistency,
      @Nullable Connected redis) {
    this.shared = shared;
    this.codec = codec;
    this.consistency = consistency;
    this.redis = redis;
  }

  static Stores of(
      ProxyConfig config,
      ConfiguredSettings settings,
      Transport transport,
      Meters meters,
      InstantSource clock) {
    if (config.cache().store() == CacheSection.Store.MEMORY) {
      SharedStore local = new LocalSharedStore(System::nanoTime);
      return new Stores(local, null, settings.memoryConsistency(), null);
    }
    RedisSection redis = config.cache().redis();
    if (!(redis.address() instanceof RedisAddress.Configured configured)) {
      SharedStore none = new AbsentSharedStore(whyNone(redis.address()));
      return new Stores(none, null, settings.sharedConsistency("Redis"), null);
    }
    RedisAddress address = configured.address();
    for (String notice : configured.notices()) {
      LOG.log(Level.INFO, "Redis: {0}", notice);
    }
    RedisHttp http = RedisHttp.of(address, redis.transport(), transport, OriginObserver.NONE);
    CommandSpending spending = spending(redis.commandBudget(), clock);
    List<EventLoop> loops = eventLoops(transport);
    int maxBodyBytes = (int) Math.min(Integer.MAX_VALUE / 2, settings.longestEntryBytes());
    RedisSharedStore shared =
        RedisSharedStore.create(
            new RedisSharedStore.Settings(
                address,
                config.cache().namespace(),
                config.cache().version(),
                maxBodyBytes,
                RedisSharedStore.Settings.DEFAULT_CONNECTIONS),
            http.access(),
            loops,
            System::nanoTime,
            meters.redis(spending));
    if (spending != null) {
      spending.start(shared, loops.get(0));
    }
    return new Stores(
        shared,
        new StoredResponseCodec(
            new StoredResponseCodec.Settings(
                deflateOver(redis, address), maxBodyBytes, config.cache().targetList()),
            PooledByteBufAllocator.DEFAULT),
        settings.sharedConsistency(address.endpoint()).withFillLease(fillLease(redis, address)),
        new Connected(shared, address, http, spending));
  }

  private static @Nullable CommandSpending spending(
      RedisSection.@Nullable Budget budget, InstantSource clock) {
    return budget == null
        ? null
        : new CommandSpending(
            new CommandSpending.Budget(
                budget.commands(), budget.period() == RedisSection.Budget.Period.MONTH),
            clock);
  }

  private static List<EventLoop> eventLoops(Transport transport) {
    List<EventLoop> loops = new ArrayList<>();
    transport.loops().forEach(loop -> loops.add((EventLoop) loop));
    return loops;
  }

  /** A Redis, and the client for it over HTTP; says once how it is spoken to, and each change. */
  private static final class Connected {
    private final RedisSharedStore store;
    private final RedisAddress address;
    private final RedisHttp http;
    private final @Nullable CommandSpending spending;
    private final AtomicReference<String> said = new AtomicReference<>("");

    Connected(
        RedisSharedStore store,
        RedisAddress address,
        RedisHttp http,
        @Nullable CommandSpending spending) {
      this.address = address;
      this.spending = spending;
      this.store = store;
      this.http = http;
      store.onChange(this::say);
      say(store.availability());
    }

    private void say(SharedStore.Availability now) {
      String way = store.endpoint() + ", transport " + store.transport();
      if (now.state() == SharedStore.State.UP && !way.equals(said.getAndSet(way))) {
        LOG.log(Level.INFO, "Redis: connected to {0}", way);
      }
    }
  }

  static String whyNone(RedisAddress.Found address) {
    return address instanceof RedisAddress.Off off && !off.reason().isEmpty()
        ? off.reason() + "=false"
        : "no Redis settings; set REDIS_URL, REDIS_HOST or UPSTASH_REDIS_REST_URL, or run with"
            + " --store memory";
  }

  /** A claim costs a command per miss: by default not where commands are billed or budgeted. */
  static boolean fillLease(RedisSection redis, RedisAddress address) {
    return switch (redis.fillLease()) {
      case TRUE -> true;
      case FALSE -> false;
      case AUTO ->
          address.provider() != RedisAddress.Provider.UPSTASH && redis.commandBudget() == null;
    };
  }

  /** Deflating pays where bytes are slow or billed; on loopback they are neither. */
  private static int deflateOver(RedisSection redis, RedisAddress address) {
    Long over = redis.compressOverBytes();
    return over == null || address.isLoopback() ? -1 : (int) Math.min(Integer.MAX_VALUE, over);
  }

  SharedStore shared() {
    return shared;
  }

  @Nullable StoredResponseCodec codec() {
    return codec;
  }

  Settings consistency() {
    return consistency;
  }

  /** The address of Redis without credentials; null without Redis. */
  @Nullable String endpoint() {
    Connected used = redis;
    return used == null ? null : used.store.endpoint();
  }

  /** What is known of Redis, as findings; nothing is asked. */
  List<Diagnosis.Check> findings() {
    Connected used = redis;
    if (used != null) {
      return RedisFindings.of(used.store, used.address, commands());
    }
    return List.of(
        shared instanceof LocalSharedStore
            ? Diagnosis.Check.skipped("redis", "not used: the store is memory", "")
            : Diagnosis.Check.skipped(
                "redis",
                "Redis cache disabled: " + shared.availability().reason(),
                "set REDIS_URL, or run with --store memory"));
  }

  /** How Redis is spoken to; null without Redis. */
  @Nullable String transport() {
    Connected used = redis;
    return used == null ? null : used.store.transport();
  }

  /** What is spent of the command budget; null without one. */
  @Nullable CommandFigures commands() {
    Connected used = redis;
    if (used == null || used.spending == null) {
      return null;
    }
    CommandSpending.Figures told = used.spending.figures();
    return new CommandFigures(
        told.spent(), told.budget(), told.period(), told.forecast(), told.warning());
  }

  /** Not on an event loop: adds what was spent since the last time. */
  void close() throws InterruptedException {
    Connected used = redis;
    if (used != null && used.spending != null) {
      addLast(used.spending);
    }
    shared.close();
    if (used != null) {
      used.http.close();
    }
  }

  private static void addLast(CommandSpending spending) throws InterruptedException {
    try {
      spending.end().get(LAST_ADDITION.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException lost) {
      LOG.log(Level.DEBUG, "the last commands were not counted", lost);
    }
  }

  /** The figures of Redis as last read; unknown before, and without Redis. */
  StoreFigures lastKnown() {
    return lastKnown;
  }

  /** Reads the figures of Redis, at most once a minute. */
  private void figures(ScheduledExecutorService loop, Consumer<StoreFigures> handler) {
    long now = System.nanoTime();
    long next = nextFigures.get();
    if (redis == null || now - next < 0 || !nextFigures.compareAndSet(next, now + FIGURES_NANOS)) {
      handler.accept(lastKnown);
      return;
    }
    shared
        .session(loop)
        .info(
            FIGURES_TIMEOUT_NANOS,
            new SharedStore.InfoHandler() {
              @Override
              public void info(SharedStore.Info info) {
                lastKnown = new StoreFigures(0, 0, 0, known(info.keys()), known(info.usedBytes()));
                handler.accept(lastKnown);
              }

              @Override
              public void failed(SharedStore.Failure failure) {
                handler.accept(lastKnown);
              }
            });
  }

  /** The figures of both tiers. */
  void figures(MemoryTier memory, ScheduledExecutorService loop, Consumer<StoreFigures> handler) {
    figures(
        loop,
        read ->
            handler.accept(
                new StoreFigures(
                    memory.entries(),
                    memory.sizeBytes(),
                    memory.maxBytes(),
                    read.redisKeys(),
                    read.redisBytes())));
  }

  private static @Nullable Long known(long figure) {
    return figure < 0 ? null : figure;
  }
}
