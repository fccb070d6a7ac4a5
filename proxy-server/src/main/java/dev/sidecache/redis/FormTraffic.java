package dev.sidecache.redis;

import static dev.sidecache.redis.RedisKeys.ascii;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.LargeForm;
import dev.sidecache.store.SharedStore.AckHandler;
import dev.sidecache.store.SharedStore.Failure;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stored forms on their way to Redis and back, on one event loop. Large ones travel in two pieces:
 * first the content, by the line for large values; once that is acknowledged, the entry that names
 * it. What takes long is done by a worker.
 */
final class FormTraffic {
  private static final int LARGE_BYTES = 64 * 1024;
  private static final long STORE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final byte[] SET = ascii("SET");
  private static final byte[] GET = ascii("GET");
  private static final byte[] PX = ascii("PX");

  private final RedisSharedStore store;
  private final ScheduledExecutorService loop;
  private final Line line;
  private final Line largeLine;

  FormTraffic(RedisSharedStore store, ScheduledExecutorService loop, Line line, Line largeLine) {
    this.store = store;
    this.loop = loop;
    this.line = line;
    this.largeLine = largeLine;
  }

  /** Stores a form, which it takes over. */
  void store(CacheKey key, ByteBuf form, long ttlMillis, AckHandler handler) {
    long bytes = form.readableBytes();
    if (store.availability().storesPaused()) {
      form.release();
      handler.failed(Failure.FULL);
    } else if (!store.begins(bytes)) {
      form.release();
      handler.failed(Failure.REJECTED);
    } else {
      AckHandler counted = new Counted(bytes, handler);
      if (bytes > LARGE_BYTES && LargeForm.isDeflatable(form)) {
        atWork(
            form, store.largeForms()::deflated, smaller -> put(key, smaller, ttlMillis, counted));
      } else {
        put(key, form, ttlMillis, counted);
      }
    }
  }

  /** Gives back what it took of the pending bytes. */
  private final class Counted implements AckHandler {
    private final long bytes;
    private final AckHandler handler;

    Counted(long bytes, AckHandler handler) {
      this.bytes = bytes;
      this.handler = handler;
    }

    @Override
    public void acknowledged() {
      store.ended(bytes);
      handler.acknowledged();
    }

    @Override
    public void failed(Failure failure) {
      store.ended(bytes);
      handler.failed(failure);
    }
  }

  private void put(CacheKey key, ByteBuf form, long ttlMillis, AckHandler handler) {
    if (form.readableBytes() <= LARGE_BYTES) {
      Command set = set(store.keys().entry(key), form, shortened(ttlMillis));
      line.send(set, STORE_NANOS, new RedisSession.Ack(handler));
      return;
    }
    byte[] id = new byte[LargeForm.ID_BYTES];
    ThreadLocalRandom.current().nextBytes(id);
    LargeForm.Pieces pieces = store.largeForms().split(form, TextForm.distinct(id));
    form.release();
    if (pieces == null) {
      handler.failed(Failure.REJECTED);
      return;
    }
    Command content = set(store.keys().content(key), pieces.content(), ttlMillis);
    largeLine.send(
        content,
        STORE_NANOS,
        new RedisSession.Ack(new ThenEntry(key, pieces.entry(), ttlMillis, handler)));
  }

  /** Once the content lies there, the entry that names it follows. */
  private final class ThenEntry implements AckHandler {
    private final CacheKey key;
    private final ByteBuf entry;
    private final long ttlMillis;
    private final AckHandler handler;

    ThenEntry(CacheKey key, ByteBuf entry, long ttlMillis, AckHandler handler) {
      this.key = key;
      this.entry = entry;
      this.ttlMillis = ttlMillis;
      this.handler = handler;
    }

    @Override
    public void acknowledged() {
      Command set = set(store.keys().entry(key), entry, shortened(ttlMillis));
      line.send(set, STORE_NANOS, new RedisSession.Ack(handler));
    }

    @Override
    public void failed(Failure failure) {
      entry.release();
      handler.failed(failure);
    }
  }

  /** Up to a tenth less, never more, so that what was stored together does not expire together. */
  private static long shortened(long ttlMillis) {
    return Math.max(1, ttlMillis - ThreadLocalRandom.current().nextLong(ttlMillis / 10 + 1));
  }

  private static Command set(byte[] key, ByteBuf value, long ttlMillis) {
    List<byte[]> words = List.of(SET, key, PX, ascii(Long.toString(ttlMillis)));
    return new Command("set", words, value, 2, -1);
  }

  /**
   * Makes a form that was found ready for decoding: joins its content to it, inflates it. Gives
   * null if the content is missing or another's. Takes the form over.
   */
  void complete(
      CacheKey key, ByteBuf written, long deadlineNanos, Consumer<@Nullable ByteBuf> ready) {
    ByteBuf form = TextForm.decoded(written);
    if (form == null) {
      ready.accept(null);
    } else {
      completeDecoded(key, form, deadlineNanos, ready);
    }
  }

  private void completeDecoded(
      CacheKey key, ByteBuf form, long deadlineNanos, Consumer<@Nullable ByteBuf> ready) {
    if (!LargeForm.isApart(form)) {
      inflate(form, ready);
      return;
    }
    List<byte[]> words = List.of(GET, store.keys().content(key));
    largeLine.sendBy(
        Command.readingForm("get", words, 0),
        deadlineNanos,
        new ReplyHandler() {
          @Override
          public void replied(Reply reply, String server) {
            ByteBuf content =
                reply instanceof Reply.Form found ? TextForm.decoded(found.bytes()) : null;
            ByteBuf whole = content == null ? null : store.largeForms().join(form, content);
            form.release();
            if (content != null) {
              content.release();
            }
            if (whole == null) {
              ready.accept(null);
            } else {
              inflate(whole, ready);
            }
          }

          @Override
          public void failed(Failure failure) {
            form.release();
            ready.accept(null);
          }
        });
  }

  private void inflate(ByteBuf form, Consumer<@Nullable ByteBuf> ready) {
    if (LargeForm.isLargeDeflated(form)) {
      atWork(form, store.largeForms()::inflated, ready);
    } else {
      ready.accept(form);
    }
  }

  /** Does something long to a form on another thread, and goes on with the outcome on the loop. */
  private void atWork(ByteBuf form, UnaryOperator<ByteBuf> work, Consumer<? super ByteBuf> then) {
    try {
      store
          .workers()
          .execute(
              () -> {
                ByteBuf done = work.apply(form);
                try {
                  loop.execute(() -> then.accept(done));
                } catch (RejectedExecutionException ended) {
                  done.release();
                }
              });
    } catch (RejectedExecutionException busy) {
      then.accept(form);
    }
  }
}
