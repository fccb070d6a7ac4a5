package dev.sidecache.listener;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.Stall;
import dev.sidecache.message.Body;
import dev.sidecache.message.BrokenOff;
import dev.sidecache.message.ProblemException;
import dev.sidecache.message.Problems;
import dev.sidecache.message.RequestId;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** One request and its response on an HTTP/2 stream; takes the answer of the service. */
final class Http2Exchange implements Responder, Http2Content.Window {
  private static final ResponseHead CONTINUE = new ResponseHead(100, "Continue", Fields.empty());

  private final Http2ClientConnection connection;
  private final Http2Stream stream;
  private final boolean toHead;
  private final RequestSyntax.@Nullable Accepted request;
  private final @Nullable Http2Content content;
  private final Stall contentStall = new Stall();
  private final Stall writeStall = new Stall();
  private @Nullable Body outgoing;
  private @Nullable Runnable goneAction;
  private long declared = -1;
  private long sent;
  private long queuedBytes;
  private long wroteBytes;
  private boolean asked;
  private boolean asking;
  private boolean over;
  private boolean answered;
  private boolean continued;
  private boolean gone;

  /**
   * An exchange about to be served, or refused.
   *
   * @param request null if it is refused
   * @param lengthBytes of the content; -1 if unknown, 0 if there is none
   */
  Http2Exchange(
      Http2ClientConnection connection,
      Http2Stream stream,
      boolean toHead,
      RequestSyntax.@Nullable Accepted request,
      long lengthBytes) {
    this.connection = connection;
    this.stream = stream;
    this.toHead = toHead;
    this.request = request;
    this.content = lengthBytes == 0 ? null : new Http2Content(lengthBytes, this);
  }

  @Nullable Http2Content content() {
    return content;
  }

  Body requestBody() {
    return content == null ? Body.empty() : content.body();
  }

  boolean isAnswered() {
    return answered;
  }

  /** Answers a request that asks this proxy itself. Source: RFC 9110, Section 9.3.7. */
  void answerForProxy() {
    requestBody().cancel();
    respond(Problems.allowedMethods());
  }

  @Override
  public void informational(ResponseHead head) {
    if (head.status() > 101 && head.status() < 200 && !answered && !gone) {
      connection.writeHeaders(stream, Http2Heads.interim(head), false);
    }
  }

  @Override
  public void respond(Response response) {
    if (answered) {
      response.body().cancel();
      throw new IllegalStateException("answered twice");
    }
    answered = true;
    goneAction = null;
    if (gone) {
      response.body().cancel();
    } else {
      begin(request == null ? response : RequestId.echoed(response, request.head()));
    }
  }

  private void begin(Response response) {
    Body body = response.body();
    boolean none = response.head().hasNoContent();
    long length = none ? -1 : body.lengthBytes();
    if (none || toHead) {
      body.cancel();
      writeHead(response, length, true);
      return;
    }
    ByteBuf whole = body.wholeIfShort();
    if (whole == null) {
      declared = length;
      outgoing = body;
      writeHead(response, length, false);
      body.open(new Outgoing());
      advance();
      return;
    }
    int octets = whole.readableBytes();
    writeHead(response, octets, octets == 0);
    if (octets == 0) {
      whole.release();
    } else {
      over = true;
      queuedBytes += octets;
      connection.writeData(stream, whole, true);
    }
  }

  private void writeHead(Response response, long length, boolean end) {
    over = end;
    connection.writeHeaders(stream, Http2Heads.response(response, length, connection.date()), end);
  }

  @Override
  public void fail(Throwable cause) {
    if (cause instanceof BrokenOff) {
      answered = true;
      goneAction = null;
      reset(Http2Error.INTERNAL_ERROR);
    } else {
      respond(Problems.of(cause));
    }
  }

  @Override
  public void onGone(Runnable action) {
    if (gone) {
      action.run();
    } else if (!answered) {
      goneAction = action;
    }
  }

  /** Asks for more of the response's content while the stream takes it. */
  void advance() {
    Body body = outgoing;
    if (asking || body == null) {
      return;
    }
    asking = true;
    while (isHeldUp() && hasRoom() && connection.isWritable(stream, queuedBytes)) {
      asked = true;
      body.request(1);
    }
    asking = false;
    if (isHeldUp() && queuedBytes == 0) {
      connection.awaitTurn(this);
    }
  }

  /** Whether content would come if the client took it. */
  private boolean isHeldUp() {
    return outgoing != null && !over && !gone && !asked;
  }

  /**
   * NB: what is written waits for the end of a round, so neither the stream's window nor the
   * channel tells how much it is until then.
   */
  private boolean hasRoom() {
    return queuedBytes < Body.PIECE_BYTES;
  }

  /** The client has taken so much of what was written, or never will. */
  void taken(int octets) {
    queuedBytes -= octets;
    advance();
  }

  /** So much of what was written has gone out to the socket. */
  void wrote(int octets) {
    wroteBytes += octets;
  }

  /** Where the response's content goes. */
  private final class Outgoing implements Body.Sink {
    @Override
    public void chunk(ByteBuf owned) {
      asked = false;
      sent += owned.readableBytes();
      if (over || gone) {
        owned.release();
      } else if (declared >= 0 && sent > declared) {
        owned.release();
        abandon();
        reset(Http2Error.INTERNAL_ERROR);
      } else {
        queuedBytes += owned.readableBytes();
        connection.writeData(stream, owned, false);
        advance();
      }
    }

    @Override
    public void end(Fields trailers) {
      if (over || gone) {
        return;
      }
      over = true;
      boolean wanted = request != null && request.trailersWanted() && !trailers.isEmpty();
      Http2Headers section = wanted ? Http2Heads.responseTrailers(trailers) : null;
      if (declared >= 0 && sent < declared) {
        reset(Http2Error.INTERNAL_ERROR);
      } else if (section != null && !section.isEmpty()) {
        connection.writeHeaders(stream, section, true);
      } else {
        connection.writeEnd(stream);
      }
    }

    @Override
    public void fail(Throwable cause) {
      if (!over && !gone) {
        reset(Http2Error.INTERNAL_ERROR);
      }
    }
  }

  private void abandon() {
    Body body = outgoing;
    if (!over && body != null) {
      over = true;
      body.cancel();
    }
  }

  private void reset(Http2Error error) {
    over = true;
    connection.reset(stream, error);
  }

  /** Whether the client still sends content that nobody needs once the response is complete. */
  boolean endsEarly() {
    return content != null && !content.isComplete();
  }

  /** The stream has closed, regularly or not. */
  void closed() {
    if (gone) {
      return;
    }
    gone = true;
    if (content != null) {
      content.fail(new Http1Exchange.ClientGoneException());
    }
    abandon();
    Runnable action = goneAction;
    goneAction = null;
    if (action != null) {
      action.run();
    }
  }

  @Override
  public void giveBack(int octets) {
    connection.consume(stream, octets);
  }

  @Override
  public void wanted() {
    boolean expects = request != null && request.expectsContinue();
    if (expects && !continued && !answered && requestPieces() == 0) {
      continued = true;
      connection.writeHeaders(stream, Http2Heads.interim(CONTINUE), false);
    }
  }

  /** The octets of the request's content that wait to be read. */
  long heldBytes() {
    return content == null ? 0 : content.heldBytes();
  }

  private long requestPieces() {
    return content == null ? 0 : content.body().pieces();
  }

  /** Looks at the time limits of content that is waited for and of content that is not taken. */
  void sweep(HttpListener.Settings.Timeouts limits, long nowNanos) {
    Http2Content coming = content;
    boolean awaited = coming != null && coming.body().isAwaited();
    boolean stalled =
        contentStall.isOver(awaited, requestPieces(), nowNanos, limits.body().toNanos());
    if (coming != null && stalled) {
      coming.fail(new ProblemException(Problems.REQUEST_TIMEOUT, "no content came"));
    }
    boolean dear = connection.connections().budget().isSpent();
    long limit = ClientPatience.writeNanos(limits, dear);
    long steps = wroteBytes / ClientPatience.LEAST_PROGRESS_BYTES;
    boolean waits = isHeldUp() || connection.hasUnsent(stream);
    if (writeStall.isOver(waits, steps, nowNanos, limit)) {
      if (dear) {
        connection.connections().budget().refused();
      }
      abandon();
      reset(Http2Error.CANCEL);
    }
  }
}
