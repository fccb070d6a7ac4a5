package dev.sidecache.origin;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import io.netty.buffer.ByteBuf;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the origin's health path every {@value #PERIOD_SECONDS} s, and tells whether it answers: any
 * status below 500 within {@value #PATIENCE_SECONDS} s. A change is logged, once.
 */
public final class OriginProbe {
  private static final Logger LOG = System.getLogger(OriginProbe.class.getName());

  private static final int PERIOD_SECONDS = 5;
  private static final int PATIENCE_SECONDS = 3;

  private final Service origin;
  private final RequestHead head;
  private final ScheduledExecutorService loop;
  private final Consumer<Boolean> answers;
  private boolean answered = true;

  private OriginProbe(
      Service origin, RequestHead head, ScheduledExecutorService loop, Consumer<Boolean> answers) {
    this.origin = origin;
    this.head = head;
    this.loop = loop;
    this.answers = answers;
  }

  /**
   * Begins to ask, until the loop shuts down.
   *
   * @param path path and query; an {@code IllegalArgumentException} tells that it is none
   * @param host host and port of the origin
   * @param loop all happens on
   * @param answers takes each result, on the loop
   */
  public static void start(
      Service origin,
      String path,
      String host,
      ScheduledExecutorService loop,
      Consumer<Boolean> answers) {
    loop.execute(new OriginProbe(origin, head(path, host), loop, answers)::ask);
  }

  private static RequestHead head(String path, String host) {
    RequestTarget target = RequestTarget.parse(path);
    if (target == null) {
      throw new IllegalArgumentException(
          "upstream.health_path: " + path + " (expected: a path such as /health)");
    }
    Fields fields = Fields.of("Host", host, "User-Agent", "sidecache");
    return new RequestHead("GET", "http", host, target, "1.1", fields);
  }

  /** Is told, once, whether a status below 500 came in time, and what came, for people. */
  @FunctionalInterface
  public interface AnswerHandler {
    void told(boolean answers, String what);
  }

  /** Asks once; called on {@code loop}, where the handler is called too. */
  public static void once(
      Service origin,
      String path,
      String host,
      ScheduledExecutorService loop,
      AnswerHandler handler) {
    question(origin, head(path, host), loop, handler);
  }

  private void ask() {
    question(origin, head, loop, this::tell);
  }

  private static void question(
      Service origin, RequestHead head, ScheduledExecutorService loop, AnswerHandler handler) {
    Question question = new Question(loop, handler);
    question.startTimer();
    origin.serve(new Request(head, Body.empty(), Request.Peer.NONE, loop), question);
  }

  private void tell(boolean now, String why) {
    if (now != answered) {
      LOG.log(
          now ? Level.INFO : Level.WARNING,
          now ? "The backend answers {0} again: {1}" : "The backend does not answer {0}: {1}",
          head.path(),
          why);
    }
    answered = now;
    answers.accept(now);
    if (!loop.isShutdown()) {
      Future<?> unused = loop.schedule(this::ask, PERIOD_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** One question. The content of its answer is read, so that the connection can be used again. */
  private static final class Question implements Responder, Body.Sink {
    private final ScheduledExecutorService loop;
    private final AnswerHandler handler;
    private Runnable giveUp = () -> {};
    private boolean isTold;
    private @Nullable Body body;
    private @Nullable ScheduledFuture<?> timer;

    Question(ScheduledExecutorService loop, AnswerHandler handler) {
      this.loop = loop;
      this.handler = handler;
    }

    void startTimer() {
      timer = loop.schedule(this::expired, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void expired() {
      Body reading = body;
      if (reading != null) {
        reading.cancel();
      } else if (!isTold) {
        isTold = true;
        giveUp.run();
        handler.told(false, "no answer in time");
      }
    }

    private void stopTimer() {
      ScheduledFuture<?> running = timer;
      if (running != null) {
        running.cancel(false);
      }
    }

    @Override
    public void informational(ResponseHead interim) {}

    @Override
    public void onGone(Runnable action) {
      giveUp = action;
    }

    @Override
    public void respond(Response response) {
      if (isTold) {
        response.body().cancel();
        return;
      }
      isTold = true;
      body = response.body();
      response.body().open(this);
      response.body().request(1);
      handler.told(response.status() < 500, "status " + response.status());
    }

    @Override
    public void fail(Throwable cause) {
      stopTimer();
      if (!isTold) {
        isTold = true;
        handler.told(
            false, cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage());
      }
    }

    @Override
    public void chunk(ByteBuf owned) {
      owned.release();
      Body reading = body;
      if (reading != null) {
        reading.request(1);
      }
    }

    @Override
    public void end(Fields trailers) {
      stopTimer();
    }
  }
}
