package dev.sidecache.listener;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.HeadWriter;
import dev.sidecache.http1.IncomingBody;
import dev.sidecache.http1.OutgoingBody;
import dev.sidecache.http1.OutgoingFraming;
import dev.sidecache.message.Body;
import dev.sidecache.message.BrokenOff;
import dev.sidecache.message.ProblemException;
import dev.sidecache.message.Problems;
import dev.sidecache.message.RequestId;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Tunnel;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One request and its response on an HTTP/1.1 connection; takes the answer of the service. */
final class Http1Exchange implements Responder, IncomingBody.Source, OutgoingBody.Owner {
  private static final ResponseHead CONTINUE = new ResponseHead(100, "Continue", Fields.empty());

  /** Content up to this length goes out in one buffer with its head. */
  private static final int COPIED_BYTES = 4096;

  private final Http1Connection connection;
  private final RequestSyntax.Accepted request;
  private final @Nullable IncomingBody body;
  private @Nullable OutgoingBody outgoing;
  private @Nullable Runnable goneAction;
  private boolean answered;
  private boolean continued;
  private boolean gone;
  private boolean closes;
  private boolean delimitedByClose;

  /**
   * An exchange about to be served.
   *
   * @param content whether content follows
   * @param length of the content in bytes; -1 if unknown
   */
  Http1Exchange(
      Http1Connection connection, RequestSyntax.Accepted request, boolean content, long length) {
    this.connection = connection;
    this.request = request;
    this.body = content ? new IncomingBody(length, this) : null;
  }

  Body requestBody() {
    IncomingBody incoming = body;
    return incoming == null ? Body.empty() : incoming;
  }

  /** The request's content, while it is still arriving. */
  @Nullable IncomingBody arriving() {
    IncomingBody incoming = body;
    return incoming == null || incoming.isReceived() ? null : incoming;
  }

  /** The service has thrown. */
  void failed(RuntimeException bug) {
    if (answered) {
      connection.abort(true);
    } else {
      fail(bug);
    }
  }

  /** Answers a request that asks this proxy itself. Source: RFC 9110, Section 9.3.7. */
  void answerForProxy() {
    requestBody().cancel();
    respond(Problems.allowedMethods());
  }

  /** Whether the connection must be closed after this exchange. */
  boolean closes() {
    return closes;
  }

  @Override
  public void informational(ResponseHead head) {
    boolean passable = head.status() > 101 && head.status() < 200;
    if (passable && request.http11() && !answered && !gone) {
      writeInterim(head);
    }
  }

  private void writeInterim(ResponseHead head) {
    HeadWriter out = HeadWriter.begin();
    ResponseWriter.interim(out, head);
    write(out);
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
      return;
    }
    begin(RequestId.echoed(response, request.head()));
  }

  @Override
  public void tunnel(Tunnel tunnel) {
    answered = true;
    goneAction = null;
    if (gone) {
      tunnel.switched().body().cancel();
      return;
    }
    HeadWriter out = HeadWriter.begin();
    Response switched = RequestId.echoed(tunnel.switched(), request.head());
    connection.responseWriter().switching(out, switched, tunnel.protocol());
    write(out);
    connection.becomeTunnel(tunnel);
  }

  private void begin(Response response) {
    boolean toHead = request.head().method().equals("HEAD");
    OutgoingFraming framing = ResponseWriter.framing(response, toHead, request.http11());
    ByteBuf whole = null;
    if (framing.kind() == OutgoingFraming.Kind.EMPTY) {
      response.body().cancel();
    } else {
      whole = response.body().wholeIfShort();
      if (whole != null) {
        framing = OutgoingFraming.of(whole.readableBytes(), request.http11());
      }
    }
    delimitedByClose = framing.kind() == OutgoingFraming.Kind.CLOSE;
    boolean wholeRequest = body == null || body.isComplete();
    closes = delimitedByClose || connection.mustClose(request.keepAlive()) || !wholeRequest;
    HeadWriter head = head(response, framing);
    if (whole != null && whole.readableBytes() <= COPIED_BYTES) {
      connection.outlet().write(head.toBuffer(connection.outlet().alloc(), whole));
      sent();
      return;
    }
    write(head);
    if (whole != null) {
      connection.outlet().write(whole);
      sent();
    } else if (framing.kind() == OutgoingFraming.Kind.EMPTY) {
      sent();
    } else {
      stream(response.body(), framing);
    }
  }

  private void write(HeadWriter head) {
    connection.outlet().write(head.toBuffer(connection.outlet().alloc()));
  }

  private HeadWriter head(Response response, OutgoingFraming framing) {
    ResponseWriter.Persistence persistence =
        closes
            ? ResponseWriter.Persistence.CLOSE
            : request.http11()
                ? ResponseWriter.Persistence.IMPLIED
                : ResponseWriter.Persistence.KEEP_ALIVE;
    HeadWriter out = HeadWriter.begin();
    connection.responseWriter().head(out, response, framing, persistence);
    return out;
  }

  private void stream(Body content, OutgoingFraming framing) {
    OutgoingBody started =
        new OutgoingBody(connection.outlet(), content, framing, request.trailersWanted(), this);
    outgoing = started;
    started.start();
  }

  @Override
  public void fail(Throwable cause) {
    if (cause instanceof BrokenOff) {
      answered = true;
      goneAction = null;
      connection.abort(false);
      return;
    }
    respond(Problems.of(cause));
  }

  @Override
  public void onGone(Runnable action) {
    if (gone) {
      action.run();
    } else if (!answered) {
      goneAction = action;
    }
  }

  /** The client can no longer be reached. */
  void clientGone() {
    if (gone) {
      return;
    }
    gone = true;
    IncomingBody incoming = arriving();
    if (incoming != null) {
      incoming.fail(new ClientGoneException());
    }
    OutgoingBody sending = outgoing;
    if (sending != null) {
      sending.abandon();
    }
    Runnable action = goneAction;
    goneAction = null;
    if (action != null) {
      action.run();
    }
  }

  /** The channel takes more, or less. */
  void writabilityChanged() {
    OutgoingBody sending = outgoing;
    if (sending != null) {
      sending.advance();
    }
  }

  /** The request's content will not be complete. */
  void requestCut(ProblemException why) {
    IncomingBody incoming = arriving();
    if (incoming != null) {
      incoming.fail(why);
    }
  }

  @Override
  public void wanted() {
    IncomingBody incoming = body;
    boolean nothingCame = incoming != null && incoming.pieces() == 0;
    if (request.expectsContinue() && !continued && !answered && nothingCame) {
      continued = true;
      writeInterim(CONTINUE);
    }
    connection.proceed();
  }

  @Override
  public void cancelled() {
    connection.proceed();
  }

  @Override
  public void sent() {
    outgoing = null;
    connection.finished(this);
  }

  @Override
  public void cut(Throwable cause) {
    outgoing = null;
    connection.abort(delimitedByClose);
  }

  /** Tells that the client has left. */
  static final class ClientGoneException extends ProblemException {
    private static final long serialVersionUID = 1;

    ClientGoneException() {
      super(Problems.MALFORMED, "the client closed its connection");
    }
  }
}
