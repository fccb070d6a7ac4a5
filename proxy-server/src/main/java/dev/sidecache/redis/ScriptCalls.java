package dev.sidecache.redis;

import static dev.sidecache.redis.RedisKeys.ascii;

import dev.sidecache.caching.Tag;
import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.Finish;
import dev.sidecache.store.SharedStore.FinishHandler;
import dev.sidecache.store.SharedStore.Init;
import dev.sidecache.store.SharedStore.LookupHandler;
import dev.sidecache.store.SharedStore.Mark;
import dev.sidecache.store.SharedStore.MarkHandler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Mark, finish and init as scripts: called by hash, with their source where the server does not
 * have them. A server that forbids scripts is dealt with by {@link ScriptFree}. Source:
 * consistency.md, Section 6.
 */
final class ScriptCalls {
  private static final byte[] EVALSHA = ascii("EVALSHA");
  private static final byte[] EVAL = ascii("EVAL");
  private static final byte[] NONE = {};
  private static final Tag.Id ANY_MUTATION = Tag.ANY_MUTATION.id();

  private final RedisSharedStore store;
  private final Line line;
  private final ScriptFree scriptFree;

  ScriptCalls(RedisSharedStore store, Line line) {
    this.store = store;
    this.line = line;
    this.scriptFree = new ScriptFree(store, line);
  }

  void mark(Mark mark, long timeoutNanos, MarkHandler handler) {
    if (!store.supportsMarks()) {
      handler.failed(Failure.REFUSED);
      return;
    }
    Call call =
        new Call(RedisScript.MARK, mark.tags()) {
          @Override
          void answered(Reply reply, String server) {
            List<Reply> told = elements(reply, 3);
            if (told.isEmpty()) {
              failed(RedisSession.failure(reply));
            } else {
              handler.marked(isOne(told.get(0)), least(told), StoredValues.epoch(told.get(2)));
            }
          }

          private long least(List<Reply> told) {
            return told.get(1) instanceof Reply.Int millis ? millis.value() : 0;
          }

          @Override
          void forbidden() {
            failed(Failure.REFUSED);
          }

          @Override
          public void failed(Failure failure) {
            handler.failed(failure);
          }
        };
    call.arguments(
        ascii(mark.mid()), number(mark.leaseMillis()), number(placeOfAnyMutation(mark.tags())));
    call.uids(mark.uids());
    call.send(timeoutNanos);
  }

  void finish(Finish finish, long timeoutNanos, FinishHandler handler) {
    long deadlineNanos = store.nanoTime().getAsLong() + timeoutNanos;
    if (!store.supportsMarks()) {
      scriptFree.finish(finish, deadlineNanos, handler);
      return;
    }
    Call call =
        new Call(RedisScript.FINISH, finish.tags()) {
          @Override
          void answered(Reply reply, String server) {
            List<Reply> told = elements(reply, 2);
            if (!told.isEmpty()) {
              handler.finished(isOne(told.get(0)), StoredValues.epoch(told.get(1)));
            } else if (RedisSession.failure(reply) == Failure.FULL || areApart(reply)) {
              // NB: refused as a whole, before it could delete: deleting never needs memory, and
              // key by key it does not need them to lie together.
              scriptFree.delete(finish, deadlineNanos, handler);
            } else {
              failed(Failure.REFUSED);
            }
          }

          @Override
          void forbidden() {
            scriptFree.finish(finish, deadlineNanos, handler);
          }

          @Override
          public void failed(Failure failure) {
            handler.failed(failure);
          }
        };
    call.arguments(
        finish.mid() == null ? NONE : ascii(finish.mid()),
        number(finish.ttlMillis()),
        number(placeOfAnyMutation(finish.tags())),
        finish.newEpoch() == null ? NONE : newEpoch(finish.newEpoch(), finish.leaseMillis()));
    call.uids(finish.uids());
    call.send(timeoutNanos);
  }

  private byte[] newEpoch(String uid, long leaseMillis) {
    return StoredValues.epochValue(uid, line.server(), leaseMillis);
  }

  void init(List<Tag.Id> tags, Init init, long timeoutNanos, LookupHandler handler) {
    long deadlineNanos = store.nanoTime().getAsLong() + timeoutNanos;
    if (!store.supportsMarks()) {
      scriptFree.init(tags, init, deadlineNanos, handler);
      return;
    }
    Call call =
        new Call(RedisScript.INIT, tags) {
          @Override
          void answered(Reply reply, String server) {
            List<Reply> told = elements(reply, tags.size() + 1);
            if (told.isEmpty()) {
              failed(RedisSession.failure(reply));
            } else {
              handler.found(StoredValues.read(told, server), null);
            }
          }

          @Override
          void forbidden() {
            scriptFree.init(tags, init, deadlineNanos, handler);
          }

          @Override
          public void failed(Failure failure) {
            handler.failed(failure);
          }
        };
    call.arguments(
        newEpoch(init.epochUid(), init.leaseMillis()),
        ascii(line.server()),
        number(init.ttlMillis()));
    call.uids(init.uids());
    call.send(timeoutNanos);
  }

  static byte[] number(long number) {
    return ascii(Long.toString(number));
  }

  /** Among the script's KEYS, which begin with the epoch; 0: not there. */
  private static int placeOfAnyMutation(List<Tag.Id> tags) {
    return tags.indexOf(ANY_MUTATION) < 0 ? 0 : tags.indexOf(ANY_MUTATION) + 2;
  }

  /** The elements of a list of the expected length; empty if the reply is anything else. */
  private static List<Reply> elements(Reply reply, int expected) {
    return reply instanceof Reply.Many many && many.elements().size() == expected
        ? many.elements()
        : List.of();
  }

  private static boolean areApart(Reply reply) {
    return reply instanceof Reply.Refused refused
        && ErrorMeaning.of(refused.text()) == ErrorMeaning.KEYS_APART;
  }

  private static boolean isOne(Reply reply) {
    return reply instanceof Reply.Int number && number.value() != 0;
  }

  /** One call of a script, with as many attempts as it takes the server to have it. */
  private abstract class Call implements ReplyHandler {
    private final RedisScript script;
    private final List<byte[]> keysAndArguments = new ArrayList<>();
    private final int keyCount;
    private long deadlineNanos;
    private boolean withSource;
    private boolean forUpstash;

    Call(RedisScript script, List<Tag.Id> tags) {
      this.script = script;
      this.keyCount = tags.size() + 1;
      keysAndArguments.add(store.keys().epoch());
      for (Tag.Id tag : tags) {
        keysAndArguments.add(store.keys().version(tag));
      }
    }

    /** Reads the script's reply, or its error. */
    abstract void answered(Reply reply, String server);

    /** The server forbids scripts. */
    abstract void forbidden();

    void arguments(byte[]... arguments) {
      keysAndArguments.addAll(Arrays.asList(arguments));
    }

    void uids(List<String> uids) {
      for (String uid : uids) {
        keysAndArguments.add(ascii(uid));
      }
    }

    void send(long timeoutNanos) {
      deadlineNanos = store.nanoTime().getAsLong() + timeoutNanos;
      line.send(command(), timeoutNanos, this);
    }

    private Command command() {
      forUpstash = store.upstashScripts();
      List<byte[]> words = new ArrayList<>(keysAndArguments.size() + 3);
      words.add(withSource ? EVAL : EVALSHA);
      words.add(withSource ? script.source(forUpstash) : script.sha1(forUpstash));
      words.add(number(keyCount));
      words.addAll(keysAndArguments);
      return Command.of(script.label(), words);
    }

    @Override
    public void replied(Reply reply, String server) {
      ErrorMeaning error =
          reply instanceof Reply.Refused refused
              ? ErrorMeaning.of(refused.text())
              : ErrorMeaning.OTHER;
      switch (error) {
        // NB: in these two it has not run, so the same uids are still fresh.
        case NO_SCRIPT -> again(true, reply, server);
        case SCRIPT_UNREADABLE -> {
          boolean plainMayDo = forUpstash;
          store.dropUpstashScripts();
          again(plainMayDo, reply, server);
        }
        case NO_PERMISSION -> {
          store.forbidScripts();
          forbidden();
        }
        default -> answered(reply, server);
      }
    }

    private void again(boolean hope, Reply reply, String server) {
      if (hope && !(withSource && !forUpstash)) {
        withSource = true;
        line.sendBy(command(), deadlineNanos, this);
      } else {
        answered(reply, server);
      }
    }
  }
}
