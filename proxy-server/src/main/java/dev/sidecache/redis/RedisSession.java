package dev.sidecache.redis;

import static dev.sidecache.redis.RedisKeys.ascii;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.AckHandler;
import dev.sidecache.store.SharedStore.ClaimHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.Finish;
import dev.sidecache.store.SharedStore.FinishHandler;
import dev.sidecache.store.SharedStore.Info;
import dev.sidecache.store.SharedStore.InfoHandler;
import dev.sidecache.store.SharedStore.Init;
import dev.sidecache.store.SharedStore.LookupHandler;
import dev.sidecache.store.SharedStore.Mark;
import dev.sidecache.store.SharedStore.MarkHandler;
import dev.sidecache.store.SharedStore.Session;
import dev.sidecache.store.SharedStore.StampsHandler;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The operations of the store, on one event loop: turned into commands, and their replies read. */
final class RedisSession implements Session {
  private final RedisSharedStore store;
  private final ScheduledExecutorService loop;
  private final Line line;
  private final FormTraffic forms;
  private final ScriptCalls scripts;

  RedisSession(RedisSharedStore store, ScheduledExecutorService loop, Line line, Line largeLine) {
    this.store = store;
    this.loop = loop;
    this.line = line;
    this.forms = new FormTraffic(store, loop, line, largeLine);
    this.scripts = new ScriptCalls(store, line);
  }

  @Override
  public boolean ordered() {
    return line.ordered();
  }

  @Override
  public void lookup(
      List<Tag.Id> tags, @Nullable CacheKey entry, long timeoutNanos, LookupHandler handler) {
    Lookup lookup = new Lookup(store, line, forms, handler);
    lookup.send(tags, entry, timeoutNanos);
  }

  @Override
  public void store(CacheKey key, ByteBuf form, long ttlMillis, AckHandler handler) {
    forms.store(key, form, ttlMillis, handler);
  }

  @Override
  public void init(List<Tag.Id> tags, Init init, long timeoutNanos, LookupHandler handler) {
    scripts.init(tags, init, timeoutNanos, handler);
  }

  @Override
  public void mark(Mark mark, long timeoutNanos, MarkHandler handler) {
    scripts.mark(mark, timeoutNanos, handler);
  }

  @Override
  public void finish(Finish finish, long timeoutNanos, FinishHandler handler) {
    scripts.finish(finish, timeoutNanos, handler);
  }

  @Override
  public void claim(
      CacheKey key, String holder, long leaseMillis, long timeoutNanos, ClaimHandler handler) {
    long deadlineNanos = store.nanoTime().getAsLong() + timeoutNanos;
    new FillClaim(line, store.keys().claim(key), handler, deadlineNanos).send(holder, leaseMillis);
  }

  @Override
  public void disclaim(CacheKey key, long timeoutNanos) {
    Command del = Command.of("del", ascii("DEL"), store.keys().claim(key));
    line.send(del, timeoutNanos, ReplyHandler.NOBODY);
  }

  @Override
  public void delete(Collection<CacheKey> keys, long timeoutNanos, AckHandler handler) {
    if (keys.isEmpty()) {
      handler.acknowledged();
      return;
    }
    if (!store.oneSlot()) {
      deleteApart(keys, timeoutNanos, handler);
      return;
    }
    List<byte[]> words = new ArrayList<>(keys.size() + 1);
    words.add(ascii("DEL"));
    for (CacheKey key : keys) {
      words.add(store.keys().entry(key));
    }
    line.send(Command.of("del", words), timeoutNanos, new Ack(handler));
  }

  private void deleteApart(Collection<CacheKey> keys, long timeoutNanos, AckHandler handler) {
    Batch batch =
        new Batch(
            line,
            store.nanoTime().getAsLong() + timeoutNanos,
            (replies, server) -> {
              for (Reply reply : replies) {
                if (reply instanceof Reply.Refused) {
                  handler.failed(failure(reply));
                  return;
                }
              }
              handler.acknowledged();
            },
            handler::failed);
    for (CacheKey key : keys) {
      batch.add(Command.of("del", ascii("DEL"), store.keys().entry(key)));
    }
    batch.send();
  }

  @Override
  public void info(long timeoutNanos, InfoHandler handler) {
    line.send(
        Command.of("info", ascii("INFO")),
        timeoutNanos,
        new ReplyHandler() {
          @Override
          public void replied(Reply reply, String server) {
            if (reply instanceof Reply.Bytes text) {
              String lines = new String(text.bytes(), StandardCharsets.UTF_8);
              handler.info(RedisSession.info(ServerInfo.parse(lines, store.database())));
            } else {
              handler.failed(failure(reply));
            }
            reply.release();
          }

          @Override
          public void failed(Failure failure) {
            handler.failed(failure);
          }
        });
  }

  @Override
  public void stamps(long timeoutNanos, StampsHandler handler) {
    new StampWalk(store, store.servers(loop), timeoutNanos, handler).start();
  }

  static Info info(ServerInfo told) {
    ServerInfo.Memory memory = told.memory();
    return new Info(
        told.server(),
        memory.keys(),
        memory.usedBytes(),
        memory.maxBytes(),
        memory.evictionPolicy());
  }

  /** What an answer that is not the expected one means for whoever asked. */
  static Failure failure(Reply reply) {
    return reply instanceof Reply.Refused refused
            && ErrorMeaning.of(refused.text()) == ErrorMeaning.FULL
        ? Failure.FULL
        : Failure.REFUSED;
  }

  /** Any answer but an error is good. */
  static final class Ack implements ReplyHandler {
    private final AckHandler handler;

    Ack(AckHandler handler) {
      this.handler = handler;
    }

    @Override
    public void replied(Reply reply, String server) {
      reply.release();
      if (reply instanceof Reply.Refused) {
        handler.failed(failure(reply));
      } else {
        handler.acknowledged();
      }
    }

    @Override
    public void failed(Failure failure) {
      handler.failed(failure);
    }
  }
}
