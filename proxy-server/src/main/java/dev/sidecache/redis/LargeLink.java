package dev.sidecache.redis;

import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/**
 * The connection for large values, opened on first need. While it is being opened a few commands
 * wait, each until its timeout at the latest. Its state is nobody's concern: without it large
 * responses are misses.
 */
final class LargeLink implements LoopLine.Target {
  private static final int MAX_WAITING = 64;

  private final RespLink link;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final LoopTimer timer;
  private boolean started;

  /** A command that waits for the connection. */
  private static final class Waiting {
    final Command command;
    final long deadlineNanos;
    final ReplyHandler handler;
    boolean left;

    Waiting(Command command, long deadlineNanos, ReplyHandler handler) {
      this.command = command;
      this.deadlineNanos = deadlineNanos;
      this.handler = handler;
    }
  }

  LargeLink(RespLink link, LongSupplier nanoTime) {
    this.link = link;
    this.timer = new LoopTimer(link.loop(), nanoTime);
  }

  boolean is(RespLink other) {
    return link == other;
  }

  @Override
  public EventLoop loop() {
    return link.loop();
  }

  @Override
  public String server() {
    return link.server();
  }

  @Override
  public void send(Command command, long timeoutNanos, ReplyHandler handler) {
    sendBy(command, timer.nanoTime() + timeoutNanos, handler);
  }

  @Override
  public void sendBy(Command command, long deadlineNanos, ReplyHandler handler) {
    if (!started) {
      started = true;
      link.onCondition(this::conditionChanged);
      link.start();
    }
    boolean wait = link.condition().state() == State.CONNECTING && waiting.size() < MAX_WAITING;
    if (!wait) {
      link.sendBy(command, deadlineNanos, handler);
      return;
    }
    Waiting entry = new Waiting(command, deadlineNanos, handler);
    waiting.add(entry);
    timer.after(deadlineNanos - timer.nanoTime(), () -> expire(entry));
  }

  private void expire(Waiting entry) {
    if (!entry.left) {
      entry.left = true;
      waiting.remove(entry);
      entry.command.release();
      entry.handler.failed(Failure.REJECTED);
    }
  }

  /** The first attempt has ended, well or not: the link takes the commands, or refuses them. */
  private void conditionChanged() {
    for (Waiting entry = waiting.poll(); entry != null; entry = waiting.poll()) {
      entry.left = true;
      link.sendBy(entry.command, entry.deadlineNanos, entry.handler);
    }
  }

  void close() {
    loop().execute(link::close);
  }
}
