package dev.sidecache.origin;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.HeadWriter;
import dev.sidecache.http1.IncomingBody;
import dev.sidecache.http1.MessageFraming;
import dev.sidecache.http1.OutgoingBody;
import dev.sidecache.http1.OutgoingFraming;
import dev.sidecache.http1.Outlet;
import dev.sidecache.http1.Stall;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.RequestId;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.origin.OriginException.Kind;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request to the origin and its response.
 *
 * <p>It waits for a connection, sends the request, passes interim responses and the final one on,
 * and returns the connection to the pool only if the request was sent whole, the response was read
 * whole, nothing is left over and nobody said close. A response may come before the request was
 * sent whole: both go on, and the connection is closed at the end of the response.
 */
final class OriginExchange implements IncomingBody.Source, OutgoingBody.Owner {
  private static final int MOST_INTERIM_RESPONSES = 32;
  private static final long DRAINABLE_BYTES = 64 * 1024;
  private static final long CONTINUE_WAIT_MILLIS = 1_000;

  private final OriginService service;
  private final OriginPool pool;
  private final Request request;
  private final Responder responder;
  private final boolean empty;
  private final boolean repeatable;
  private final long beganNanos;
  private final Stall originStall = new Stall();
  private @Nullable OriginConnection connection;
  private @Nullable OutgoingBody outgoing;
  private @Nullable IncomingBody incoming;
  private @Nullable Response held;
  private final KeptContent kept = new KeptContent();
  private int attempts;
  private int interimResponses;
  private int status;
  private int keepAliveSeconds = -1;
  private boolean awaitsContinue;
  private boolean requestSent;
  private boolean headReceived;
  private boolean delimitedByClose;
  private boolean answered;
  private boolean reusable;
  private boolean over;

  /**
   * An exchange that has not begun.
   *
   * @param repeatable whether the request may be sent twice whatever its method says
   */
  OriginExchange(
      OriginService service,
      OriginPool pool,
      Request request,
      Responder responder,
      boolean repeatable) {
    this.repeatable = repeatable;
    this.service = service;
    this.pool = pool;
    this.request = request;
    this.responder = responder;
    this.empty = request.body().lengthBytes() == 0;
    this.beganNanos = pool.now();
  }

  void begin() {
    responder.onGone(() -> fail(Kind.CANCELLED, "nobody waits for the response"));
    if (!over) {
      pool.acquire(this);
    }
  }

  /** Whether the request may be sent a second time. Source: RFC 9110, Section 9.2.2. */
  boolean isRepeatable() {
    return repeatable
        || (empty
            && switch (request.head().method()) {
              case "GET", "HEAD", "OPTIONS" -> true;
              default -> false;
            });
  }

  /** Whether a connection is still of use. */
  boolean isWanted() {
    return !over;
  }

  /** Whether the next part of the response may be decoded. */
  boolean takesInput() {
    IncomingBody content = incoming;
    return content == null ? !over : content.hasRoom();
  }

  /** There is a connection: sends the request. */
  void connected(OriginConnection ready) {
    attempts++;
    connection = ready;
    RequestHead head = request.head();
    ready.start(this, head.method().equals("HEAD"));
    Outlet outlet = ready.outlet();
    boolean again = repeatable && attempts <= service.settings().retries();
    ByteBuf whole = kept.of(request.body(), again);
    long length = whole == null ? request.body().lengthBytes() : whole.readableBytes();
    OutgoingFraming framing = RequestWriter.framing(head, length);
    awaitsContinue = whole == null && head.fields().contains("Expect");
    HeadWriter out = HeadWriter.begin();
    RequestWriter.head(out, service.settings(), request, framing, awaitsContinue);
    outlet.write(out.toBuffer(outlet.alloc()));
    if (whole != null) {
      outlet.write(whole);
      requestSent = true;
    } else {
      outgoing = new OutgoingBody(outlet, request.body(), framing, false, this);
      startContent(outlet);
    }
    ready.proceed();
  }

  private void startContent(Outlet outlet) {
    OutgoingBody content = outgoing;
    if (content != null && !awaitsContinue) {
      content.start();
    } else {
      outlet.after(CONTINUE_WAIT_MILLIS, this::goOn);
    }
  }

  /** Sends the content that waited for 100. */
  private void goOn() {
    OutgoingBody content = outgoing;
    if (awaitsContinue && content != null && !headReceived && !over) {
      awaitsContinue = false;
      content.start();
    }
  }

  /** An interim response came. */
  void interim(int code, String reason, Fields fields) {
    interimResponses++;
    if (code == 101) {
      switched(new ResponseHead(code, reason, fields.endToEnd().without(RequestId.FIELD)), fields);
    } else if (interimResponses > MOST_INTERIM_RESPONSES) {
      malformed();
    } else if (code == 100) {
      goOn();
    } else if (!over) {
      responder.informational(new ResponseHead(code, reason, fields.endToEnd()));
    }
  }

  /** Leaves HTTP, if that was offered. Source: RFC 9110, Section 7.8. */
  private void switched(ResponseHead head, Fields fields) {
    OriginConnection source = connection;
    String offered = request.upgrade();
    if (over || source == null || offered == null || !OriginTunnel.speaks(offered, fields)) {
      malformed();
      return;
    }
    over = true;
    answered = true;
    connection = null;
    kept.letGo();
    service.observer().answered(head.status(), pool.now() - beganNanos);
    responder.tunnel(pool.leave(source, offered, head));
  }

  /** The head of the final response came. */
  void head(int code, String reason, Fields fields, boolean http11) {
    OriginConnection source = connection;
    if (over || source == null) {
      return;
    }
    MessageFraming framing = source.decoder().framing();
    ResponseHead head =
        new ResponseHead(
            code, reason, fields.endToEnd().without("Content-Length", RequestId.FIELD));
    boolean toHead = request.head().method().equals("HEAD");
    boolean contentless = toHead || head.hasNoContent();
    status = code;
    headReceived = true;
    delimitedByClose = !contentless && framing.isAbsent();
    reusable =
        !delimitedByClose
            && request.upgrade() == null
            && OriginConnection.keepsAlive(fields, http11);
    keepAliveSeconds = OriginConnection.keepAliveSeconds(fields);
    Response response = Response.of(head, body(contentless, toHead, framing));
    if (incoming == null) {
      // Its end comes at once: until then the connection is not free for the client's next request.
      held = response;
    } else {
      answer(response);
    }
  }

  private void answer(Response response) {
    answered = true;
    responder.respond(response);
  }

  /** Whether the end of the connection is the end of the response. */
  boolean isDelimitedByClose() {
    return delimitedByClose;
  }

  private Body body(boolean contentless, boolean toHead, MessageFraming framing) {
    if (contentless) {
      return toHead ? Body.absent(framing.lengthBytes()) : Body.empty();
    }
    if (framing.lengthBytes() == 0) {
      return Body.empty();
    }
    IncomingBody content = new IncomingBody(framing.lengthBytes(), this);
    incoming = content;
    return content;
  }

  /** A piece of the response's content came; owns it. */
  void content(ByteBuf piece) {
    IncomingBody content = incoming;
    if (content == null) {
      piece.release();
    } else {
      content.feed(piece);
    }
  }

  /** The response is complete. */
  void complete(Fields trailers) {
    OriginConnection source = connection;
    if (over || source == null) {
      return;
    }
    over = true;
    connection = null;
    giveUpRequest();
    if (reusable && requestSent && source.hasNothingLeft()) {
      pool.giveBack(source, keepAliveSeconds);
    } else {
      source.drop();
    }
    service.observer().answered(status, pool.now() - beganNanos);
    IncomingBody content = incoming;
    Response whole = held;
    if (content != null) {
      content.end(trailers);
    } else if (whole != null) {
      answer(whole);
    }
  }

  private void giveUpRequest() {
    kept.letGo();
    OutgoingBody content = outgoing;
    outgoing = null;
    if (content != null) {
      content.abandon();
    } else if (!requestSent) {
      request.body().cancel();
    }
  }

  /** The connection ended before the response did. */
  void disconnected(boolean silent) {
    boolean unlucky = connection != null && connection.isReused() && silent;
    connection = null;
    boolean repeats = attempts <= service.settings().retries() && isRepeatable();
    if (!over && unlucky && repeats && pool.mayRetry()) {
      service.observer().retried();
      requestSent = false;
      pool.acquireNew(this);
    } else {
      fail(Kind.RESET, "the connection ended before the response");
    }
  }

  /** What came is no response. */
  void malformed() {
    fail(Kind.BAD_RESPONSE, "what came is no well-formed response");
  }

  /** No connection can be had. */
  void refused(OriginException why) {
    end(why, why.kind());
  }

  private void fail(Kind kind, String message) {
    end(new OriginException(kind, message), kind);
  }

  private void end(RuntimeException cause, Kind kind) {
    if (over) {
      return;
    }
    over = true;
    pool.forget(this);
    giveUpRequest();
    OriginConnection source = connection;
    connection = null;
    if (source != null) {
      source.drop();
    }
    service.observer().failed(kind, pool.now() - beganNanos);
    IncomingBody content = incoming;
    if (content != null) {
      content.fail(cause);
    } else if (!answered) {
      responder.fail(cause);
    }
  }

  /** The connection takes more of the request. */
  void writabilityChanged() {
    OutgoingBody content = outgoing;
    if (content != null && !awaitsContinue) {
      content.advance();
    }
  }

  @Override
  public void wanted() {
    OriginConnection source = connection;
    if (source != null) {
      source.proceed();
    }
  }

  /** NB: only little is read for nobody's sake; else closing is cheaper, and tells the origin. */
  @Override
  public void cancelled() {
    IncomingBody content = incoming;
    boolean little =
        content != null
            && content.lengthBytes() >= 0
            && content.lengthBytes() <= DRAINABLE_BYTES
            && reusable;
    if (little) {
      wanted();
    } else {
      fail(Kind.CANCELLED, "nobody reads the response");
    }
  }

  @Override
  public void sent() {
    requestSent = true;
    outgoing = null;
  }

  /** The client did not send the whole request. */
  @Override
  public void cut(Throwable cause) {
    outgoing = null;
    requestSent = true;
    RuntimeException told =
        cause instanceof RuntimeException known
            ? known
            : new OriginException(Kind.CANCELLED, "the request was cut off");
    end(told, Kind.CANCELLED);
  }

  /** Looks at the time limits. */
  void sweep(long nowNanos) {
    OriginConnection target = connection;
    if (target == null) {
      return;
    }
    OriginService.Settings limits = service.settings();
    long total = limits.timeouts().total().toNanos();
    long progress = target.outlet().takenBytes() + 1_000_003L * interimResponses;
    boolean waits;
    IncomingBody content = incoming;
    if (content == null) {
      waits = requestSent || !target.outlet().isWritable();
    } else {
      waits = content.isAwaited() || content.isCancelled();
      progress += 1_000_033L * (1 + content.pieces());
    }
    boolean stalled =
        originStall.isOver(waits, progress, nowNanos, limits.timeouts().silence().toNanos());
    if (stalled || (total > 0 && nowNanos - beganNanos >= total)) {
      fail(Kind.TIMEOUT, "no answer in time");
    }
  }
}
