package dev.sidecache.redis;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.LookupHandler;
import dev.sidecache.store.SharedStore.Versions;
import dev.sidecache.testing.StoreClient;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Lookups one after the other, so many at a time, until it is closed; counts how they end. */
final class Load implements AutoCloseable {
  private static final long TIMEOUT_NANOS = Duration.ofMillis(250).toNanos();

  private final StoreUnderTest tested;
  private final List<Tag.Id> tags;
  private final EventLoop loop;
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicInteger running;
  private volatile boolean closing;

  Load(StoreUnderTest tested, List<Tag.Id> tags, int atATime) {
    this.tested = tested;
    this.tags = tags;
    this.loop = tested.loops.first();
    this.running = new AtomicInteger(atATime);
    for (int i = 0; i < atATime; i++) {
      loop.execute(new Runner()::ask);
    }
  }

  long answers() {
    return answers.get();
  }

  long failures() {
    return failures.get();
  }

  void awaitAnswers(long count) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> answers.get() >= count);
  }

  void awaitFailures(long count) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> failures.get() >= count);
  }

  /** Ends the load; an error if a question stays unanswered. */
  @Override
  public void close() {
    closing = true;
    Awaitility.await("every question answered")
        .atMost(Duration.ofSeconds(5))
        .until(() -> running.get() == 0);
  }

  private final class Runner implements LookupHandler {
    private boolean asked;

    void ask() {
      if (closing) {
        running.decrementAndGet();
        return;
      }
      asked = true;
      tested.store.session(loop).lookup(tags, null, TIMEOUT_NANOS, this);
    }

    private void answered(AtomicLong counter) {
      if (!asked) {
        throw new AssertionError("answered twice");
      }
      asked = false;
      counter.incrementAndGet();
      loop.execute(this::ask);
    }

    @Override
    public void found(Versions versions, ByteBuf form) {
      answered(answers);
    }

    @Override
    public void failed(Failure failure) {
      answered(failures);
    }
  }

  /** One lookup of a stored form with a timeout of its own. */
  static final class Single implements LookupHandler {
    private final CompletableFuture<Failure> failure = new CompletableFuture<>();

    Single(StoreUnderTest tested, List<Tag.Id> tags, Duration timeout) {
      EventLoop loop = tested.loops.first();
      loop.execute(
          () ->
              tested
                  .store
                  .session(loop)
                  .lookup(tags, StoreClient.key("k"), timeout.toNanos(), this));
    }

    Failure failure() {
      try {
        return failure.get(10, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new AssertionError("no answer", e);
      }
    }

    @Override
    public void found(Versions versions, ByteBuf form) {
      failure.completeExceptionally(new AssertionError("found"));
    }

    @Override
    public void failed(Failure how) {
      failure.complete(how);
    }
  }
}
