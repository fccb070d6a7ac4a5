package dev.sidecache;

import dev.sidecache.admin.AdminService;
import dev.sidecache.admin.CachePurger;
import dev.sidecache.admin.Diagnosis;
import dev.sidecache.admin.EventStreams;
import dev.sidecache.admin.HealthState;
import dev.sidecache.admin.LastPurges;
import dev.sidecache.admin.OperatorRequests;
import dev.sidecache.admin.RouteTable;
import dev.sidecache.admin.Running;
import dev.sidecache.admin.Statistics;
import dev.sidecache.admin.StoredEntries;
import dev.sidecache.admin.StoredValues;
import dev.sidecache.advice.Observatory;
import dev.sidecache.caching.Bypass;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.config.UpstreamSection;
import dev.sidecache.consistency.Environment;
import dev.sidecache.consistency.Instance;
import dev.sidecache.exchange.CachingGateway;
import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.exchange.GatewayParts;
import dev.sidecache.http1.Transport;
import dev.sidecache.identity.Credentials;
import dev.sidecache.listener.ListenerObserver;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Service;
import dev.sidecache.metrics.AccessLog;
import dev.sidecache.metrics.MetricsRegistry;
import dev.sidecache.origin.Breaker;
import dev.sidecache.origin.InFlightLimit;
import dev.sidecache.origin.OriginProbe;
import dev.sidecache.origin.OriginService;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.store.CompressedContents;
import dev.sidecache.store.MemoryTier;
import io.netty.util.concurrent.EventExecutor;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The parts of a proxy, put together from a configuration. */
final class Assembly {
  private static final long ADMIN_BODIES_BYTES = 16L << 20;
  private static final int WARM_ATTEMPTS = 120;
  private static final long WARM_PAUSE_MILLIS = 250;

  /** Contents in gzip may take this part of what the tier in memory may. */
  private static final int COMPRESSED_SHARE = 4;

  /** What the process was started with: sockets, store, backend. */
  private final ProxyConfig config;

  private final ProxyServer.Output output;
  private final InstantSource clock;
  private final ConfiguredSettings settings;
  private final List<ScheduledExecutorService> loops = new ArrayList<>();
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(Assembly::backgroundThread);
  private final ByteBudget inFlight;
  private final MemoryTier memory;
  private final Stores stores;
  private final Meters meters;
  private final Statistics statistics;
  private final AccessLog accessLog;
  private final EventStreams events;
  private final LastPurges purges;
  private final Reloading reloading;
  private final Operation operation;
  private final Observatory observatory;
  private final Spans spans;
  private final TokenKeys tokenKeys = new TokenKeys(TokenKeys.Times.STANDARD);
  private final ExchangeObserver observer;
  private final Instance instance;
  private final OriginService origin;
  private final Service sparedOrigin;
  private final Service limitedOrigin;
  private final CachingGateway gateway;
  private final HealthState health;
  private volatile Instant started = Instant.EPOCH;

  Assembly(ProxyConfig config, Transport transport, ProxyServer.Output output, Outside outside) {
    this.config = config;
    this.output = output;
    this.clock = outside.clock();
    this.settings = new ConfiguredSettings(config);
    for (EventExecutor loop : transport.loops()) {
      loops.add(loop);
    }
    this.inFlight = new ByteBudget(settings.inFlightBytes());
    this.memory = new MemoryTier(config.cache().l1().maxSizeBytes(), System::nanoTime);
    MetricsRegistry.Build build =
        new MetricsRegistry.Build(
            output.version(), output.revision(), Runtime.version().toString());
    boolean redis = config.cache().store() == dev.sidecache.config.CacheSection.Store.REDIS;
    this.meters = new Meters(config, build, memory, redis);
    meters.watch(inFlight);
    meters.watch(tokenKeys);
    this.stores = Stores.of(config, settings, transport, meters, clock);
    this.statistics = new Statistics(config.rules(), System::nanoTime);
    this.accessLog = new AccessLog(settings.accessLog(), output.json(), output.accessLines());
    this.events = new EventStreams(accessLog::json);
    this.observatory = new Observatory(settings.observedBytes(), clock);
    this.purges = new LastPurges(() -> rulesInForce(), clock);
    this.spans = Spans.of(settings, output.version(), () -> rulesInForce(), meters);
    this.observer =
        new ObserverList(
            spans.observers(
                List.of(
                    meters.exchanges(),
                    meters.store(),
                    statistics,
                    accessLog,
                    events,
                    purges,
                    observatory)));
    this.instance =
        outside
            .instances()
            .of(
                stores.consistency(),
                new Instance.Tiers(stores.shared(), memory, stores.codec()),
                Environment.of(loops, meters.consistency(), clock::millis));
    meters.watch(instance);
    this.origin = new OriginService(settings.origin(), transport, meters.origin(), inFlight);
    this.sparedOrigin = spared(spans.origin(origin));
    this.limitedOrigin = new InFlightLimit(sparedOrigin, inFlight);
    this.gateway = new CachingGateway(gatewayParts(), config.rules());
    this.operation = new Operation(gateway, config);
    this.reloading =
        new Reloading(
            new Reloading.Start(config, outside.source(), settings.longestEntryBytes()),
            this::replace,
            meters.configuration(),
            clock);
    this.health =
        new HealthState(
            this::cacheState,
            () -> statistics.summary(Statistics.Window.ALL, null).hitRate(),
            this::memoryUsedBytes);
    if (sparedOrigin instanceof Breaker breaker) {
      health.watchOrigin(breaker::phase);
    }
  }

  /** The origin behind a breaker, if one is wanted. */
  private Service spared(Service direct) {
    if (config.upstream().breaker() == UpstreamSection.Breaker.NONE) {
      return direct;
    }
    Breaker breaker = new Breaker(direct, meters.origin(), System::nanoTime);
    meters.watch(breaker);
    return breaker;
  }

  private static Thread backgroundThread(Runnable work) {
    Thread thread = new Thread(work, "sidecache-background");
    thread.setDaemon(true);
    return thread;
  }

  private GatewayParts gatewayParts() {
    GatewayParts.Settings path = settings.gateway();
    return new GatewayParts(
        limitedOrigin,
        instance.checkedStore(),
        instance.mutations(),
        tokenKeys.follow(settings.credentials(), settings.tokenKeys()),
        observer,
        clock,
        System::nanoTime,
        path,
        new GatewayParts.Shared(path, inFlight, compressed()));
  }

  private @Nullable CompressedContents compressed() {
    Long over = config.cache().gzipOverBytes();
    long most = config.cache().l1().maxSizeBytes() / COMPRESSED_SHARE;
    return over == null ? null : new CompressedContents(over, most, background);
  }

  private HealthState.Cache cacheState() {
    Bypass bypass = instance.health().state().bypass();
    return bypass == null ? HealthState.Cache.ENABLED : new HealthState.Cache(bypass.word());
  }

  private long memoryUsedBytes() {
    Long shared = stores.lastKnown().redisBytes();
    return shared == null ? memory.sizeBytes() : shared;
  }

  void start() {
    instance.start();
  }

  /** Requests that begin from now on see all of this configuration, those before nothing of it. */
  private void replace(ProxyConfig next) {
    ConfiguredSettings wanted = new ConfiguredSettings(next);
    // NB: all that may fail comes before the first that is put to use.
    AccessLog.Settings logged = wanted.accessLog();
    Credentials credentials = wanted.credentials();
    GatewayParts.Settings path = wanted.gateway();
    statistics.replace(next.rules());
    accessLog.replace(logged);
    output.level().accept(next.log().level().name().toLowerCase(Locale.ROOT));
    gateway.replace(next.rules(), tokenKeys.follow(credentials, wanted.tokenKeys()), path);
    meters.exchanges().replace(next.rules());
  }

  Reloading reloading() {
    return reloading;
  }

  /**
   * Both ports are open.
   *
   * @param reached by which clients on this machine reach the traffic port
   */
  void opened(String reached) {
    started = Instant.now();
    health.started();
    reloading.watch();
    ScheduledExecutorService loop = loops.get(0);
    operation.reachedBy(reached);
    warm(loop, WARM_ATTEMPTS);
    String path = config.upstream().healthPath();
    if (path != null) {
      OriginProbe.start(
          origin, path, settings.origin().url().getAuthority(), loop, health::originAnswers);
    }
  }

  /** Fetches the list once the cache is used; a Redis that does not come is not waited for long. */
  private void warm(ScheduledExecutorService loop, int attempts) {
    if (config.warm().isEmpty() || loop.isShutdown()) {
      return;
    }
    if (health.cache().isEnabled() || attempts == 0) {
      operation.warmConfigured(loop);
    } else {
      Future<?> unused =
          loop.schedule(() -> warm(loop, attempts - 1), WARM_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Ends what does not end with the connections. */
  void stop() throws InterruptedException {
    reloading.close();
    events.close();
    instance.mutations().breakOffHeld();
    stores.close();
    origin.close();
    background.shutdownNow();
    tokenKeys.close();
    spans.close();
    meters.close();
  }

  /** Returns what the tier in memory holds, once nothing runs that could use it. */
  void letGo() {
    memory.clear();
  }

  ConfiguredSettings settings() {
    return settings;
  }

  List<ScheduledExecutorService> loops() {
    return loops;
  }

  /** What the process may hold for exchanges in flight. */
  ByteBudget inFlight() {
    return inFlight;
  }

  ListenerObserver listenerObserver() {
    return meters.listener();
  }

  Service gateway() {
    return spans.requests(gateway);
  }

  HealthState health() {
    return health;
  }

  String version() {
    return output.version();
  }

  /** The rules by which requests are served at this moment. */
  private RuleSet rulesInForce() {
    return gateway.rules();
  }

  private void diagnose(ScheduledExecutorService loop, Consumer<List<Diagnosis.Check>> handler) {
    String path = config.upstream().healthPath();
    OriginProbe.once(
        origin,
        path == null ? "/" : path,
        settings.origin().url().getAuthority(),
        loop,
        (answers, what) ->
            handler.accept(
                new RunningDiagnosis()
                    .configuration(
                        reloading.config(),
                        reloading.running().generation(),
                        reloading.refusedErrors())
                    .origin(config.upstream().url().toString(), answers, what, health.breaker())
                    .cache(instance.health().state(), instance.dirtyTags())
                    .redis(stores.findings())
                    .memory(memory, inFlight)
                    .routes(gateway.rules().routes(), statistics)
                    .findings()));
  }

  private OperatorRequests.Parts operatorParts(
      StoredEntries entries, OperatorRequests.Drain drain) {
    RouteTable routes =
        new RouteTable(
            new RouteTable.Parts(
                gateway::rules,
                statistics,
                route -> Operation.times(meters.exchanges().times(route)),
                entries,
                purges,
                clock));
    return operation.parts(routes, this::diagnose, drain);
  }

  /**
   * What the admin API shows and does.
   *
   * @param drain stops the process
   */
  AdminService.Parts adminParts(OperatorRequests.Drain drain) {
    StoredEntries entries = new StoredEntries(gateway::rules, memory, background, clock);
    return new AdminService.Parts(
        health,
        loops,
        statistics,
        this::running,
        (loop, handler) -> stores.figures(memory, loop, handler),
        new CachePurger(gateway::rules, instance.mutations(), memory, background, observer),
        new StoredValues(instance, config.cache().maxEntrySizeBytes()),
        reloading,
        entries,
        new Explanations(gateway, operation::authority),
        new ObservedTraffic(observatory, reloading::config),
        output.level(),
        operatorParts(entries, drain),
        events,
        accept -> {
          MetricsRegistry.Scrape scrape = meters.registry().scrape(accept);
          return new AdminService.MetricsText.Text(scrape.contentType(), scrape.text());
        },
        new ByteBudget(ADMIN_BODIES_BYTES),
        background,
        clock);
  }

  private Running running() {
    ProxyConfig now = reloading.config();
    return new Running(
        output.version(),
        output.revision(),
        Runtime.version().toString(),
        started,
        now.mode().name().toLowerCase(Locale.ROOT),
        now.cache().store().name().toLowerCase(Locale.ROOT),
        stores.endpoint(),
        stores.transport(),
        stores.commands(),
        reloading.hash());
  }
}
