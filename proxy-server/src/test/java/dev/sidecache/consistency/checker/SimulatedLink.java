package dev.sidecache.consistency.checker;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The connection of one instance to the shared server: in order, with a delay in each direction,
 * and with deadlines. It can be cut in either direction, break, be noticed to be dead only later,
 * and have commands carried out after they were given up.
 */
final class SimulatedLink implements SharedStore, SharedStore.Session {
  private static final double LONGEST_RECONNECT_MS = 100;
  private static final double LONGEST_UNNOTICED_MS = 80;

  private final World world;
  private final SimulatedRedis redis;
  private final ScheduledExecutorService loop;
  private final String name;
  private final double delayMs;
  private final boolean lateExecution;
  private final Set<Sent> inFlight = new LinkedHashSet<>();
  private final ArrayDeque<Runnable> heldOut = new ArrayDeque<>();
  private final ArrayDeque<Runnable> heldBack = new ArrayDeque<>();
  private State state = State.CONNECTING;
  private ChangeListener listener = now -> {};
  private boolean cutOut;
  private boolean cutBack;
  private boolean closed;
  private int trial;
  private long connection;
  private long lastOut;
  private long lastBack;

  SimulatedLink(World world, SimulatedRedis redis, ScheduledExecutorService loop, Line line) {
    this.world = world;
    this.redis = redis;
    this.loop = loop;
    this.name = line.name();
    this.delayMs = line.delayMs();
    this.lateExecution = line.lateExecution();
  }

  /** What distinguishes one connection from others. */
  record Line(String name, double delayMs, boolean lateExecution) {}

  /** A command that may still be answered. */
  private static final class Sent {
    final Consumer<Failure> failed;
    final Runnable execute;
    boolean done;
    boolean executed;

    Sent(Consumer<Failure> failed, Runnable execute) {
      this.failed = failed;
      this.execute = execute;
    }

    boolean end() {
      boolean first = !done;
      done = true;
      return first;
    }
  }

  @Override
  public Session session(ScheduledExecutorService ignored) {
    return this;
  }

  @Override
  public Availability availability() {
    return new Availability(state, state == State.UP ? "" : "simulated", false);
  }

  @Override
  public void onChange(ChangeListener added) {
    listener = added;
  }

  @Override
  public void close() {
    closed = true;
    giveUp();
    inFlight.clear();
  }

  @Override
  public boolean ordered() {
    return true;
  }

  /** Begins to connect. */
  void connect() {
    reconnect();
  }

  /** Stops messages: towards the server, back from it, or both. They wait. */
  void cut(boolean out, boolean back) {
    cutOut |= out;
    cutBack |= back;
    noticeLater();
  }

  /** Messages pass again, those that waited first. */
  void heal() {
    cutOut = false;
    cutBack = false;
    resumed();
  }

  /** The server works again, and begins with what has waited for it. */
  void resumed() {
    while (!heldOut.isEmpty()) {
      world.after(0, heldOut.removeFirst());
    }
    while (!heldBack.isEmpty()) {
      world.after(0, heldBack.removeFirst());
    }
  }

  /** The server has gone or the line is cut: the connection breaks, but not at once. */
  void noticeLater() {
    long noticing = connection;
    world.after(
        world.between(0, LONGEST_UNNOTICED_MS),
        () -> {
          if (noticing == connection && (redis.isDown() || cutOut || cutBack)) {
            breakDown(State.DOWN);
          }
        });
  }

  /** The connection breaks now. */
  void breakDown(State next) {
    if (closed || state == State.CONNECTING) {
      return;
    }
    world.step(name, "connection lost", next);
    giveUp();
    state = next;
    List<Sent> lost = new ArrayList<>(inFlight);
    inFlight.clear();
    loop.execute(
        () -> {
          for (Sent sent : lost) {
            if (sent.end()) {
              sent.failed.accept(Failure.BROKEN);
            }
          }
        });
    listener.changed(availability());
    reconnect();
  }

  /** What was sent and not carried out is lost, or, late, carried out after all. */
  private void giveUp() {
    connection++;
    heldOut.clear();
    heldBack.clear();
    for (Sent sent : inFlight) {
      if (lateExecution && !sent.executed && world.chance(0.5)) {
        world.after(world.between(0, 400), sent.execute);
      }
    }
  }

  private void reconnect() {
    tryAfter(world.between(2, LONGEST_RECONNECT_MS));
  }

  /** Tries to connect, or asks whether the quota has ended, in place of any trial still to come. */
  private void tryAfter(long nanos) {
    int current = ++trial;
    world.after(
        nanos,
        () -> {
          if (current == trial) {
            tryToConnect();
          }
        });
  }

  private void tryToConnect() {
    if (closed) {
      return;
    }
    if (redis.isDown() || cutOut || cutBack) {
      reconnect();
    } else if (redis.isOverQuota()) {
      overQuota();
    } else {
      connected();
    }
  }

  private void connected() {
    world.step(name, "connected to", redis.runId());
    connection++;
    trial++;
    state = State.UP;
    listener.changed(availability());
  }

  private void overQuota() {
    tryAfter(world.between(50, 600));
    if (state != State.QUOTA) {
      state = State.QUOTA;
      listener.changed(availability());
    }
  }

  /** Sends one command: {@code execute} at the server makes the reply, which runs on the loop. */
  private void send(long timeoutNanos, Consumer<Failure> failed, Supplier<Runnable> execute) {
    boolean connected = state == State.UP || state == State.QUOTA;
    if (!connected || closed) {
      failed.accept(Failure.REJECTED);
      return;
    }
    long over = connection;
    Sent[] own = new Sent[1];
    Sent sent = new Sent(failed, () -> executeFor(own[0], over, execute));
    own[0] = sent;
    inFlight.add(sent);
    ScheduledFuture<?> unused =
        loop.schedule(() -> expire(sent), timeoutNanos, TimeUnit.NANOSECONDS);
    lastOut = Math.max(lastOut, world.now() + delay());
    Runnable arrive = () -> arrive(sent, over);
    world.at(lastOut, () -> pass(arrive, over, cutOut, heldOut));
  }

  private long delay() {
    return world.between(delayMs * 0.5, delayMs * (world.chance(0.05) ? 8 : 1.5));
  }

  private void expire(Sent sent) {
    if (sent.end()) {
      sent.failed.accept(Failure.EXPIRED);
    }
  }

  private void pass(Runnable message, long over, boolean isCut, ArrayDeque<Runnable> held) {
    if (over != connection) {
      return;
    }
    if (isCut) {
      held.add(message);
    } else {
      message.run();
    }
  }

  private void arrive(Sent sent, long over) {
    if (over == connection) {
      if (redis.isDown()) {
        heldOut.add(() -> arrive(sent, over));
      } else {
        sent.execute.run();
      }
    }
  }

  private void executeFor(Sent sent, long over, Supplier<Runnable> execute) {
    sent.executed = true;
    if (redis.isDown()) {
      return;
    }
    Runnable reply = execute.get();
    lastBack = Math.max(lastBack, world.now() + delay());
    Runnable deliver = () -> deliver(sent, reply);
    world.at(lastBack, () -> pass(deliver, over, cutBack, heldBack));
  }

  private void deliver(Sent sent, Runnable reply) {
    inFlight.remove(sent);
    loop.execute(
        () -> {
          if (sent.end()) {
            reply.run();
          }
        });
  }

  /** The reply of a server that takes no write at the moment, or null. */
  private Runnable refusal(Consumer<Failure> failed, boolean needsMemory) {
    if (redis.isOverQuota()) {
      return quota(failed);
    }
    if (redis.isRefusing()) {
      return () -> failed.accept(Failure.REFUSED);
    }
    return redis.isFull() && needsMemory ? () -> failed.accept(Failure.FULL) : null;
  }

  private Runnable quota(Consumer<Failure> failed) {
    return () -> {
      if (state != State.QUOTA) {
        overQuota();
      }
      failed.accept(Failure.REFUSED);
    };
  }

  @Override
  public void lookup(List<Tag.Id> tags, CacheKey entry, long timeoutNanos, LookupHandler handler) {
    if (state == State.QUOTA) {
      handler.failed(Failure.REJECTED);
      return;
    }
    send(
        timeoutNanos,
        handler::failed,
        () -> {
          if (redis.isOverQuota()) {
            return quota(handler::failed);
          }
          Versions versions = redis.read(tags);
          byte[] form = entry == null ? null : redis.form(entry);
          return () ->
              handler.found(versions, form == null ? null : Unpooled.wrappedBuffer(form.clone()));
        });
  }

  @Override
  public void store(CacheKey key, ByteBuf form, long ttlMillis, AckHandler handler) {
    byte[] bytes = new byte[form.readableBytes()];
    form.readBytes(bytes).release();
    send(
        World.ms(2000),
        handler::failed,
        () -> {
          Runnable refusal = refusal(handler::failed, true);
          if (refusal != null) {
            return refusal;
          }
          redis.store(key, bytes, ttlMillis);
          return handler::acknowledged;
        });
  }

  @Override
  public void init(List<Tag.Id> tags, Init init, long timeoutNanos, LookupHandler handler) {
    send(
        timeoutNanos,
        handler::failed,
        () -> {
          Runnable refusal = refusal(handler::failed, true);
          if (refusal != null) {
            return refusal;
          }
          Versions versions = redis.init(tags, init);
          return () -> handler.found(versions, null);
        });
  }

  @Override
  public void mark(Mark mark, long timeoutNanos, MarkHandler handler) {
    send(
        timeoutNanos,
        handler::failed,
        () -> {
          Runnable refusal = refusal(handler::failed, true);
          if (refusal != null) {
            return refusal;
          }
          SimulatedRedis.Marked marked = redis.mark(mark);
          return () -> {
            if (state == State.QUOTA) {
              connected();
            }
            handler.marked(marked.gap(), marked.leastMillis(), marked.epoch());
          };
        });
  }

  @Override
  public void finish(Finish finish, long timeoutNanos, FinishHandler handler) {
    send(
        timeoutNanos,
        handler::failed,
        () -> {
          Runnable refusal = refusal(handler::failed, false);
          if (refusal != null) {
            return refusal;
          }
          SimulatedRedis.Finished finished = redis.finish(finish);
          return () -> handler.finished(finished.gap(), finished.epoch());
        });
  }

  @Override
  public void delete(Collection<CacheKey> keys, long timeoutNanos, AckHandler handler) {
    send(
        timeoutNanos,
        handler::failed,
        () -> {
          keys.forEach(redis::delete);
          return handler::acknowledged;
        });
  }

  @Override
  public void info(long timeoutNanos, InfoHandler handler) {
    handler.failed(Failure.REFUSED);
  }
}
