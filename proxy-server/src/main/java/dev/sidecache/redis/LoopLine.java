package dev.sidecache.redis;

import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * The line of one event loop: straight to the connection if that lives on the same loop, else by a
 * task there and a task back.
 */
final class LoopLine implements Line {

  /** A connection that takes commands on its own loop. */
  interface Target extends Line {
    EventLoop loop();

    @Override
    default boolean ordered() {
      return true;
    }
  }

  private final ScheduledExecutorService loop;
  private final Supplier<Target> target;

  LoopLine(ScheduledExecutorService loop, Supplier<Target> target) {
    this.loop = loop;
    this.target = target;
  }

  @Override
  public boolean ordered() {
    return target.get().ordered();
  }

  @Override
  public String server() {
    return target.get().server();
  }

  @Override
  public void send(Command command, long timeoutNanos, ReplyHandler handler) {
    Target connection = target.get();
    if (isHere(connection)) {
      connection.send(command, timeoutNanos, handler);
    } else {
      Back back = new Back(handler);
      there(connection, () -> connection.send(command, timeoutNanos, back), command, handler);
    }
  }

  @Override
  public void sendBy(Command command, long deadlineNanos, ReplyHandler handler) {
    Target connection = target.get();
    if (isHere(connection)) {
      connection.sendBy(command, deadlineNanos, handler);
    } else {
      Back back = new Back(handler);
      there(connection, () -> connection.sendBy(command, deadlineNanos, back), command, handler);
    }
  }

  @Override
  public void sendInOrder(
      List<Command> commands, long deadlineNanos, List<? extends ReplyHandler> handlers) {
    Target connection = target.get();
    if (isHere(connection)) {
      connection.sendInOrder(commands, deadlineNanos, handlers);
      return;
    }
    List<ReplyHandler> back = new ArrayList<>(handlers.size());
    handlers.forEach(handler -> back.add(new Back(handler)));
    try {
      connection.loop().execute(() -> connection.sendInOrder(commands, deadlineNanos, back));
    } catch (RejectedExecutionException ended) {
      commands.forEach(Command::release);
      handlers.forEach(handler -> handler.failed(Failure.REJECTED));
    }
  }

  private boolean isHere(Target connection) {
    return connection.loop() == loop && connection.loop().inEventLoop();
  }

  private static void there(
      Target connection, Runnable send, Command command, ReplyHandler handler) {
    try {
      connection.loop().execute(send);
    } catch (RejectedExecutionException ended) {
      command.release();
      handler.failed(Failure.REJECTED);
    }
  }

  /** Brings a reply back to the line's loop. */
  private final class Back implements ReplyHandler {
    private final ReplyHandler handler;

    Back(ReplyHandler handler) {
      this.handler = handler;
    }

    @Override
    public void replied(Reply reply, String server) {
      try {
        loop.execute(() -> handler.replied(reply, server));
      } catch (RejectedExecutionException ended) {
        reply.release();
      }
    }

    @Override
    public void failed(Failure failure) {
      try {
        loop.execute(() -> handler.failed(failure));
      } catch (RejectedExecutionException ended) {
        // The loop has ended, and with it whoever waited.
      }
    }
  }
}
