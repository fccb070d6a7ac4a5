package dev.sidecache.consistency.checker;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A connection to the shared server that moves one step when told: the oldest command is carried
 * out, or the oldest reply is delivered. Nothing else happens.
 */
final class StepStore implements SharedStore, SharedStore.Session {
  private final SimulatedRedis redis;
  private final ArrayDeque<Sent> out = new ArrayDeque<>();
  private final ArrayDeque<Reply> back = new ArrayDeque<>();
  private boolean cut;

  StepStore(SimulatedRedis redis) {
    this.redis = redis;
  }

  /** A command on its way; {@code what} tells all that makes it differ from another. */
  private static final class Sent {
    final String what;
    final Supplier<Reply> execute;
    final Consumer<Failure> failed;
    boolean expired;

    Sent(String what, Supplier<Reply> execute, Consumer<Failure> failed) {
      this.what = what;
      this.execute = execute;
      this.failed = failed;
    }
  }

  /** A reply on its way. */
  private static final class Reply {
    final String what;
    final Runnable deliver;
    Sent sent;

    Reply(String what, Runnable deliver) {
      this.what = what;
      this.deliver = deliver;
    }
  }

  boolean canExecute() {
    return !out.isEmpty() && !cut;
  }

  void execute() {
    Sent sent = out.removeFirst();
    Reply reply = sent.execute.get();
    reply.sent = sent;
    back.add(reply);
  }

  boolean canDeliver() {
    return !back.isEmpty() && !cut;
  }

  void deliver() {
    Reply reply = back.removeFirst();
    if (!reply.sent.expired) {
      reply.deliver.run();
    }
  }

  /** Whether a mark is on its way, there or back. */
  boolean hasMark() {
    return mark() != null;
  }

  private Sent mark() {
    for (Reply reply : back) {
      if (reply.sent.what.startsWith("mark") && !reply.sent.expired) {
        return reply.sent;
      }
    }
    for (Sent sent : out) {
      if (sent.what.startsWith("mark") && !sent.expired) {
        return sent;
      }
    }
    return null;
  }

  /** The deadline of the mark passes; it may still be carried out. */
  void expireMark() {
    Sent sent = mark();
    sent.expired = true;
    sent.failed.accept(Failure.EXPIRED);
  }

  /** From now on nothing passes; what is sent fails at once, unknown whether it was carried out. */
  void cut() {
    cut = true;
    for (Sent sent : out) {
      fail(sent);
    }
    back.forEach(reply -> fail(reply.sent));
    out.clear();
    back.clear();
  }

  private static void fail(Sent sent) {
    if (!sent.expired) {
      sent.failed.accept(Failure.BROKEN);
    }
  }

  /** All that makes this connection differ from another one. */
  String describe() {
    StringBuilder text = new StringBuilder(cut ? "cut" : "open");
    out.forEach(sent -> text.append(" >").append(sent.what).append(sent.expired));
    back.forEach(reply -> text.append(" <").append(reply.what).append(reply.sent.expired));
    return text.toString();
  }

  /** Those who wait for replies. */
  List<Object> waiting() {
    List<Object> waiting = new ArrayList<>();
    out.forEach(sent -> waiting.add(sent.failed));
    back.forEach(reply -> waiting.add(reply.sent.failed));
    return waiting;
  }

  private void send(String what, Consumer<Failure> failed, Supplier<Reply> execute) {
    if (cut) {
      failed.accept(Failure.EXPIRED);
    } else {
      out.add(new Sent(what, execute, failed));
    }
  }

  @Override
  public Session session(ScheduledExecutorService loop) {
    return this;
  }

  @Override
  public Availability availability() {
    return new Availability(State.UP, "", false);
  }

  @Override
  public void onChange(ChangeListener listener) {}

  @Override
  public void close() {}

  @Override
  public boolean ordered() {
    return true;
  }

  @Override
  public void lookup(List<Tag.Id> tags, CacheKey entry, long timeoutNanos, LookupHandler handler) {
    send(
        "lookup " + tags + entry,
        handler::failed,
        () -> {
          Versions versions = redis.read(tags);
          byte[] form = entry == null ? null : redis.form(entry);
          String what = "found " + versions + Arrays.hashCode(form);
          return new Reply(
              what,
              () -> handler.found(versions, form == null ? null : Unpooled.wrappedBuffer(form)));
        });
  }

  @Override
  public void store(CacheKey key, ByteBuf form, long ttlMillis, AckHandler handler) {
    byte[] bytes = new byte[form.readableBytes()];
    form.readBytes(bytes).release();
    // Carried out at once: what is stored late carries an old stamp, and L1 has it anyway.
    redis.store(key, bytes, ttlMillis);
    handler.acknowledged();
  }

  @Override
  public void init(List<Tag.Id> tags, Init init, long timeoutNanos, LookupHandler handler) {
    send(
        "init " + tags + init,
        handler::failed,
        () -> {
          Versions versions = redis.init(tags, init);
          return new Reply("inited " + versions, () -> handler.found(versions, null));
        });
  }

  @Override
  public void mark(Mark mark, long timeoutNanos, MarkHandler handler) {
    send(
        "mark " + mark,
        handler::failed,
        () -> {
          SimulatedRedis.Marked marked = redis.mark(mark);
          return new Reply(
              marked.toString(),
              () -> handler.marked(marked.gap(), marked.leastMillis(), marked.epoch()));
        });
  }

  @Override
  public void finish(Finish finish, long timeoutNanos, FinishHandler handler) {
    send(
        finish.toString(),
        handler::failed,
        () -> {
          SimulatedRedis.Finished finished = redis.finish(finish);
          return new Reply(
              finished.toString(), () -> handler.finished(finished.gap(), finished.epoch()));
        });
  }

  @Override
  public void delete(Collection<CacheKey> keys, long timeoutNanos, AckHandler handler) {
    throw new UnsupportedOperationException("nothing is unreadable here");
  }

  @Override
  public void info(long timeoutNanos, InfoHandler handler) {
    throw new UnsupportedOperationException("nobody asks");
  }
}
