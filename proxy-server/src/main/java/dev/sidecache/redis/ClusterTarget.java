package dev.sidecache.redis;

import dev.sidecache.redis.ClusterSlots.Redirect;
import dev.sidecache.redis.RedisObserver.Outcome;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One place among the connections to all nodes of a cluster: a command goes to the node that has
 * its first key, and on to another if that one says so. Commands for one slot arrive in the order
 * sent, on one connection, for as long as the slot stays where it is; a refusal that names another
 * node is an answer like any other, in this order, and nothing was done.
 *
 * <p>Confined to the place's loop, except {@link #server}.
 */
final class ClusterTarget implements LoopLine.Target {
  private static final int MAX_HOPS = 3;
  private static final Command ASKING = Command.of("asking", RedisKeys.ascii("ASKING"));

  private final Cluster cluster;
  private final EventLoop loop;
  private final LoopTimer timer;
  private final int place;

  /**
   * A place.
   *
   * @param place among the connections to each node; {@link Cluster#LARGE} for large values
   */
  ClusterTarget(Cluster cluster, EventLoop loop, LoopTimer timer, int place) {
    this.cluster = cluster;
    this.loop = loop;
    this.timer = timer;
    this.place = place;
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  /** Only the node of the version keys counts: others may lose entries freely. */
  @Override
  public String server() {
    NodeLinks home = cluster.home();
    return home == null ? "-" : cluster.link(home, place).server();
  }

  @Override
  public void send(Command command, long timeoutNanos, ReplyHandler handler) {
    Sending sending = new Sending(command, timer.nanoTime() + timeoutNanos, handler);
    NodeLinks node = cluster.of(command);
    if (node == null) {
      sending.refuse();
    } else {
      sending.to(node).send(command, timeoutNanos, sending);
    }
  }

  @Override
  public void sendBy(Command command, long deadlineNanos, ReplyHandler handler) {
    Sending sending = new Sending(command, deadlineNanos, handler);
    NodeLinks node = cluster.of(command);
    if (node == null) {
      sending.refuse();
    } else {
      sending.to(node).sendBy(command, deadlineNanos, sending);
    }
  }

  /** A command on its way from node to node. */
  private final class Sending implements ReplyHandler {
    private final Command command;
    private final long deadlineNanos;
    private final ReplyHandler handler;
    private @Nullable NodeLinks node;
    private int hops;

    Sending(Command command, long deadlineNanos, ReplyHandler handler) {
      this.command = command;
      this.deadlineNanos = deadlineNanos;
      this.handler = handler;
    }

    /** The connection to a node, which will let go of the value: we keep it for the next. */
    LoopLine.Target to(NodeLinks next) {
      node = next;
      ByteBuf value = command.value();
      if (value != null) {
        value.retain();
      }
      return cluster.link(next, place);
    }

    void refuse() {
      cluster.observer().ended(command.label(), Outcome.REJECTED, 0);
      failed(Failure.REJECTED);
    }

    @Override
    public void replied(Reply reply, String server) {
      Redirect redirect = redirect(reply);
      NodeLinks next = redirect == null ? null : cluster.redirected(redirect);
      if (redirect == null || next == null || ++hops > MAX_HOPS) {
        command.release();
        handler.replied(reply, server);
        return;
      }
      LoopLine.Target link = to(next);
      if (!redirect.forGood()) {
        link.sendBy(ASKING, deadlineNanos, ReplyHandler.NOBODY);
      }
      link.sendBy(command, deadlineNanos, this);
    }

    private @Nullable Redirect redirect(Reply reply) {
      NodeLinks asked = node;
      if (asked == null || !(reply instanceof Reply.Refused refused)) {
        return null;
      }
      ErrorMeaning meaning = ErrorMeaning.of(refused.text());
      if (meaning == ErrorMeaning.SLOT_UNSERVED || meaning == ErrorMeaning.CLUSTER_DOWN) {
        cluster.doubt();
      }
      return meaning == ErrorMeaning.MOVED
          ? ClusterSlots.redirect(refused.text(), asked.node())
          : null;
    }

    @Override
    public void failed(Failure failure) {
      if (failure == Failure.REJECTED) {
        cluster.doubt();
      }
      command.release();
      handler.failed(failure);
    }
  }
}
