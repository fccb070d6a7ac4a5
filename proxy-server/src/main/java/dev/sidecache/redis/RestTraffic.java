package dev.sidecache.redis;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Request;
import dev.sidecache.message.Service;
import dev.sidecache.redis.RedisObserver.Outcome;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The commands under way over HTTP: a few requests at a time, others wait, each until its deadline.
 * Tells when the server is no longer to be asked, by the measures of {@link RespTraffic}. Confined
 * to a loop.
 */
final class RestTraffic {
  private static final int MAX_MISSES = 5;
  private static final long SILENCE_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long LARGE_SILENCE_NANOS = Duration.ofSeconds(10).toNanos();

  /** Longer answers are read by a worker. */
  private static final int LONG_BYTES = 64 * 1024;

  private static final int MAX_WAITING = 1024;
  private static final String SYNC_TOKEN = "Upstash-Sync-Token";

  /**
   * The way to the server.
   *
   * @param blocking runs what takes long
   * @param maxAnswerBytes the most that an answer may have
   */
  record Wire(
      RestAccess access,
      RestRequests requests,
      ScheduledExecutorService loop,
      Executor blocking,
      long maxAnswerBytes) {}

  /** Who is told what the traffic shows. */
  interface Watcher extends RespTraffic.Watcher {
    /** An answer, or that there was none, says that the server cannot be used. */
    void unusable(LinkCondition condition);
  }

  private final Wire wire;
  private final LoopTimer timer;
  private final RedisObserver observer;
  private final Watcher watcher;
  private final List<Question> inFlight = new ArrayList<>();
  private final ArrayDeque<Question> waiting = new ArrayDeque<>();
  private volatile String server = "-";
  private String syncToken = "";
  private boolean raw;
  private boolean silent;
  private int misses;
  private long lastReplyNanos;
  private boolean watched;

  RestTraffic(Wire wire, LoopTimer timer, RedisObserver observer, Watcher watcher) {
    this.wire = wire;
    this.timer = timer;
    this.observer = observer;
    this.watcher = watcher;
  }

  /** Names the server, for the replies to come. */
  void identify(String identity) {
    server = identity;
  }

  /** Whether values are sent as they are, or as text. */
  void sendRaw(boolean asTheyAre) {
    raw = asTheyAre;
  }

  /** Commands that make one request, and who waits for their replies. */
  private final class Question implements RestExchange.Owner {
    final List<Command> commands;
    final List<? extends ReplyHandler> handlers;
    final RestExchange exchange = new RestExchange(wire.maxAnswerBytes(), this);
    final boolean repeatable;
    final boolean probing;
    final boolean large;
    long sentNanos;
    boolean over;

    Question(List<Command> commands, List<? extends ReplyHandler> handlers, boolean probing) {
      this.commands = commands;
      this.probing = probing;
      this.large = commands.stream().anyMatch(RestTraffic::isLarge);
      this.handlers = handlers;
      this.repeatable = commands.stream().allMatch(Command::isRepeatable);
      this.sentNanos = timer.nanoTime();
    }

    @Override
    public void progressed() {
      lastReplyNanos = timer.nanoTime();
    }

    @Override
    public void began(Fields fields) {
      String told = fields.first(SYNC_TOKEN);
      syncToken = told == null ? syncToken : told;
    }

    @Override
    public void answered(int status, byte[] content) {
      if (content.length <= LONG_BYTES) {
        take(read(status, content));
        return;
      }
      try {
        wire.blocking().execute(() -> back(read(status, content)));
      } catch (RejectedExecutionException busy) {
        take(read(status, content));
      }
    }

    private RestAnswer read(int status, byte[] content) {
      return probing
          ? RestAnswer.readIfUnderstood(status, content, commands)
          : RestAnswer.read(status, content, commands);
    }

    private void back(RestAnswer answer) {
      try {
        wire.loop().execute(() -> take(answer));
      } catch (RejectedExecutionException ended) {
        answer.release();
      }
    }

    private void take(RestAnswer answer) {
      if (over) {
        answer.release();
      } else if (answer instanceof RestAnswer.Replies told) {
        replied(this, told.replies());
      } else if (answer instanceof RestAnswer.Unusable unusable) {
        failed(unusable);
      }
    }

    @Override
    public void failed(RestAnswer.Unusable why) {
      if (!over) {
        watcher.unusable(why.condition());
        end(this, why.failure(), outcome(why.failure()));
      }
    }
  }

  private static boolean isLarge(Command command) {
    return command.value() != null && command.value().readableBytes() > LONG_BYTES;
  }

  /** While a large value is on its way up, nothing that comes down tells of its progress. */
  private long maxSilenceNanos() {
    for (int i = 0; i < inFlight.size(); i++) {
      if (inFlight.get(i).large) {
        return LARGE_SILENCE_NANOS;
      }
    }
    return SILENCE_NANOS;
  }

  private static Outcome outcome(Failure failure) {
    return switch (failure) {
      case REJECTED -> Outcome.REJECTED;
      case EXPIRED -> Outcome.TIMEOUT;
      case BROKEN -> Outcome.BROKEN;
      case REFUSED, FULL -> Outcome.ERROR;
    };
  }

  /** Sends commands, to be carried out in this order, and takes over their values. */
  void send(List<Command> commands, List<? extends ReplyHandler> handlers, long timeoutNanos) {
    Question question = new Question(commands, handlers, false);
    if (inFlight.size() >= RestAccess.MAX_REQUESTS && waiting.size() >= MAX_WAITING) {
      refuse(question);
      return;
    }
    timer.afterReading(timeoutNanos, () -> expire(question));
    if (inFlight.size() < RestAccess.MAX_REQUESTS) {
      dispatch(question);
    } else {
      waiting.add(question);
    }
  }

  /** Asks whether bytes arrive as they are; besides the others, like nobody's command. */
  void echo(byte[] bytes, ReplyHandler handler, long timeoutNanos) {
    Command asked = Command.of("echo", RedisKeys.ascii("ECHO"), bytes);
    Question question = new Question(List.of(asked), List.of(handler), true);
    timer.afterReading(timeoutNanos, () -> expire(question));
    begin(question, wire.requests().echo(bytes, syncToken, wire.loop()));
  }

  private void dispatch(Question question) {
    Request request = wire.requests().request(question.commands, raw, syncToken, wire.loop());
    begin(question, request);
  }

  private void begin(Question question, Request request) {
    long now = timer.nanoTime();
    question.sentNanos = now;
    inFlight.add(question);
    if (inFlight.size() == 1) {
      lastReplyNanos = now;
      silent = false;
      watch(SILENCE_NANOS);
    }
    Service way = question.repeatable ? wire.access().repeating() : wire.access().once();
    question.exchange.begin(way, request);
  }

  private void watch(long nanos) {
    if (!watched) {
      watched = true;
      timer.afterReading(nanos, this::checkSilence);
    }
  }

  private void checkSilence() {
    watched = false;
    long left = lastReplyNanos + maxSilenceNanos() - timer.nanoTime();
    if (inFlight.isEmpty()) {
      return;
    }
    if (left > 0) {
      watch(left);
    } else {
      fallSilent();
    }
  }

  private void fallSilent() {
    misses = 0;
    if (!silent) {
      silent = true;
      watcher.silent();
    }
  }

  private void replied(Question question, List<Reply> replies) {
    long now = timer.nanoTime();
    leave(question);
    lastReplyNanos = now;
    silent = false;
    misses = 0;
    String from = server;
    for (int i = 0; i < replies.size(); i++) {
      String label = question.commands.get(i).label();
      boolean refused = replies.get(i) instanceof Reply.Refused;
      if (replies.get(i) instanceof Reply.Refused error) {
        watcher.met(ErrorMeaning.of(error.text()), label);
      } else {
        watcher.answered();
      }
      observer.ended(label, refused ? Outcome.ERROR : Outcome.OK, now - question.sentNanos);
    }
    for (int i = 0; i < replies.size(); i++) {
      Reply reply = replies.get(i);
      ReplyHandler handler = question.handlers.get(i);
      ReplyHandler.tell(() -> handler.replied(reply, from));
    }
    next();
  }

  private void leave(Question question) {
    question.over = true;
    inFlight.remove(question);
  }

  private void next() {
    while (inFlight.size() < RestAccess.MAX_REQUESTS && !waiting.isEmpty()) {
      dispatch(waiting.remove());
    }
  }

  private void expire(Question question) {
    if (question.over) {
      return;
    }
    if (waiting.remove(question)) {
      refuse(question);
      return;
    }
    question.exchange.giveUp();
    end(question, Failure.EXPIRED, Outcome.TIMEOUT);
    if (++misses >= MAX_MISSES) {
      fallSilent();
    }
  }

  private void end(Question question, Failure failure, Outcome outcome) {
    leave(question);
    for (int i = 0; i < question.handlers.size(); i++) {
      String label = question.commands.get(i).label();
      observer.ended(label, outcome, timer.nanoTime() - question.sentNanos);
      ReplyHandler handler = question.handlers.get(i);
      ReplyHandler.tell(() -> handler.failed(failure));
    }
    next();
  }

  private void refuse(Question question) {
    question.commands.forEach(Command::release);
    end(question, Failure.REJECTED, Outcome.REJECTED);
  }

  /** Refuses commands that are not taken. */
  void refuse(List<Command> commands, List<? extends ReplyHandler> handlers) {
    refuse(new Question(commands, handlers, false));
  }

  /** Refuses all that waits. */
  void refuseWaiting() {
    List<Question> refused = new ArrayList<>(waiting);
    waiting.clear();
    refused.forEach(this::refuse);
  }

  /** Gives up all that is under way. */
  void giveUp() {
    refuseWaiting();
    for (Question question : List.copyOf(inFlight)) {
      if (!question.over) {
        question.exchange.giveUp();
        end(question, Failure.BROKEN, Outcome.BROKEN);
      }
    }
  }

  /** The identity of the server; {@code -} where unknown. */
  String server() {
    return server;
  }
}
