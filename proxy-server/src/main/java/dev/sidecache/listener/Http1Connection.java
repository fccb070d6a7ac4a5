package dev.sidecache.listener;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http1.Http1Decoder;
import dev.sidecache.http1.IncomingBody;
import dev.sidecache.http1.MessageFraming;
import dev.sidecache.http1.Outlet;
import dev.sidecache.http1.RequestDecoder;
import dev.sidecache.message.Problem;
import dev.sidecache.message.ProblemException;
import dev.sidecache.message.Problems;
import dev.sidecache.message.Request;
import dev.sidecache.message.Tunnel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/1.1 connection.
 *
 * <p>Requests are served one after another, in their order: while one is served, the decoder keeps
 * what was read of the next ones (one read at most) and nothing more is taken from the socket.
 * Everything that is written while a read is processed goes out with one flush.
 *
 * <p>A client that shuts down its sending side still gets its answers. It cannot be told from one
 * that left altogether, so a client counts as gone only once writing to it fails or it resets the
 * connection.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter
    implements Http1Decoder.Gate, ClientConnection {
  private static final Logger LOG = System.getLogger(Http1Connection.class.getName());
  private static final long DRAIN_GRACE_MILLIS = 100;
  private static final long DRAIN_LINGER_MILLIS = 500; // Nothing is under way to be destroyed.

  private final Connections connections;
  private final Channel channel;
  private final Outlet outlet;
  private final RequestDecoder decoder;
  private final ClientPatience patience;
  private @Nullable Http1Exchange current;
  private Client client = new Client(Request.Peer.NONE, false);
  private final @Nullable Problem refusal;
  private boolean draining;
  private boolean closing;
  private boolean inputEnded;
  private boolean outputEnded;
  private long requests;

  /**
   * A connection about to begin.
   *
   * @param refusal why it is not served; null if it is
   */
  Http1Connection(Connections connections, Channel channel, @Nullable Problem refusal) {
    this.connections = connections;
    this.channel = channel;
    this.refusal = refusal;
    this.outlet = new Outlet(channel);
    this.decoder = new RequestDecoder(connections.settings().decoderLimits(), this);
    this.patience = new ClientPatience(connections.settings().timeouts());
  }

  RequestDecoder decoder() {
    return decoder;
  }

  @Override
  public Channel channel() {
    return channel;
  }

  Outlet outlet() {
    return outlet;
  }

  ResponseWriter responseWriter() {
    return connections.responseWriter();
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    start();
  }

  /** Begins to serve; on a channel that is active. */
  void start() {
    client = Client.of(channel, connections.settings().trustedProxies());
    connections.opened(this);
    if (refusal == null) {
      readIfHungry();
    } else {
      refuse(refusal);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    connections.closed(this);
    closing = true;
    Http1Exchange left = current;
    current = null;
    if (left != null) {
      left.clientGone();
    }
  }

  /** Whether a request, or a piece of the current one, may be decoded now. */
  @Override
  public boolean isOpen() {
    if (closing) {
      return true;
    }
    Http1Exchange exchange = current;
    if (exchange == null) {
      return outlet.isWritable();
    }
    IncomingBody arriving = exchange.arriving();
    return arriving != null && arriving.hasRoom();
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) {
    outlet.batchBegins();
    try {
      if (!closing) {
        received(message);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void received(Object message) {
    DecoderResult result = ((HttpObject) message).decoderResult();
    if (result.isFailure()) {
      malformed(result.cause());
    } else if (message instanceof HttpRequest request) {
      begin(request);
    }
    if (message instanceof HttpContent content && !result.isFailure()) {
      content(content);
    }
  }

  private void begin(HttpRequest received) {
    requests++;
    Fields fields = decoder.fields();
    RequestSyntax.Outcome outcome =
        RequestSyntax.read(
            received.method().name(),
            received.uri(),
            received.protocolVersion().equals(HttpVersion.HTTP_1_1),
            fields,
            client.scheme(fields));
    if (outcome instanceof RequestSyntax.Accepted accepted) {
      serve(accepted);
    } else if (outcome instanceof RequestSyntax.Refused refused) {
      refuse(refused.problem());
    }
  }

  private void serve(RequestSyntax.Accepted accepted) {
    RequestHead head = Client.identified(accepted.head());
    MessageFraming framing = decoder.framing();
    boolean content = framing.chunked() || framing.lengthBytes() > 0;
    Http1Exchange exchange =
        new Http1Exchange(this, accepted.withHead(head), content, framing.lengthBytes());
    current = exchange;
    if (accepted.forProxy()) {
      exchange.answerForProxy();
      return;
    }
    Request request = new Request(head, exchange.requestBody(), client.peer(), channel.eventLoop());
    try {
      connections.service().serve(request, exchange);
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, "a request failed", bug);
      exchange.failed(bug);
    }
  }

  private void content(HttpContent content) {
    Http1Exchange exchange = current;
    IncomingBody arriving = exchange == null ? null : exchange.arriving();
    if (arriving == null) {
      return;
    }
    if (content.content().isReadable()) {
      arriving.feed(content.content().retain());
    }
    if (content instanceof LastHttpContent last) {
      arriving.end(Http1Decoder.fieldsOf(last.trailingHeaders()));
    }
  }

  private void malformed(Throwable cause) {
    Problem problem = RequestSyntax.refusal(cause);
    Http1Exchange exchange = current;
    if (exchange == null) {
      refuse(problem);
    } else {
      exchange.requestCut(new ProblemException(problem, "the content is malformed"));
    }
  }

  /** Answers what cannot be served, and closes. */
  private void refuse(Problem problem) {
    connections.refuse(outlet, problem);
    closeGently();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext read) {
    outlet.batchEnds();
    readIfHungry();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    Http1Exchange exchange = current;
    if (exchange != null) {
      exchange.writabilityChanged();
    } else if (outlet.isWritable()) {
      proceed();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
    boolean ends =
        event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent;
    if (ends && !inputEnded) {
      inputEnded = true;
      Http1Exchange exchange = current;
      if (exchange != null) {
        exchange.requestCut(new ProblemException(Problems.MALFORMED, "the content was cut off"));
      } else if (!closing || outputEnded) {
        outlet.close();
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
    boolean fromOutside = cause instanceof IOException || cause.getCause() instanceof IOException;
    if (!fromOutside) {
      LOG.log(Level.ERROR, "a connection failed", cause);
    }
    outlet.close();
  }

  /** Whether the next response is the connection's last. */
  boolean mustClose(boolean clientKeepsAlive) {
    boolean last = requests >= connections.settings().requestsEach();
    return draining || inputEnded || last || !clientKeepsAlive;
  }

  /** Decodes and reads what is wanted now. */
  void proceed() {
    decoder.resume();
    readIfHungry();
  }

  private void readIfHungry() {
    if (!inputEnded && decoder.isHungry()) {
      channel.read();
    }
  }

  /** Leaves HTTP; 101 was written. */
  void becomeTunnel(Tunnel tunnel) {
    closing = true;
    current = null;
    ClientTunnel.begin(connections, this, inputEnded, tunnel);
  }

  /** The response was written to its end. */
  void finished(Http1Exchange exchange) {
    if (current != exchange) {
      return;
    }
    current = null;
    if (exchange.closes()) {
      closeGently();
    } else {
      if (draining) {
        closeWhenIdle();
      }
      proceed();
    }
  }

  /**
   * Closes so that the client gets what was written although it may still be sending: ends the
   * output, then reads and drops input for a while. Source: RFC 9112, Section 9.6.
   */
  private void closeGently() {
    closing = true;
    decoder.discard();
    outlet.whenSent(this::endOutput);
    proceed();
  }

  private void endOutput() {
    if (inputEnded || !channel.isActive()) {
      outlet.close();
    } else {
      outputEnded = true;
      outlet.end();
    }
  }

  /**
   * Breaks off in mid-response.
   *
   * @param byReset whether the client could take a regular end of the connection for the end of the
   *     response
   */
  void abort(boolean byReset) {
    closing = true;
    decoder.discard();
    if (byReset) {
      outlet.reset();
    } else {
      outlet.close();
    }
  }

  @Override
  public void cut() {
    abort(true);
  }

  @Override
  public void drain() {
    draining = true;
    closeWhenIdle();
  }

  private void closeWhenIdle() {
    outlet.after(
        DRAIN_GRACE_MILLIS,
        () -> {
          if (!closing && current == null && decoder.isIdle()) {
            closeGently();
            outlet.after(DRAIN_LINGER_MILLIS, outlet::close);
          }
        });
  }

  @Override
  public void sweep(long nowNanos) {
    Http1Exchange exchange = current;
    if (patience.isWriteOver(outlet, nowNanos)) {
      abort(true);
    } else if (closing) {
      if (patience.isLingerOver(outlet, nowNanos)) {
        outlet.close();
      }
    } else if (exchange != null) {
      sweepContent(exchange, nowNanos);
    } else {
      sweepHead(nowNanos);
    }
  }

  private void sweepContent(Http1Exchange exchange, long nowNanos) {
    IncomingBody arriving = exchange.arriving();
    boolean awaited = arriving != null && arriving.isAwaited();
    long pieces = arriving == null ? 0 : arriving.pieces();
    if (patience.isContentOver(awaited, pieces, nowNanos)) {
      exchange.requestCut(new ProblemException(Problems.REQUEST_TIMEOUT, "no content came"));
    }
  }

  private void sweepHead(long nowNanos) {
    boolean idle = decoder.isIdle() && !PriorKnowledge.isUndecided(channel);
    if (patience.isHeadOver(!idle && outlet.isWritable(), requests, nowNanos)) {
      PriorKnowledge.giveUp(channel);
      refuse(Problems.REQUEST_TIMEOUT);
    } else if (patience.isIdleOver(idle, requests, nowNanos)) {
      closeGently();
    }
  }
}
