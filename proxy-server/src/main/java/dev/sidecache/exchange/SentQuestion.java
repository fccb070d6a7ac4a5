package dev.sidecache.exchange;

import dev.sidecache.caching.CacheStatus;
import dev.sidecache.caching.Trace;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request that was explained and is then sent; its answer is read to the end and let go. */
final class SentQuestion implements Responder, Body.Sink {
  private final Trace trace;
  private final Consumer<Trace> handler;
  private @Nullable Response response;
  private boolean told;

  private SentQuestion(Trace trace, Consumer<Trace> handler) {
    this.trace = trace;
    this.handler = handler;
  }

  /** Sends it as a client would; the handler is called once, on the loop. */
  static void send(
      Service gateway,
      Question question,
      ScheduledExecutorService loop,
      Trace trace,
      Consumer<Trace> handler) {
    Request request = new Request(question.head(), question.body(), Request.Peer.NONE, loop);
    gateway.serve(request, new SentQuestion(trace, handler));
  }

  @Override
  public void informational(ResponseHead head) {}

  @Override
  public void onGone(Runnable action) {}

  @Override
  public void respond(Response answer) {
    response = answer;
    answer.body().open(this);
    answer.body().request(1);
  }

  @Override
  public void fail(Throwable cause) {
    tell();
  }

  @Override
  public void chunk(ByteBuf owned) {
    owned.release();
    Response reading = response;
    if (reading != null) {
      reading.body().request(1);
    }
  }

  @Override
  public void end(Fields trailers) {
    tell();
  }

  private void tell() {
    if (told) {
      return;
    }
    told = true;
    Response read = response;
    handler.accept(read == null ? trace.sent(0, "") : trace.sent(read.status(), own(read)));
  }

  /** Our member of Cache-Status, in the last line. */
  private static String own(Response response) {
    List<String> lines = response.tail().all("Cache-Status");
    String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    return last.startsWith(CacheStatus.CACHE) ? last : "";
  }
}
