package dev.sidecache.redis;

import static dev.sidecache.redis.RedisKeys.ascii;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.LookupHandler;
import dev.sidecache.store.SharedStore.Versions;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reading of epoch, versions and perhaps a stored form: a single MGET; two commands where keys
 * may not be asked for together.
 */
final class Lookup implements ReplyHandler {
  private static final byte[] MGET = ascii("MGET");
  private static final byte[] GET = ascii("GET");

  private final RedisSharedStore store;
  private final Line line;
  private final FormTraffic forms;
  private final LookupHandler handler;
  private List<Tag.Id> tags = List.of();
  private @Nullable CacheKey entry;
  private long deadlineNanos;
  private CommandSpending.@Nullable Reading spent;
  private String spentPeriod = "";

  Lookup(RedisSharedStore store, Line line, FormTraffic forms, LookupHandler handler) {
    this.store = store;
    this.line = line;
    this.forms = forms;
    this.handler = handler;
  }

  void send(List<Tag.Id> asked, @Nullable CacheKey form, long timeoutNanos) {
    tags = asked;
    entry = form;
    deadlineNanos = store.nanoTime().getAsLong() + timeoutNanos;
    spent = store.takeSpentReading();
    if (form != null && !store.oneSlot()) {
      apart(form);
      return;
    }
    List<byte[]> words = versionWords(asked.size() + 4);
    int formAt = -1;
    if (form != null) {
      formAt = words.size() - 1;
      words.add(store.keys().entry(form));
    }
    line.send(Command.readingForm("mget", words, formAt), timeoutNanos, this);
  }

  private List<byte[]> versionWords(int capacity) {
    List<byte[]> words = new ArrayList<>(capacity);
    words.add(MGET);
    words.add(store.keys().epoch());
    for (int i = 0; i < tags.size(); i++) {
      words.add(store.keys().version(tags.get(i)));
    }
    CommandSpending.Reading along = spent;
    if (along != null) {
      spentPeriod = along.period();
      words.add(store.keys().spent(spentPeriod));
    }
    return words;
  }

  /** Tells what was read along, which lies behind the versions. */
  private void tellSpent(Reply.Many many) {
    CommandSpending.Reading along = spent;
    if (along != null && many.elements().get(tags.size() + 1) instanceof Reply.Bytes number) {
      along.total(spentPeriod, StoredValues.number(number.bytes()));
    }
    spent = null;
  }

  /** Without an answer, the next lookup reads it along. */
  private void giveSpentBack() {
    CommandSpending.Reading along = spent;
    if (along != null) {
      spent = null;
      store.readSpentAlong(along);
    }
  }

  private int versionReplies() {
    return tags.size() + (spent == null ? 1 : 2);
  }

  @Override
  public void replied(Reply reply, String server) {
    CacheKey form = entry;
    if (form != null && isCrossSlot(reply)) {
      store.severalSlots();
      apart(form);
    } else if (reply instanceof Reply.Many many && many.elements().size() >= versionReplies()) {
      tellSpent(many);
      Reply last = many.elements().get(many.elements().size() - 1);
      found(versions(many, server), last instanceof Reply.Form found ? found.bytes() : null);
    } else {
      giveSpentBack();
      reply.release();
      handler.failed(RedisSession.failure(reply));
    }
  }

  private static boolean isCrossSlot(Reply reply) {
    return reply instanceof Reply.Refused refused
        && ErrorMeaning.of(refused.text()) == ErrorMeaning.CROSS_SLOT;
  }

  private Versions versions(Reply.Many many, String server) {
    return StoredValues.read(many.elements().subList(0, tags.size() + 1), server);
  }

  private void found(Versions versions, @Nullable ByteBuf form) {
    CacheKey key = entry;
    if (form == null || key == null) {
      handler.found(versions, null);
    } else {
      forms.complete(key, form, deadlineNanos, whole -> handler.found(versions, whole));
    }
  }

  private void apart(CacheKey form) {
    Batch batch = new Batch(line, deadlineNanos, this::bothReplied, this::failed);
    batch.add(Command.of("mget", versionWords(tags.size() + 3)));
    // NB: without the node that has the entry it is a miss; only versions are needed.
    batch.addDispensable(Command.readingForm("get", List.of(GET, store.keys().entry(form)), 0));
    batch.send();
  }

  private void bothReplied(List<Reply> replies, String server) {
    ByteBuf form = replies.get(1) instanceof Reply.Form found ? found.bytes() : null;
    if (replies.get(0) instanceof Reply.Many many && many.elements().size() == versionReplies()) {
      tellSpent(many);
      found(versions(many, server), form);
    } else {
      giveSpentBack();
      replies.forEach(Reply::release);
      handler.failed(RedisSession.failure(replies.get(0)));
    }
  }

  @Override
  public void failed(Failure failure) {
    giveSpentBack();
    handler.failed(failure);
  }
}
