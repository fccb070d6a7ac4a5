package dev.sidecache;

import dev.sidecache.config.ProxyConfig;
import dev.sidecache.consistency.ConsistencyObserver;
import dev.sidecache.consistency.Instance;
import dev.sidecache.listener.ListenerObserver;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.metrics.ConfigMeters;
import dev.sidecache.metrics.ConsistencyMeters;
import dev.sidecache.metrics.ListenerMeters;
import dev.sidecache.metrics.MetricsRegistry;
import dev.sidecache.metrics.MicrometerObserver;
import dev.sidecache.metrics.OriginMeters;
import dev.sidecache.metrics.RedisMeters;
import dev.sidecache.metrics.StoreMeters;
import dev.sidecache.metrics.TokenKeyMeters;
import dev.sidecache.metrics.TracingMeters;
import dev.sidecache.origin.Breaker;
import dev.sidecache.origin.OriginException;
import dev.sidecache.origin.OriginObserver;
import dev.sidecache.redis.CommandSpending;
import dev.sidecache.redis.RedisObserver;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.tracing.Tracing;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** All meters of a proxy, and the observers that feed them. */
final class Meters implements AutoCloseable {
  private final MetricsRegistry registry;
  private final MicrometerObserver exchanges;
  private final StoreMeters store;
  private final OriginMeters origin;
  private final AtomicInteger originConnections = new AtomicInteger();
  private final AtomicInteger tunnels = new AtomicInteger();
  private final AtomicInteger clientConnections = new AtomicInteger();
  private final ListenerMeters listener;
  private final ConsistencyMeters consistency;
  private final ConfigMeters configuration;
  private volatile @Nullable Instance instance;

  Meters(ProxyConfig config, MetricsRegistry.Build build, MemoryTier memory, boolean shared) {
    this.registry = new MetricsRegistry(build);
    this.exchanges = new MicrometerObserver(registry, config.rules(), shared);
    this.store = new StoreMeters(registry, figures(memory), shared);
    this.origin =
        new OriginMeters(registry)
            .connections("open", originConnections::get)
            .tunnels(tunnels::get);
    this.listener = new ListenerMeters(registry, clientConnections::get);
    this.consistency = new ConsistencyMeters(registry, this::dirtyTags, this::dirtyTags);
    this.configuration = new ConfigMeters(registry, ConfigHash.of(config), Instant.now());
  }

  private static StoreMeters.MemoryFigures figures(MemoryTier memory) {
    Map<String, DoubleSupplier> evictions = new HashMap<>();
    for (MemoryTier.Departure cause : MemoryTier.Departure.values()) {
      evictions.put(cause.word(), () -> memory.departures(cause));
    }
    return new StoreMeters.MemoryFigures(
        memory::entries, memory::sizeBytes, memory::maxBytes, evictions);
  }

  private double dirtyTags() {
    Instance known = instance;
    return known == null ? 0 : known.dirtyTags();
  }

  /** From now on the protocol's own figures are read from here. */
  void watch(Instance running) {
    instance = running;
  }

  /** From now on what the process holds for exchanges in flight is shown. */
  void watch(ByteBudget inFlight) {
    listener.inFlight(inFlight::takenBytes, inFlight::limitBytes, inFlight::refusals);
  }

  /** From now on the breaker's phase is shown. */
  void watch(Breaker breaker) {
    for (String phase : Breaker.phases()) {
      origin.breaker(phase, () -> phase.equals(breaker.phase()));
    }
  }

  /** From now on what becomes of spans is shown. */
  void watch(Tracing tracing) {
    TracingMeters.register(
        registry, tracing::exported, tracing::droppedAtQueue, tracing::droppedAtExport);
  }

  /** From now on fetches of token keys are shown. */
  void watch(TokenKeys keys) {
    TokenKeyMeters.register(registry, keys::fetched, keys::failed);
  }

  ConfigMeters configuration() {
    return configuration;
  }

  MetricsRegistry registry() {
    return registry;
  }

  MicrometerObserver exchanges() {
    return exchanges;
  }

  StoreMeters store() {
    return store;
  }

  ConsistencyObserver consistency() {
    return new ConsistencyObserver() {
      @Override
      public void unmarkedMutation() {
        consistency.unmarkedMutation();
      }

      @Override
      public void mutationHeld(long nanos) {
        consistency.held(nanos);
      }

      @Override
      public void stampMismatch() {
        consistency.stampMismatch();
      }

      @Override
      public void leaseHit() {
        consistency.leaseHit();
      }

      @Override
      public void settled(long nanos) {
        consistency.settled(nanos);
      }

      @Override
      public void versionInit() {
        consistency.versionsInitialized(1);
      }

      @Override
      public void lookupFailed(boolean late) {
        store.lookupFailed(late);
      }

      @Override
      public void unreadableForm() {
        store.unreadable();
      }
    };
  }

  /**
   * The observer of a Redis; its meters exist from now on.
   *
   * @param spending what counts its commands; null without a budget
   */
  RedisObserver redis(@Nullable CommandSpending spending) {
    RedisMeters redis = new RedisMeters(registry, this::redisUp);
    RedisObserver counted = counting(redis);
    if (spending == null) {
      return counted;
    }
    redis.budget(
        () -> spending.figures().spent(),
        () -> spending.figures().forecast(),
        spending.figures().budget());
    return spending.counting(counted);
  }

  private static RedisObserver counting(RedisMeters redis) {
    return new RedisObserver() {
      @Override
      public void ended(String command, Outcome outcome, long nanos) {
        redis.command(command, outcome.word(), nanos);
      }

      @Override
      public void reconnected() {
        redis.reconnected();
      }
    };
  }

  private boolean redisUp() {
    Instance known = instance;
    return known != null && known.health().state().connected();
  }

  ListenerObserver listener() {
    return new ListenerObserver() {
      @Override
      public void connectionOpened() {
        clientConnections.incrementAndGet();
      }

      @Override
      public void connectionClosed() {
        clientConnections.decrementAndGet();
      }

      @Override
      public void refused(String reason) {
        listener.refused(reason);
      }
    };
  }

  OriginObserver origin() {
    return new OriginObserver() {
      @Override
      public void connectionOpened() {
        originConnections.incrementAndGet();
      }

      @Override
      public void connectionClosed() {
        originConnections.decrementAndGet();
      }

      @Override
      public void tunnelOpened() {
        tunnels.incrementAndGet();
      }

      @Override
      public void tunnelClosed() {
        tunnels.decrementAndGet();
      }

      @Override
      public void retried() {
        origin.retried();
      }

      @Override
      public void failed(OriginException.Kind kind, long nanos) {
        if (kind.isShed()) {
          origin.shed(kind.word());
        }
      }
    };
  }

  @Override
  public void close() {
    registry.close();
  }
}
