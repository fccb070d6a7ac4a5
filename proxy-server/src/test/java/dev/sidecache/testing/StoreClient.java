package dev.sidecache.testing;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.SharedStore.Epoch;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.Finish;
import dev.sidecache.store.SharedStore.Info;
import dev.sidecache.store.SharedStore.Init;
import dev.sidecache.store.SharedStore.Mark;
import dev.sidecache.store.SharedStore.Session;
import dev.sidecache.store.SharedStore.Versions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Asks a shared store from a test's thread and waits for the answer. */
public final class StoreClient {
  public static final long TTL_MILLIS = Duration.ofDays(1).toMillis();
  private static final long TIMEOUT_NANOS = Duration.ofSeconds(5).toNanos();

  private final SharedStore store;
  private final ScheduledExecutorService loop;

  /** How a question ended. */
  public sealed interface Answer {}

  /** A lookup or init; the form as hexadecimal digits, empty if none was found. */
  public record Found(Versions versions, String form) implements Answer {}

  public record Marked(boolean gap, long leastMillis, Epoch epoch) implements Answer {}

  public record Finished(boolean gap, Epoch epoch) implements Answer {}

  public record Acknowledged() implements Answer {}

  public record Claimed() implements Answer {}

  public record Held(String holder) implements Answer {}

  public record Told(Info info) implements Answer {}

  public record Failed(Failure failure) implements Answer {}

  public StoreClient(SharedStore store, ScheduledExecutorService loop) {
    this.store = store;
    this.loop = loop;
  }

  /** 16 characters that were never used before. */
  public static String uid() {
    byte[] bytes = new byte[12];
    ThreadLocalRandom.current().nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  public static List<String> uids(int count) {
    return Stream.generate(StoreClient::uid).limit(count).toList();
  }

  public static List<Tag.Id> tags(String... names) {
    return Arrays.stream(names).map(name -> new Tag(Tag.Kind.TAG, name).id()).toList();
  }

  public static CacheKey key(String text) {
    return CacheKey.ofBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public Answer lookup(List<Tag.Id> tags, CacheKey entry) {
    return ask((session, to) -> session.lookup(tags, entry, TIMEOUT_NANOS, to));
  }

  /** The versions of these tags; fails if they cannot be read. */
  public Versions read(List<Tag.Id> tags) {
    return expect(Found.class, lookup(tags, null)).versions();
  }

  public Versions init(List<Tag.Id> tags) {
    Init init = new Init(uids(tags.size()), uid(), 100, TTL_MILLIS);
    return expect(Found.class, init(tags, init)).versions();
  }

  public Answer init(List<Tag.Id> tags, Init init) {
    return ask((session, to) -> session.init(tags, init, TIMEOUT_NANOS, to));
  }

  public Answer mark(String mid, List<Tag.Id> tags, long leaseMillis) {
    Mark mark = new Mark(mid, tags, uids(tags.size()), leaseMillis);
    return ask((session, to) -> session.mark(mark, TIMEOUT_NANOS, to));
  }

  /** A finish that changes the versions. */
  public Answer finish(String mid, List<Tag.Id> tags) {
    return finish(new Finish(mid, tags, uids(tags.size()), null, 100, TTL_MILLIS));
  }

  public Answer finish(Finish finish) {
    return ask((session, to) -> session.finish(finish, TIMEOUT_NANOS, to));
  }

  public Answer store(CacheKey key, byte[] form, long ttlMillis) {
    return store(key, Unpooled.directBuffer(form.length).writeBytes(form), ttlMillis);
  }

  public Answer store(CacheKey key, ByteBuf form, long ttlMillis) {
    return ask((session, to) -> session.store(key, form, ttlMillis, to));
  }

  public Answer claim(CacheKey key, String holder, long leaseMillis) {
    return ask((session, to) -> session.claim(key, holder, leaseMillis, TIMEOUT_NANOS, to));
  }

  /** Ends a claim; returns once that is done. */
  public void disclaim(CacheKey key) {
    Answer unused =
        ask(
            (session, to) -> {
              session.disclaim(key, TIMEOUT_NANOS);
              session.delete(List.of(), TIMEOUT_NANOS, to);
            });
  }

  public Answer delete(CacheKey... keys) {
    return ask((session, to) -> session.delete(List.of(keys), TIMEOUT_NANOS, to));
  }

  public Answer info() {
    return ask((session, to) -> session.info(TIMEOUT_NANOS, to));
  }

  /** The answer as what it is expected to be; else an error that tells it. */
  public static <T extends Answer> T expect(Class<T> type, Answer answer) {
    if (!type.isInstance(answer)) {
      throw new AssertionError("expected " + type.getSimpleName() + ", but was " + answer);
    }
    return type.cast(answer);
  }

  private interface Question {
    void ask(Session session, Recorder recorder);
  }

  private Answer ask(Question question) {
    Recorder recorder = new Recorder();
    loop.execute(() -> question.ask(store.session(loop), recorder));
    try {
      return recorder.answer.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer at all", e);
    }
  }

  /** Takes one answer; a second one is an error. */
  private static final class Recorder
      implements SharedStore.LookupHandler,
          SharedStore.AckHandler,
          SharedStore.MarkHandler,
          SharedStore.FinishHandler,
          SharedStore.InfoHandler,
          SharedStore.ClaimHandler {
    final CompletableFuture<Answer> answer = new CompletableFuture<>();

    private void give(Answer given) {
      if (!answer.complete(given)) {
        throw new AssertionError("answered twice: " + given);
      }
    }

    @Override
    public void found(Versions versions, ByteBuf form) {
      // At once: with leak detection, byte by byte would take minutes.
      byte[] bytes = new byte[form == null ? 0 : form.readableBytes()];
      if (form != null) {
        form.readBytes(bytes).release();
      }
      give(new Found(versions, HexFormat.of().formatHex(bytes)));
    }

    @Override
    public void acknowledged() {
      give(new Acknowledged());
    }

    @Override
    public void marked(boolean gap, long leastMillis, Epoch epoch) {
      give(new Marked(gap, leastMillis, epoch));
    }

    @Override
    public void finished(boolean gap, Epoch epoch) {
      give(new Finished(gap, epoch));
    }

    @Override
    public void claimed() {
      give(new Claimed());
    }

    @Override
    public void held(String holder) {
      give(new Held(holder));
    }

    @Override
    public void info(Info info) {
      give(new Told(info));
    }

    @Override
    public void failed(Failure failure) {
      give(new Failed(failure));
    }
  }
}
