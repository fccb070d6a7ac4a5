package dev.sidecache.redis;

import static dev.sidecache.redis.RedisKeys.ascii;

import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The number of commands spent, as a key in Redis: one script adds and sets the expiry; where
 * scripts are forbidden, two commands do.
 */
final class SpentCounter implements CommandSpending.Counter {
  private static final RedisScript SCRIPT = RedisScript.SPENT;
  private static final long TIMEOUT_NANOS = Duration.ofSeconds(2).toNanos();

  private static final String INCREMENT = "incrby";
  private static final String EXPIRE = "pexpire";

  /** What its commands are counted by. */
  static final Set<String> LABELS = Set.of(SCRIPT.label(), INCREMENT, EXPIRE);

  private final RedisSharedStore store;
  private final Line line;

  SpentCounter(RedisSharedStore store, Line line) {
    this.store = store;
    this.line = line;
  }

  @Override
  public boolean isUp() {
    return store.availability().state() == State.UP;
  }

  @Override
  public void add(CommandSpending.Addition addition, CommandSpending.TotalHandler handler) {
    new Call(addition, handler).send();
  }

  @Override
  public void readAlong(CommandSpending.Reading reading) {
    store.readSpentAlong(reading);
  }

  /** One addition, in as many attempts as it takes. */
  private final class Call implements ReplyHandler {
    private final CommandSpending.Addition addition;
    private final CommandSpending.TotalHandler handler;
    private final byte[] key;
    private boolean scripted;
    private boolean forUpstash;

    Call(CommandSpending.Addition addition, CommandSpending.TotalHandler handler) {
      this.addition = addition;
      this.handler = handler;
      this.key = store.keys().spent(addition.period());
    }

    void send() {
      scripted = store.supportsMarks();
      forUpstash = store.upstashScripts();
      line.send(scripted ? script() : increment(), TIMEOUT_NANOS, this);
    }

    /** With its source: at this pace no server is sure to know it still. */
    private Command script() {
      List<byte[]> words =
          List.of(
              ascii("EVAL"),
              SCRIPT.source(forUpstash),
              ascii("1"),
              key,
              ScriptCalls.number(addition.amount()),
              ScriptCalls.number(addition.floor()),
              ScriptCalls.number(addition.ttlMillis()));
      return Command.of(SCRIPT.label(), words);
    }

    private Command increment() {
      byte[] amount = ScriptCalls.number(addition.amount());
      return Command.of(INCREMENT, List.of(ascii("INCRBY"), key, amount));
    }

    @Override
    public void replied(Reply reply, String server) {
      reply.release();
      if (reply instanceof Reply.Int total) {
        if (!scripted) {
          byte[] ttl = ScriptCalls.number(addition.ttlMillis());
          Command expire = Command.of(EXPIRE, List.of(ascii("PEXPIRE"), key, ttl));
          line.send(expire, TIMEOUT_NANOS, ReplyHandler.NOBODY);
        }
        handler.total(total.value());
        return;
      }
      ErrorMeaning error =
          reply instanceof Reply.Refused refused
              ? ErrorMeaning.of(refused.text())
              : ErrorMeaning.OTHER;
      if (error == ErrorMeaning.SCRIPT_UNREADABLE && forUpstash) {
        store.dropUpstashScripts();
        send();
      } else if (error == ErrorMeaning.NO_PERMISSION && scripted) {
        scripted = false;
        line.send(increment(), TIMEOUT_NANOS, this);
      } else {
        handler.failed(RedisSession.failure(reply));
      }
    }

    @Override
    public void failed(Failure failure) {
      handler.failed(failure);
    }
  }
}
