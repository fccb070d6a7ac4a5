package dev.sidecache.redis;

import static dev.sidecache.redis.RedisKeys.ascii;

import dev.sidecache.caching.Tag;
import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.store.SharedStore.Epoch;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.Finish;
import dev.sidecache.store.SharedStore.FinishHandler;
import dev.sidecache.store.SharedStore.Init;
import dev.sidecache.store.SharedStore.LookupHandler;
import dev.sidecache.store.SharedStore.Versions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finish and init where the server forbids scripts: versions are deleted instead of replaced, and
 * set only where there are none. There are no marks, so every finish tells a gap. Source:
 * consistency.md, Section 6.
 */
final class ScriptFree {
  private final RedisSharedStore store;
  private final Line line;

  ScriptFree(RedisSharedStore store, Line line) {
    this.store = store;
    this.line = line;
  }

  void finish(Finish finish, long deadlineNanos, FinishHandler handler) {
    Batch batch = batch(deadlineNanos, handler, () -> delete(finish, deadlineNanos, handler));
    batch.add(Command.of("get", ascii("GET"), store.keys().epoch()));
    String newEpoch = finish.newEpoch();
    if (!finish.uids().isEmpty() && !finish.tags().isEmpty()) {
      batch.add(delete(finish.tags()));
    }
    if (newEpoch != null) {
      byte[] value = StoredValues.epochValue(newEpoch, line.server(), finish.leaseMillis());
      batch.add(set(store.keys().epoch(), value, finish.ttlMillis(), false));
    }
    batch.send();
  }

  /**
   * Deletes what a finish would change, each key alone: for a server without memory for anything
   * else, and for keys that a cluster is just moving from node to node.
   */
  void delete(Finish finish, long deadlineNanos, FinishHandler handler) {
    Batch batch = batch(deadlineNanos, handler, () -> handler.failed(Failure.REFUSED));
    batch.add(Command.of("get", ascii("GET"), store.keys().epoch()));
    for (Tag.Id tag : finish.tags()) {
      batch.add(Command.of("del", ascii("DEL"), store.keys().version(tag)));
    }
    if (finish.newEpoch() != null) {
      batch.add(Command.of("del", ascii("DEL"), store.keys().epoch()));
    }
    batch.send();
  }

  private static boolean areApart(List<Reply> replies) {
    return replies.stream()
        .anyMatch(
            reply ->
                reply instanceof Reply.Refused refused
                    && ErrorMeaning.of(refused.text()) == ErrorMeaning.KEYS_APART);
  }

  private Batch batch(long deadlineNanos, FinishHandler handler, Runnable whenApart) {
    return new Batch(
        line,
        deadlineNanos,
        (replies, server) -> {
          Failure failure = firstFailure(replies);
          if (failure == null) {
            handler.finished(true, StoredValues.epoch(replies.get(0)));
          } else if (areApart(replies)) {
            whenApart.run();
          } else {
            handler.failed(failure);
          }
        },
        handler::failed);
  }

  private static @Nullable Failure firstFailure(List<Reply> replies) {
    for (Reply reply : replies) {
      if (reply instanceof Reply.Refused) {
        return RedisSession.failure(reply);
      }
    }
    return null;
  }

  private Command delete(List<Tag.Id> tags) {
    List<byte[]> words = new ArrayList<>(tags.size() + 2);
    words.add(ascii("DEL"));
    for (Tag.Id tag : tags) {
      words.add(store.keys().version(tag));
    }
    return Command.of("del", words);
  }

  private static Command set(byte[] key, byte[] value, long ttlMillis, boolean onlyIfAbsent) {
    List<byte[]> words = new ArrayList<>(6);
    words.add(ascii("SET"));
    words.add(key);
    words.add(value);
    words.add(ascii("PX"));
    words.add(ScriptCalls.number(ttlMillis));
    if (onlyIfAbsent) {
      words.add(ascii("NX"));
    }
    return Command.of("set", words);
  }

  void init(List<Tag.Id> tags, Init init, long deadlineNanos, LookupHandler handler) {
    Batch reading =
        new Batch(
            line,
            deadlineNanos,
            (replies, server) -> {
              Versions found = versions(replies.get(0), tags.size(), server);
              if (found == null) {
                handler.failed(RedisSession.failure(replies.get(0)));
              } else {
                fill(tags, init, found, deadlineNanos, handler);
              }
            },
            handler::failed);
    reading.add(read(tags));
    reading.send();
  }

  private Command read(List<Tag.Id> tags) {
    List<byte[]> words = new ArrayList<>(tags.size() + 2);
    words.add(ascii("MGET"));
    words.add(store.keys().epoch());
    for (Tag.Id tag : tags) {
      words.add(store.keys().version(tag));
    }
    return Command.of("mget", words);
  }

  private static @Nullable Versions versions(Reply reply, int count, String server) {
    return reply instanceof Reply.Many many && many.elements().size() == count + 1
        ? StoredValues.read(many.elements(), server)
        : null;
  }

  private void fill(
      List<Tag.Id> tags, Init init, Versions found, long deadlineNanos, LookupHandler handler) {
    Batch filling =
        new Batch(
            line,
            deadlineNanos,
            (replies, server) -> {
              Versions filled = versions(replies.get(replies.size() - 1), tags.size(), server);
              Failure failure = firstFailure(replies);
              if (filled == null || failure != null) {
                handler.failed(failure == null ? Failure.REFUSED : failure);
              } else {
                handler.found(filled, null);
              }
            },
            handler::failed);
    boolean complete = isValid(found.epoch());
    if (!complete) {
      byte[] value = StoredValues.epochValue(init.epochUid(), line.server(), init.leaseMillis());
      filling.add(Command.of("del", ascii("DEL"), store.keys().epoch()));
      filling.add(set(store.keys().epoch(), value, init.ttlMillis(), true));
    }
    for (int i = 0; i < tags.size(); i++) {
      if (found.versions().get(i) == null) {
        complete = false;
        byte[] key = store.keys().version(tags.get(i));
        filling.add(set(key, ascii(init.uids().get(i)), init.ttlMillis(), true));
      }
    }
    if (complete) {
      handler.found(found, null);
    } else {
      filling.add(read(tags));
      filling.send();
    }
  }

  private boolean isValid(@Nullable Epoch epoch) {
    String server = line.server();
    return epoch != null && (server.equals("-") || epoch.server().equals(server));
  }
}
