package dev.sidecache.redis;

import dev.sidecache.redis.RedisObserver.Outcome;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;

/**
 * The commands under way on one connection, from when it is made until it is lost or given up.
 * Tells when it should be given up: after five deadlines in a row, or when commands have waited for
 * a while without a reply to any of them, as when the server was stopped, which keeps its
 * connections. Confined to the connection's loop.
 */
final class RespTraffic {
  private static final int MAX_MISSES = 5;
  private static final long IDLE_CHECK_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long MAX_IDLE_NANOS = Duration.ofMinutes(4).toNanos();
  private static final long PING_NANOS = Duration.ofSeconds(2).toNanos();

  /** Who is told what the traffic shows. */
  interface Watcher {
    /** A command was answered, without error. */
    void answered();

    /** A command of this label met an error. */
    void met(ErrorMeaning meaning, String label);

    /** The server no longer answers. Told once. */
    void silent();
  }

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final LoopTimer timer;
  private final RedisObserver observer;
  private final Watcher watcher;
  private final Deadlines deadlines;
  private final long maxSilenceNanos;
  private String server = "-";
  private boolean ended;
  private int underWay;
  private int misses;
  private long lastReplyNanos;
  private boolean watched;

  /**
   * The traffic of a new connection.
   *
   * @param maxSilence how long commands may wait without any reply to any of them
   */
  RespTraffic(
      StatefulRedisConnection<byte[], byte[]> connection,
      LoopTimer timer,
      Duration maxSilence,
      RedisObserver observer,
      Watcher watcher) {
    this.connection = connection;
    this.timer = timer;
    this.observer = observer;
    this.watcher = watcher;
    this.deadlines = new Deadlines(timer, this::expired);
    this.maxSilenceNanos = maxSilence.toNanos();
    this.lastReplyNanos = timer.nanoTime();
  }

  /** Names the server, for the replies to come. */
  void identify(String identity) {
    server = identity;
  }

  /** Sends a command with a timeout that others have too. */
  void send(Command command, long timeoutNanos, ReplyHandler handler) {
    deadlines.add(dispatched(command, timeoutNanos, handler), timeoutNanos);
  }

  /** Sends a command with a timeout of its own. */
  void sendAlone(Command command, long timeoutNanos, ReplyHandler handler) {
    deadlines.addAlone(dispatched(command, timeoutNanos, handler), timeoutNanos);
  }

  private RespCommand dispatched(Command command, long timeoutNanos, ReplyHandler handler) {
    long now = timer.nanoTime();
    if (underWay++ == 0) {
      lastReplyNanos = now;
      watch(maxSilenceNanos);
    }
    RespCommand sent = new RespCommand(this, command, handler, now, now + timeoutNanos);
    connection.dispatch(sent);
    return sent;
  }

  private void watch(long nanos) {
    if (!watched) {
      watched = true;
      timer.afterReading(nanos, this::checkSilence);
    }
  }

  private void checkSilence() {
    watched = false;
    long left = lastReplyNanos + maxSilenceNanos - timer.nanoTime();
    if (underWay == 0 || ended) {
      return;
    }
    if (left > 0) {
      watch(left);
    } else {
      fallSilent();
    }
  }

  private void fallSilent() {
    if (!ended) {
      ended = true;
      watcher.silent();
    }
  }

  /** A command's reply is complete. */
  void replied(RespCommand command) {
    underWay--;
    lastReplyNanos = timer.nanoTime();
    ReplyHandler handler = command.finish();
    Reply reply = command.reply();
    if (handler == null) {
      reply.release();
      return;
    }
    misses = 0;
    String from = server;
    Outcome outcome = Outcome.OK;
    if (reply instanceof Reply.Refused refused) {
      outcome = Outcome.ERROR;
      if (!ended) {
        watcher.met(ErrorMeaning.of(refused.text()), command.label());
      }
    } else {
      watcher.answered();
    }
    observer.ended(command.label(), outcome, lastReplyNanos - command.sentNanos());
    ReplyHandler.tell(() -> handler.replied(reply, from));
  }

  /** A command's reply will not come. */
  void broken(RespCommand command) {
    underWay--;
    ReplyHandler handler = command.finish();
    command.discardReply();
    if (handler != null) {
      boolean sent = command.isWritten();
      long nanos = timer.nanoTime() - command.sentNanos();
      observer.ended(command.label(), sent ? Outcome.BROKEN : Outcome.REJECTED, nanos);
      ReplyHandler.tell(() -> handler.failed(sent ? Failure.BROKEN : Failure.REJECTED));
    }
  }

  private void expired(RespCommand command) {
    ReplyHandler handler = command.finish();
    command.discardReply();
    observer.ended(command.label(), Outcome.TIMEOUT, timer.nanoTime() - command.sentNanos());
    if (++misses >= MAX_MISSES) {
      fallSilent();
    }
    if (handler != null) {
      ReplyHandler.tell(() -> handler.failed(Failure.EXPIRED));
    }
  }

  /** Some providers cut off connections that are silent for ten minutes, without a word. */
  void stayAlive() {
    timer.after(IDLE_CHECK_NANOS, this::pingIfIdle);
  }

  private void pingIfIdle() {
    if (ended) {
      return;
    }
    if (underWay == 0 && timer.nanoTime() - lastReplyNanos >= MAX_IDLE_NANOS) {
      send(Command.of("ping", RedisKeys.ascii("PING")), PING_NANOS, ReplyHandler.NOBODY);
    }
    stayAlive();
  }

  /** Nothing it sees counts any more; the client fails what is under way. */
  void end() {
    ended = true;
  }
}
