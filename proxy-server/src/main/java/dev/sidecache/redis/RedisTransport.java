package dev.sidecache.redis;

import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.Failure;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * How commands reach a server and replies come back; nothing here knows what they mean, except that
 * errors may show that the server is no longer to be asked. Never throws.
 */
interface RedisTransport {

  /** The line of an event loop, always the same one. Called on that loop. */
  Line line(ScheduledExecutorService loop);

  /** A line of its own for large values, so that they hold nobody up. Called on that loop. */
  Line largeLine(ScheduledExecutorService loop);

  /**
   * A line to each server that has entries of its own: what asks for no key asks that server.
   * Called on that loop.
   */
  default List<Line> servers(ScheduledExecutorService loop) {
    return List.of(line(loop));
  }

  /** Whether keys may be asked for together only where their names put them together. */
  default boolean isClustered() {
    return false;
  }

  /** A volatile read. */
  Availability availability();

  /** What the server last told of itself; null before the first connection. */
  @Nullable ServerInfo info();

  /** Runs after each change of availability and each connection lost or made, on any thread. */
  void onChange(Runnable listener);

  /** How the server is spoken to: {@code resp} or {@code rest}. */
  default String word() {
    return "resp";
  }

  /** The address in use, for people. */
  String endpoint();

  /** Begins to connect, in the background. */
  void start();

  /** Ends all connections; commands under way fail. */
  void close();

  /** Commands of one event loop, and their replies on it. */
  interface Line {
    /**
     * Sends a command and takes over its value.
     *
     * @param timeoutNanos after which the reply no longer counts
     */
    void send(Command command, long timeoutNanos, ReplyHandler handler);

    /**
     * As {@link #send}, for a second step of something that has a deadline already.
     *
     * @param deadlineNanos on the monotonic clock
     */
    void sendBy(Command command, long deadlineNanos, ReplyHandler handler);

    /** Sends commands that are carried out in this order, though others' may come between. */
    default void sendInOrder(
        List<Command> commands, long deadlineNanos, List<? extends ReplyHandler> handlers) {
      for (int i = 0; i < commands.size(); i++) {
        sendBy(commands.get(i), deadlineNanos, handlers.get(i));
      }
    }

    /** Whether commands arrive in the order sent. */
    boolean ordered();

    /** Identity of the server at the other end at this moment; {@code -} where unknown. */
    String server();
  }

  /** Is told the outcome of a command: exactly one call, on the line's loop. */
  interface ReplyHandler {
    /** Nobody: that there is a reply, or none, is noticed all the same. */
    ReplyHandler NOBODY =
        new ReplyHandler() {
          @Override
          public void replied(Reply reply, String server) {
            reply.release();
          }

          @Override
          public void failed(Failure failure) {}
        };

    /** Runs what a handler does with what it is told: a fault of it must not end the traffic. */
    static void tell(Runnable handling) {
      try {
        handling.run();
      } catch (RuntimeException bug) {
        System.getLogger(ReplyHandler.class.getName())
            .log(System.Logger.Level.ERROR, "A handler of a Redis reply failed", bug);
      }
    }

    /**
     * Takes the reply, which belongs to the handler.
     *
     * @param server identity of the server that gave it; {@code -} where unknown
     */
    void replied(Reply reply, String server);

    /** There was none: {@code REJECTED}, {@code EXPIRED} or {@code BROKEN}. */
    void failed(Failure failure);
  }
}
