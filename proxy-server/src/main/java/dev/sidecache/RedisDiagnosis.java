package dev.sidecache;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.cli.DoctorCommand;
import dev.sidecache.cli.DoctorCommand.Finding;
import dev.sidecache.config.CacheSection;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.http1.Transport;
import dev.sidecache.origin.OriginObserver;
import dev.sidecache.redis.RedisAddress;
import dev.sidecache.redis.RedisObserver;
import dev.sidecache.redis.RedisRemedy;
import dev.sidecache.redis.RedisSharedStore;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.SharedStore.AckHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.LookupHandler;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.store.SharedStore.Versions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects to the Redis of a configuration as the proxy would, and tries what it needs. */
final class RedisDiagnosis implements DoctorCommand.RedisCheck {
  private static final long CONNECT_SECONDS = 5;
  private static final long DOWN_SECONDS = 1;
  private static final long COMMAND_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final String OK = "ok";

  @Override
  public List<Finding> check(ProxyConfig config) throws InterruptedException {
    if (config.cache().store() == CacheSection.Store.MEMORY) {
      return List.of(new Finding(null, "not used: the store is memory", ""));
    }
    RedisAddress.Found found = config.cache().redis().address();
    if (found instanceof RedisAddress.Configured configured) {
      return check(config, configured);
    }
    return List.of(
        new Finding(
            null,
            "Redis cache disabled: " + Stores.whyNone(found),
            "set REDIS_URL, or run with --store memory"));
  }

  private static List<Finding> check(ProxyConfig config, RedisAddress.Configured configured)
      throws InterruptedException {
    RedisAddress address = configured.address();
    String unsupported = RedisSharedStore.unsupported(address).orElse("");
    if (!unsupported.isEmpty()) {
      return List.of(new Finding(false, unsupported, "correct " + configured.source()));
    }
    Transport transport = Transport.open(1);
    EventLoop loop = transport.loops().next();
    RedisHttp http =
        RedisHttp.of(address, config.cache().redis().transport(), transport, OriginObserver.NONE);
    RedisSharedStore store =
        RedisSharedStore.create(
            new RedisSharedStore.Settings(
                address, config.cache().namespace(), config.cache().version(), 1 << 20, 1),
            http.access(),
            List.of(loop),
            System::nanoTime,
            RedisObserver.NONE);
    try {
      return connected(store, loop, address, configured.source());
    } finally {
      store.close();
      http.close();
      io.netty.util.concurrent.Future<?> unused = transport.close().await();
    }
  }

  private static List<Finding> connected(
      RedisSharedStore store, EventLoop loop, RedisAddress address, String source)
      throws InterruptedException {
    BlockingQueue<SharedStore.Availability> changes = new ArrayBlockingQueue<>(64);
    store.onChange(changes::offer);
    loop.execute(() -> store.session(loop));
    long start = System.nanoTime();
    long deadline = start + TimeUnit.SECONDS.toNanos(CONNECT_SECONDS);
    boolean downBefore = false;
    while (isWorthWaiting(store.availability().state()) && System.nanoTime() - deadline < 0) {
      SharedStore.Availability unused = changes.poll(100, TimeUnit.MILLISECONDS);
      if (!downBefore && store.availability().state() == State.DOWN) {
        // It is tried again at once: the second time tells as much as the tenth.
        downBefore = true;
        deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DOWN_SECONDS);
      }
    }
    SharedStore.Availability now = store.availability();
    if (now.state() != State.UP) {
      return List.of(
          new Finding(
              false,
              "cannot use " + way(store, source) + ": " + now.reason(),
              RedisRemedy.of(address, now)));
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding(true, "connected to " + way(store, source) + " in " + millis + " ms", ""));
    findings.add(commands(store, loop, address));
    if (store.availability().state() == State.UP) {
      scripts(store, loop).ifPresent(findings::add);
      findings.addAll(figures(store, loop));
    }
    return findings;
  }

  private static String way(RedisSharedStore store, String source) {
    return store.endpoint() + " (" + source + ", transport " + store.transport() + ")";
  }

  private static boolean isWorthWaiting(State state) {
    return state != State.UP && state != State.AUTH;
  }

  private static Finding commands(SharedStore store, EventLoop loop, RedisAddress address)
      throws InterruptedException {
    String name = "doctor-" + UUID.randomUUID();
    CacheKey key = CacheKey.ofBytes(name.getBytes(StandardCharsets.UTF_8));
    String set = answer(loop, to -> store.session(loop).store(key, form(), 60_000, ack(to)));
    String got =
        answer(loop, to -> store.session(loop).lookup(List.of(), key, COMMAND_NANOS, read(to)));
    String deleted =
        answer(loop, to -> store.session(loop).delete(List.of(key), COMMAND_NANOS, ack(to)));
    if (set.equals(OK) && got.equals(OK) && deleted.equals(OK)) {
      return new Finding(true, "set, get and delete work", "");
    }
    SharedStore.Availability now = store.availability();
    String detail = "set " + set + ", get " + got + ", delete " + deleted;
    return now.state() == State.UP
        ? new Finding(false, detail, "give the user MGET, GET, SET and DEL on the namespace's keys")
        : new Finding(false, detail + ": " + now.reason(), RedisRemedy.of(address, now));
  }

  /** A warning if the user may not run scripts: a mutation then is announced by no mark. */
  private static Optional<Finding> scripts(SharedStore store, EventLoop loop)
      throws InterruptedException {
    // NB: a mark of no tag changes nothing.
    SharedStore.Mark none = new SharedStore.Mark("doctor", List.of(), List.of(), 1);
    String unused = answer(loop, to -> store.session(loop).mark(none, COMMAND_NANOS, marked(to)));
    return store.supportsMarks()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                true,
                "the user may not run scripts: writes are not announced (as consistency: lite)",
                "give the user EVAL and EVALSHA"));
  }

  private static List<Finding> figures(SharedStore store, EventLoop loop)
      throws InterruptedException {
    BlockingQueue<List<Finding>> answers = new ArrayBlockingQueue<>(1);
    loop.execute(
        () ->
            store
                .session(loop)
                .info(
                    COMMAND_NANOS,
                    new SharedStore.InfoHandler() {
                      @Override
                      public void info(SharedStore.Info info) {
                        answers.add(describe(info));
                      }

                      @Override
                      public void failed(Failure failure) {
                        answers.add(List.of());
                      }
                    }));
    List<Finding> found = answers.poll(2 * COMMAND_NANOS, TimeUnit.NANOSECONDS);
    return found == null ? List.of() : found;
  }

  private static List<Finding> describe(SharedStore.Info info) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding(
            true,
            String.format(
                Locale.ROOT,
                "%s: %,d keys, %.1f MiB used",
                info.server(),
                info.keys(),
                info.usedBytes() / 1048576.0),
            ""));
    if (info.maxBytes() > 0 && info.evictionPolicy().equals("noeviction")) {
      findings.add(
          new Finding(
              true,
              "eviction is off: a full database stops storing",
              "switch eviction on (allkeys-lru), or shorten the TTLs"));
    }
    return findings;
  }

  private interface Ask {
    void send(BlockingQueue<String> answers);
  }

  private static String answer(EventLoop loop, Ask ask) throws InterruptedException {
    BlockingQueue<String> answers = new ArrayBlockingQueue<>(1);
    loop.execute(() -> ask.send(answers));
    String answer = answers.poll(2 * COMMAND_NANOS, TimeUnit.NANOSECONDS);
    return answer == null ? "was not answered" : answer;
  }

  private static ByteBuf form() {
    return Unpooled.directBuffer().writeBytes(OK.getBytes(StandardCharsets.UTF_8));
  }

  private static AckHandler ack(BlockingQueue<String> answers) {
    return new AckHandler() {
      @Override
      public void acknowledged() {
        answers.add(OK);
      }

      @Override
      public void failed(Failure failure) {
        answers.add(word(failure));
      }
    };
  }

  private static SharedStore.MarkHandler marked(BlockingQueue<String> answers) {
    return new SharedStore.MarkHandler() {
      @Override
      public void marked(boolean gap, long leastMillis, SharedStore.@Nullable Epoch epoch) {
        answers.add(OK);
      }

      @Override
      public void failed(Failure failure) {
        answers.add(word(failure));
      }
    };
  }

  private static LookupHandler read(BlockingQueue<String> answers) {
    return new LookupHandler() {
      @Override
      public void found(Versions versions, @Nullable ByteBuf form) {
        answers.add(form == null ? "found nothing" : OK);
        if (form != null) {
          form.release();
        }
      }

      @Override
      public void failed(Failure failure) {
        answers.add(word(failure));
      }
    };
  }

  private static String word(Failure failure) {
    return "failed (" + failure.name().toLowerCase(Locale.ROOT) + ")";
  }
}
