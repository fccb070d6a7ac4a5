package dev.sidecache.redis;

import dev.sidecache.store.LargeForm;
import dev.sidecache.store.SharedStore;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shared store in Redis: stored forms as one string each, versions of tags changed by three
 * scripts. Source: redis.md, Section 5; consistency.md, Sections 3 and 6.
 *
 * <p>It connects in the background and for as long as it exists; whoever uses it asks {@link
 * #availability} or is told by {@link #onChange}.
 */
public final class RedisSharedStore implements SharedStore {
  private static final int WORKERS = 2;
  private static final int MAX_WAITING_TASKS = 256;

  /** What may wait to be stored, over all loops; beyond, nothing more is taken. */
  private static final long MAX_PENDING_BYTES = 64L << 20;

  private final RedisTransport transport;
  private final RedisKeys keys;
  private final LargeForm largeForms;
  private final ThreadPoolExecutor workers;
  private final LongSupplier nanoTime;
  private final Map<ScheduledExecutorService, Session> sessions = new ConcurrentHashMap<>();
  private final int database;
  private final AtomicLong pendingBytes = new AtomicLong();
  private final AtomicReference<CommandSpending.@Nullable Reading> spentReading =
      new AtomicReference<>();
  private volatile boolean upstashScripts;
  private volatile boolean scriptsForbidden;
  private volatile boolean oneSlot = true;

  /**
   * How Redis is used.
   *
   * @param address one that is not {@link #unsupported}
   * @param namespace begins every key; {@code [a-z0-9-]{1,40}}
   * @param version part of every entry's key
   * @param maxBodyBytes of a stored response
   * @param connections the most to open to each server, besides one for large values
   */
  public record Settings(
      RedisAddress address, String namespace, String version, int maxBodyBytes, int connections) {
    /** Enough for two cores; plans count connections. */
    public static final int DEFAULT_CONNECTIONS = 2;

    public Settings {
      if (namespace.isEmpty() || namespace.length() > 40) {
        throw new IllegalArgumentException("namespace (expected: 1 to 40 characters)");
      }
      if (connections < 1) {
        throw new IllegalArgumentException("connections: " + connections + " (expected: >= 1)");
      }
    }
  }

  private RedisSharedStore(
      RedisTransport transport, RedisKeys keys, Settings settings, Threads threads) {
    this.transport = transport;
    this.keys = keys;
    this.workers = threads.workers;
    this.nanoTime = threads.nanoTime;
    this.largeForms = new LargeForm(settings.maxBodyBytes, PooledByteBufAllocator.DEFAULT);
    this.database = settings.address.login().database();
    if (settings.address.provider() == RedisAddress.Provider.UPSTASH) {
      tryUpstashScripts();
    }
  }

  /** Where work that may block is done, and the clock. */
  private record Threads(ThreadPoolExecutor workers, LongSupplier nanoTime) {}

  /**
   * A store that has begun to connect.
   *
   * @param loops the event loops that will ask for sessions; epoll's if Netty has epoll here
   * @param nanoTime the monotonic clock
   * @throws IllegalArgumentException if the address is {@link #unsupported}
   */
  public static RedisSharedStore create(
      Settings settings, List<EventLoop> loops, LongSupplier nanoTime, RedisObserver observer) {
    return create(settings, RestAccess.NONE, loops, nanoTime, observer);
  }

  /** As the other, for an address that may have an HTTP API. */
  public static RedisSharedStore create(
      Settings settings,
      RestAccess access,
      List<EventLoop> loops,
      LongSupplier nanoTime,
      RedisObserver observer) {
    unsupported(settings.address)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
    RedisKeys keys = new RedisKeys(settings.namespace, settings.version);
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING_TASKS),
            new DefaultThreadFactory("sidecache-redis-worker", true));
    workers.allowCoreThreadTimeOut(true);
    RedisTransport transport =
        transport(
            settings,
            access,
            loops,
            new RespTransport.Parts(settings.address, keys, workers, nanoTime, observer));
    transport.start();
    return new RedisSharedStore(transport, keys, settings, new Threads(workers, nanoTime));
  }

  private static RedisTransport transport(
      Settings settings, RestAccess access, List<EventLoop> loops, RespTransport.Parts parts) {
    EventLoop home = loops.get(0);
    RespTransport.Parts overResp = parts.at(settings.address.overResp());
    Supplier<RedisTransport> resp = () -> new RespTransport(overResp, loops, settings.connections);
    Supplier<RedisTransport> rest =
        () -> new RestTransport(parts, access, home, settings.maxBodyBytes);
    return switch (access.to(settings.address)) {
      case RESP -> resp.get();
      case REST -> rest.get();
      case AUTO -> new AutoTransport(resp, rest, home, parts.nanoTime());
    };
  }

  /** Why an address cannot be used yet, for a configuration error; empty if it can. */
  public static Optional<String> unsupported(RedisAddress address) {
    String caFile = address.tls().caFile();
    if (caFile == null) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(Path.of(caFile))) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()
          ? Optional.of("the file of ssl_ca_certs holds no certificate")
          : Optional.empty();
    } catch (IOException | InvalidPathException unreadable) {
      return Optional.of("the file of ssl_ca_certs cannot be read");
    } catch (CertificateException malformed) {
      return Optional.of("the file of ssl_ca_certs holds no certificate");
    }
  }

  @Override
  public Session session(ScheduledExecutorService loop) {
    return sessions.computeIfAbsent(
        loop,
        made -> new RedisSession(this, made, transport.line(made), transport.largeLine(made)));
  }

  /** The number of commands spent by all instances, asked for on this loop. */
  CommandSpending.Counter spent(ScheduledExecutorService loop) {
    return new SpentCounter(this, transport.line(loop));
  }

  /** The number of commands spent is asked for with the next lookup. */
  void readSpentAlong(CommandSpending.Reading reading) {
    spentReading.set(reading);
  }

  /** What the next lookup is to read along, for that one alone; null: nothing. */
  CommandSpending.@Nullable Reading takeSpentReading() {
    return spentReading.get() == null ? null : spentReading.getAndSet(null);
  }

  @Override
  public Availability availability() {
    return transport.availability();
  }

  @Override
  public void onChange(ChangeListener listener) {
    transport.onChange(() -> listener.changed(transport.availability()));
  }

  /** How the server is spoken to at this moment: {@code resp} or {@code rest}. */
  public String transport() {
    return transport.word();
  }

  /** The address in use at this moment, without credentials. */
  public String endpoint() {
    return transport.endpoint();
  }

  /** False once the server has forbidden us scripts: then marks do not work. */
  @Override
  public boolean supportsMarks() {
    return !scriptsForbidden;
  }

  /** What the server told of itself when it was last connected to; null before. */
  public @Nullable Info lastInfo() {
    ServerInfo info = transport.info();
    return info == null ? null : RedisSession.info(info);
  }

  @Override
  public void close() {
    transport.close();
    workers.shutdown();
  }

  /** A line to each server that has entries of its own. */
  List<RedisTransport.Line> servers(ScheduledExecutorService loop) {
    return transport.servers(loop);
  }

  RedisKeys keys() {
    return keys;
  }

  int database() {
    return database;
  }

  LargeForm largeForms() {
    return largeForms;
  }

  ThreadPoolExecutor workers() {
    return workers;
  }

  LongSupplier nanoTime() {
    return nanoTime;
  }

  /** Whether so much more may wait; if so, it is given back by {@link #ended}. */
  boolean begins(long bytes) {
    if (pendingBytes.addAndGet(bytes) <= MAX_PENDING_BYTES) {
      return true;
    }
    pendingBytes.addAndGet(-bytes);
    return false;
  }

  void ended(long bytes) {
    pendingBytes.addAndGet(-bytes);
  }

  boolean upstashScripts() {
    return upstashScripts;
  }

  /** Scripts as Upstash wants them, until it turns out that the server cannot read them. */
  void tryUpstashScripts() {
    upstashScripts = true;
  }

  /** The server does not know Upstash's first line: from now on without. */
  void dropUpstashScripts() {
    upstashScripts = false;
  }

  void forbidScripts() {
    scriptsForbidden = true;
  }

  /** Whether versions and entry may be asked for by one command. */
  boolean oneSlot() {
    return oneSlot && !transport.isClustered();
  }

  /** A cluster behind a proxy: from now on by two. */
  void severalSlots() {
    oneSlot = false;
  }
}
