package dev.sidecache.redis;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.ProblemException;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request under way and its answer, read whole. Tells once how it ended, on its loop,
 * unless it was given up before.
 */
final class RestExchange implements Responder, Body.Sink {
  private final long maxBytes;
  private final Owner owner;
  private Runnable onGone = () -> {};
  private @Nullable Body body;
  private @Nullable ByteBuf content;
  private int status;
  private boolean over;

  /** Takes what came of a request: exactly one call. */
  interface Owner {
    /** The head of an answer has come. */
    void began(Fields fields);

    /** More of the answer has come. */
    void progressed();

    void answered(int status, byte[] content);

    /** There was no answer, or not a whole one. */
    void failed(RestAnswer.Unusable why);
  }

  /**
   * An exchange that has not begun.
   *
   * @param maxBytes the most that an answer may have
   */
  RestExchange(long maxBytes, Owner owner) {
    this.maxBytes = maxBytes;
    this.owner = owner;
  }

  void begin(Service service, Request request) {
    service.serve(request, this);
  }

  /** Wants no answer any more; the connection is closed, so that nothing on it runs later. */
  void giveUp() {
    if (over) {
      return;
    }
    over = true;
    Body reading = body;
    letGo();
    if (reading == null) {
      onGone.run();
    } else {
      reading.cancel();
    }
  }

  private void letGo() {
    ByteBuf read = content;
    content = null;
    if (read != null) {
      read.release();
    }
  }

  @Override
  public void informational(ResponseHead head) {}

  @Override
  public void onGone(Runnable action) {
    onGone = action;
  }

  @Override
  public void respond(Response response) {
    if (over) {
      response.body().cancel();
      return;
    }
    status = response.status();
    owner.began(response.head().fields());
    ByteBuf whole = response.body().lengthBytes() == 0 ? response.body().whole() : null;
    if (whole != null) {
      whole.release();
      end(Fields.empty());
      return;
    }
    body = response.body();
    response.body().open(this);
    if (!over) {
      response.body().request(1);
    }
  }

  @Override
  public void chunk(ByteBuf owned) {
    owner.progressed();
    ByteBuf into = content;
    if (into == null) {
      into = PooledByteBufAllocator.DEFAULT.heapBuffer(owned.readableBytes());
      content = into;
    }
    boolean fits = into.readableBytes() + owned.readableBytes() <= maxBytes;
    if (fits) {
      into.writeBytes(owned);
    }
    owned.release();
    Body reading = body;
    if (!fits) {
      giveUp();
      owner.failed(unusable(Failure.BROKEN, "an answer that is too large"));
    } else if (reading != null) {
      reading.request(1);
    }
  }

  @Override
  public void end(Fields trailers) {
    if (over) {
      return;
    }
    over = true;
    ByteBuf read = content;
    byte[] bytes = read == null ? new byte[0] : ByteBufUtil.getBytes(read);
    letGo();
    owner.answered(status, bytes);
  }

  @Override
  public void fail(Throwable cause) {
    if (!over) {
      over = true;
      letGo();
      owner.failed(why(cause));
    }
  }

  /** What a failure of the HTTP client means; whatever may have left us counts as sent. */
  private static RestAnswer.Unusable why(Throwable cause) {
    String reason = cause instanceof ProblemException known ? known.problem().reason() : "";
    return switch (reason) {
      case "upstream_refused" -> unusable(Failure.REJECTED, "connection refused");
      case "upstream_unresolved" -> unusable(Failure.REJECTED, "unknown host");
      case "upstream_connect_timeout" -> unusable(Failure.REJECTED, "connect timed out");
      case "upstream_tls" -> unusable(Failure.REJECTED, ConnectFailure.of(cause).reason());
      case "upstream_busy" -> unusable(Failure.REJECTED, "all connections are in use");
      case "upstream_timeout" -> unusable(Failure.BROKEN, "no reply");
      case "upstream_bad_response" -> unusable(Failure.BROKEN, "an answer that is no HTTP");
      default -> unusable(Failure.BROKEN, "connection closed");
    };
  }

  private static RestAnswer.Unusable unusable(Failure failure, String reason) {
    return new RestAnswer.Unusable(failure, new LinkCondition(State.DOWN, reason));
  }
}
