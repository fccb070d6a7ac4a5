package dev.sidecache.redis;

import static dev.sidecache.redis.RedisKeys.ascii;

import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.redis.ServerInfo.Stage;
import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a server that is spoken to over HTTP, on one event loop.
 *
 * <h2>Life</h2>
 *
 * As of a connection, though there is none that could be lost: ask INFO, whose answer tells who the
 * server is; once, whether values arrive as they are; then {@code UP}, until an answer, or that
 * none came, says otherwise. Then again after a random pause. While it is not UP commands are
 * refused at once, and nothing is asked besides what a trial needs; while it is, nothing at all.
 *
 * <p>Once the quota is used up commands are still sent, since the first success ends that. All runs
 * on the loop, except {@link #availability} and {@link #server}.
 */
final class RestLink implements RestTraffic.Watcher {
  private static final long GREETING_NANOS = Duration.ofSeconds(2).toNanos();

  /** No text, and cut where a text would be: what arrives of it tells how it was taken. */
  private static final byte[] NO_TEXT = {0, (byte) 0xff, (byte) 0x80, '\n'};

  private final LoopTimer timer;
  private final RestTraffic traffic;
  private final ServerLimits limits;
  private final RedisObserver observer;
  private final Probes probes;
  private final Runnable onChange;
  private volatile Availability availability = new Availability(State.CONNECTING, "", false);
  private volatile @Nullable ServerInfo info;
  private LinkCondition condition = new LinkCondition(State.CONNECTING, "");
  private @Nullable Command trial;
  private boolean writesProbed;
  private boolean greetedBefore;
  private boolean closed;

  /** Grows with each change for the worse; a trial begun before no longer counts. */
  private int attempt;

  /** Commands that do nothing and tell whether reading and writing work. */
  record Probes(Supplier<Command> read, Supplier<Command> write) {}

  /**
   * A link that has not been started.
   *
   * @param onChange runs after each change of availability
   */
  RestLink(
      RestTraffic.Wire wire,
      LoopTimer timer,
      Probes probes,
      RedisObserver observer,
      Runnable onChange) {
    this.timer = timer;
    this.probes = probes;
    this.observer = observer;
    this.onChange = onChange;
    this.traffic = new RestTraffic(wire, timer, observer, this);
    this.limits = new ServerLimits(timer, this::publish, this::askDespiteQuota);
  }

  Availability availability() {
    return availability;
  }

  @Nullable ServerInfo info() {
    return info;
  }

  /** Begins to ask. */
  void start() {
    greet(attempt);
  }

  /** Sends commands, to be carried out in this order, or refuses them at once. */
  void send(List<Command> commands, List<? extends ReplyHandler> handlers, long timeoutNanos) {
    if (condition.isUp() && timeoutNanos > 0) {
      traffic.send(commands, handlers, timeoutNanos);
    } else {
      traffic.refuse(commands, handlers);
    }
  }

  long nanoTime() {
    return timer.nanoTime();
  }

  private void greet(int of) {
    if (of != attempt || closed) {
      return;
    }
    Command first = trial;
    if (first == null) {
      ask(of, Command.of("info", ascii("INFO")), reply -> greeted(of, reply));
    } else {
      trial = null;
      ask(of, first, reply -> tried(of));
    }
  }

  /** Asks something outside the order of commands; no answer in time is a failed trial. */
  private void ask(int of, Command command, Consumer<Reply> answered) {
    traffic.send(List.of(command), List.of(new Trial(of, answered)), GREETING_NANOS);
  }

  /** Takes the outcome of a step of a trial, if that still counts. */
  private final class Trial implements ReplyHandler {
    private final int of;
    private final Consumer<Reply> answered;

    Trial(int of, Consumer<Reply> answered) {
      this.of = of;
      this.answered = answered;
    }

    @Override
    public void replied(Reply reply, String from) {
      if (of == attempt && !closed) {
        answered.accept(reply);
      }
      reply.release();
    }

    @Override
    public void failed(Failure failure) {
      if (of == attempt) {
        down(new LinkCondition(State.DOWN, "no reply"), Pauses.usual());
      }
    }
  }

  /** NB: an error of the kind that led here has begun the next pause already. */
  private void tried(int of) {
    if (of == attempt) {
      greet(of);
    }
  }

  private void greeted(int of, Reply reply) {
    ErrorMeaning error =
        reply instanceof Reply.Refused refused
            ? ErrorMeaning.of(refused.text())
            : ErrorMeaning.OTHER;
    // NB: a server that hides INFO from us has an unknown identity, and is used all the same.
    ServerInfo told =
        reply instanceof Reply.Bytes text
            ? ServerInfo.parse(new String(text.bytes(), StandardCharsets.UTF_8), 0)
            : ServerInfo.UNKNOWN;
    if (error == ErrorMeaning.QUOTA) {
      limits.quotaReached();
      up();
    } else if (error == ErrorMeaning.UNAUTHORISED) {
      down(new LinkCondition(State.AUTH, "the token is refused"), Pauses.REFUSED);
    } else if (told.stage() == Stage.LOADING || error == ErrorMeaning.NOT_READY) {
      down(new LinkCondition(State.DOWN, "still loading"), Pauses.usual());
    } else if (told.stage() == Stage.REPLICA) {
      down(new LinkCondition(State.DOWN, "a replica, no master"), Pauses.usual());
    } else {
      info = told;
      traffic.identify(told.identity());
      askForBytes(of);
    }
  }

  private void askForBytes(int of) {
    if (writesProbed) {
      up();
      return;
    }
    traffic.echo(
        NO_TEXT,
        new Trial(
            of,
            reply -> {
              if (reply instanceof Reply.Refused refused
                  && ErrorMeaning.of(refused.text()) == ErrorMeaning.QUOTA) {
                limits.quotaReached();
              } else {
                writesProbed = true;
                traffic.sendRaw(
                    reply instanceof Reply.Bytes told && Arrays.equals(told.bytes(), NO_TEXT));
              }
              up();
            }),
        GREETING_NANOS);
  }

  private void up() {
    if (greetedBefore) {
      observer.reconnected();
    }
    greetedBefore = true;
    become(LinkCondition.UP);
  }

  private void become(LinkCondition now) {
    condition = now;
    publish();
  }

  private void publish() {
    Availability before = availability;
    boolean quota = condition.isUp() && limits.isQuotaUsedUp();
    Availability now =
        quota
            ? new Availability(State.QUOTA, "quota used up", limits.isFull())
            : new Availability(condition.state(), condition.reason(), limits.isFull());
    availability = now;
    if (!now.equals(before)) {
      onChange.run();
    }
  }

  /** Takes no commands, and tries again after a pause. */
  private void down(LinkCondition why, Duration pause) {
    int next = ++attempt;
    become(why);
    traffic.refuseWaiting();
    if (!closed) {
      timer.after(pause.toNanos(), () -> greet(next));
    }
  }

  /** As {@link #down}, until a command of this kind is answered without an error. */
  private void downUntil(Command answered, LinkCondition why, Duration pause) {
    trial = answered;
    down(why, pause);
  }

  private void askDespiteQuota() {
    if (condition.isUp()) {
      ask(attempt, probes.read().get(), reply -> {});
    }
  }

  @Override
  public void answered() {
    if (limits.answered()) {
      // Who answers now is not known: an instance may have been away for a quarter of an hour.
      attempt++;
      condition = new LinkCondition(State.DOWN, "asked again after the quota");
      publish();
      greet(attempt);
    }
  }

  @Override
  public void unusable(LinkCondition why) {
    down(why, why.state() == State.AUTH ? Pauses.REFUSED : Pauses.usual());
  }

  @Override
  public void silent() {
    down(new LinkCondition(State.DOWN, "no reply"), Pauses.usual());
    traffic.giveUp();
  }

  @Override
  public void met(ErrorMeaning meaning, String label) {
    if (label.equals("info") || label.equals("echo")) {
      // Who greets reads the error himself; to others it only means that there are no figures.
      return;
    }
    switch (meaning) {
      case FULL -> limits.full();
      case QUOTA -> limits.quotaReached();
      case NOT_READY -> downUntil(probes.read().get(), down("cannot answer yet"), Pauses.usual());
      case CLUSTER_DOWN ->
          downUntil(probes.read().get(), down("the cluster is down"), Pauses.usual());
      case WRITES_REFUSED ->
          downUntil(probes.write().get(), down("refuses writes"), Pauses.usual());
      case DEMOTED -> downUntil(probes.write().get(), down("no longer a master"), Pauses.usual());
      case UNAUTHORISED ->
          down(new LinkCondition(State.AUTH, "the token is refused"), Pauses.REFUSED);
      case NO_PERMISSION -> forbidden(label);
      case TOO_MANY_CLIENTS -> down(down("too many clients"), Pauses.CROWDED);
      case SLOT_UNSERVED, KEYS_APART, MOVED, CROSS_SLOT, NO_SCRIPT, SCRIPT_UNREADABLE, OTHER -> {
        // Of no meaning for other commands.
      }
    }
  }

  private static LinkCondition down(String reason) {
    return new LinkCondition(State.DOWN, reason);
  }

  private void forbidden(String label) {
    switch (label) {
      case "mget", "get" ->
          downUntil(
              probes.read().get(),
              new LinkCondition(State.AUTH, "the token may not read"),
              Pauses.REFUSED);
      case "set" ->
          downUntil(
              probes.write().get(),
              new LinkCondition(State.AUTH, "a read-only token: it may not write"),
              Pauses.REFUSED);
      default -> {} // Scripts and INFO can be done without.
    }
  }

  String server() {
    return traffic.server();
  }

  /** Ends for good. */
  void close() {
    closed = true;
    down(new LinkCondition(State.OFF, "closed"), Duration.ZERO);
    traffic.giveUp();
  }
}
