package dev.sidecache.redis;

import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Commands sent one after the other without waiting, and all their replies together. In a cluster
 * they may go to several servers; the one that answers the first of them is the one told of.
 */
final class Batch {
  private final Line line;
  private final long deadlineNanos;
  private final Replied onReplies;
  private final Consumer<Failure> onFailure;
  private final List<Command> commands = new ArrayList<>();
  private final List<Reply> replies = new ArrayList<>();
  private final Set<Integer> dispensable = new HashSet<>();
  private int missing;
  private String server = "-";
  private @Nullable Failure failure;

  /** Takes the replies, in the order of their commands; they belong to it. */
  interface Replied {
    void replied(List<Reply> replies, String server);
  }

  /**
   * An empty batch.
   *
   * @param onFailure told instead, if any of the commands that are needed had no reply
   */
  Batch(Line line, long deadlineNanos, Replied onReplies, Consumer<Failure> onFailure) {
    this.line = line;
    this.deadlineNanos = deadlineNanos;
    this.onReplies = onReplies;
    this.onFailure = onFailure;
  }

  void add(Command command) {
    commands.add(command);
    replies.add(Reply.Nil.NIL);
    missing++;
  }

  /** Adds a command whose failure, or refusal, is as good as finding nothing. */
  void addDispensable(Command command) {
    dispensable.add(commands.size());
    add(command);
  }

  void send() {
    List<ReplyHandler> handlers = new ArrayList<>(commands.size());
    for (int i = 0; i < commands.size(); i++) {
      int index = i;
      handlers.add(
          new ReplyHandler() {
            @Override
            public void replied(Reply reply, String from) {
              replies.set(index, reply);
              server = index == 0 ? from : server;
              ended();
            }

            @Override
            public void failed(Failure how) {
              failure = dispensable.contains(index) ? failure : how;
              ended();
            }
          });
    }
    line.sendInOrder(commands, deadlineNanos, handlers);
  }

  private void ended() {
    if (--missing > 0) {
      return;
    }
    Failure how = failure;
    if (how == null) {
      onReplies.replied(replies, server);
    } else {
      replies.forEach(Reply::release);
      onFailure.accept(how);
    }
  }
}
