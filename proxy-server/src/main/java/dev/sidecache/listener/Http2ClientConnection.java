package dev.sidecache.listener;

import dev.sidecache.http1.Outlet;
import dev.sidecache.message.Problems;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/2 connection: Netty's codec, and an exchange on each stream. All methods on the
 * connection's loop.
 */
final class Http2ClientConnection extends Http2ConnectionHandler implements ClientConnection {
  private static final Logger LOG = System.getLogger(Http2ClientConnection.class.getName());

  private final Connections connections;
  private final Channel channel;
  private final Outlet outlet;
  private final ClientPatience patience;
  private final FrameBudget frames;
  private final FrameBoundaries boundaries = new FrameBoundaries();
  private final Http2Connection.PropertyKey exchangeKey = connection().newKey();
  private final Set<Http2Exchange> running = new LinkedHashSet<>();
  private final Set<Http2Exchange> waiting = new LinkedHashSet<>();
  private final Runnable flush = this::flushNow;
  private @Nullable ChannelHandlerContext context;
  private long requests;
  private boolean reading;
  private boolean flushQueued;
  private boolean givenUp;
  private long queuedBytes;
  private long chargedBytes;

  Http2ClientConnection(
      Connections connections,
      Channel channel,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(decoder, encoder, settings);
    this.connections = connections;
    this.channel = channel;
    this.outlet = new Outlet(channel);
    this.patience = new ClientPatience(connections.settings().timeouts());
    this.frames = new FrameBudget(channel.eventLoop().ticker().nanoTime());
    gracefulShutdownTimeoutMillis(-1);
    encoder.flowController().listener(this::advance);
    connection()
        .addListener(
            new Http2ConnectionAdapter() {
              @Override
              public void onStreamClosed(Http2Stream stream) {
                streamClosed(stream);
              }
            });
  }

  @Override
  public Channel channel() {
    return channel;
  }

  Connections connections() {
    return connections;
  }

  FrameBudget frames() {
    return frames;
  }

  String date() {
    return connections.responseWriter().date();
  }

  /** Begins; the handler is in its pipeline and the channel is active. */
  void start() throws Http2Exception {
    connections.opened(this);
    Http2Stream whole = connection().connectionStream();
    int more = Http2Setup.CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE;
    connection().local().flowController().incrementWindowSize(whole, more);
    flushSoon();
    Channel unused = channel.read();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    context = added;
    super.handlerAdded(added);
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) throws Exception {
    connections.closed(this);
    super.channelInactive(inactive);
    settle();
  }

  /** The exchange on a stream; null if there is none. */
  @Nullable Http2Exchange exchange(Http2Stream stream) {
    return stream.getProperty(exchangeKey);
  }

  /** Remembers a new exchange. */
  void begins(Http2Stream stream, Http2Exchange exchange) {
    requests++;
    running.add(exchange);
    if (requests == connections.settings().requestsEach()) {
      drain();
    }
    Object unused = stream.setProperty(exchangeKey, exchange);
  }

  private void streamClosed(Http2Stream stream) {
    Http2Exchange exchange = stream.removeProperty(exchangeKey);
    if (exchange != null) {
      running.remove(exchange);
      waiting.remove(exchange);
      exchange.closed();
    }
  }

  private void advance(Http2Stream stream) {
    Http2Exchange exchange = exchange(stream);
    if (exchange != null) {
      exchange.advance();
    }
  }

  /**
   * Whether a stream is to be given more content. NB: once the budget is spent, only when the
   * client has taken all that is queued; and while others fill the connection's window, a first
   * piece, so that the stream has its turn when the window opens.
   *
   * @param queued octets of the stream that wait already
   */
  boolean isWritable(Http2Stream stream, long queued) {
    if (queuedBytes > 0 && connections.budget().isSpent()) {
      return false;
    }
    Http2RemoteFlowController flow = connection().remote().flowController();
    boolean first = queued == 0 && channel.isWritable() && flow.windowSize(stream) > 0;
    return first || flow.isWritable(stream);
  }

  /** Has an exchange advance that could not, when the client has taken something else. */
  void awaitTurn(Http2Exchange exchange) {
    waiting.add(exchange);
  }

  private void giveTurn() {
    Iterator<Http2Exchange> first = waiting.iterator();
    if (first.hasNext()) {
      Http2Exchange next = first.next();
      first.remove();
      next.advance();
    }
  }

  boolean hasUnsent(Http2Stream stream) {
    return connection().remote().flowController().hasFlowControlled(stream);
  }

  /** So much content of a stream has gone out to the socket. */
  void wrote(int id, int octets) {
    Http2Stream stream = connection().stream(id);
    Http2Exchange exchange = stream == null ? null : exchange(stream);
    if (exchange != null) {
      exchange.wrote(octets);
    }
  }

  void writeHeaders(Http2Stream stream, Http2Headers headers, boolean end) {
    ChannelHandlerContext own = own();
    ChannelFuture last =
        encoder().writeHeaders(own, stream.id(), headers, 0, end, own.newPromise());
    written(stream, 0, end ? last : null);
  }

  /** Writes content, which it then owns. */
  void writeData(Http2Stream stream, ByteBuf owned, boolean end) {
    ChannelHandlerContext own = own();
    int octets = owned.readableBytes();
    queuedBytes += octets;
    ChannelFuture last = encoder().writeData(own, stream.id(), owned, 0, end, own.newPromise());
    Http2Exchange exchange = exchange(stream);
    ChannelFuture unused = last.addListener(taken -> taken(exchange, octets));
    written(stream, octets, end ? last : null);
  }

  /** The system has taken so much of what was queued, or it was dropped. */
  private void taken(@Nullable Http2Exchange exchange, int octets) {
    queuedBytes -= octets;
    if (exchange != null) {
      exchange.taken(octets);
    }
    if (queuedBytes == 0 && chargedBytes > 0) {
      settle();
      new ArrayList<>(running).forEach(Http2Exchange::advance);
    }
    giveTurn();
  }

  /** Takes of the budget what streams hold: output beyond the channel's own, and input. */
  private void settle() {
    long held = Math.max(0, queuedBytes - outlet.pendingBytes());
    for (Http2Exchange exchange : running) {
      held += exchange.heldBytes();
    }
    if (held != chargedBytes) {
      connections.budget().take(held - chargedBytes);
      chargedBytes = held;
    }
  }

  void writeEnd(Http2Stream stream) {
    writeData(stream, Unpooled.EMPTY_BUFFER, true);
  }

  /** NB: content still coming after the response is of no use. RFC 9113, Section 8.1. */
  private void written(Http2Stream stream, int octets, @Nullable ChannelFuture last) {
    frames.sent(octets);
    Http2Exchange exchange = exchange(stream);
    if (last != null && exchange != null && exchange.endsEarly()) {
      ChannelFuture unused = last.addListener(sent -> reset(stream, Http2Error.NO_ERROR));
    }
    flushSoon();
  }

  void reset(Http2Stream stream, Http2Error error) {
    ChannelHandlerContext own = own();
    ChannelFuture unused = resetStream(own, stream.id(), error.code(), own.newPromise());
    flushSoon();
  }

  /** Lets the client send this many octets more. */
  void consume(Http2Stream stream, int octets) {
    try {
      if (connection().local().flowController().consumeBytes(stream, octets)) {
        flushSoon();
      }
    } catch (Http2Exception wrong) {
      onError(own(), true, wrong);
    }
  }

  private ChannelHandlerContext own() {
    ChannelHandlerContext own = context;
    if (own == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return own;
  }

  private void flushSoon() {
    if (!reading && !flushQueued) {
      flushQueued = true;
      channel.eventLoop().execute(flush);
    }
  }

  private void flushNow() {
    flushQueued = false;
    flush(own());
    settle();
  }

  @Override
  public void channelRead(ChannelHandlerContext read, Object message) throws Exception {
    reading = true;
    if (message instanceof ByteBuf octets) {
      boundaries.read(octets);
    }
    super.channelRead(read, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext read) throws Exception {
    reading = false;
    super.channelReadComplete(read);
    settle();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      cut();
    } else {
      super.userEventTriggered(triggered, event);
    }
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext failed, boolean outbound, Throwable cause, Http2Exception error) {
    Http2Error told = error == null ? Http2Error.INTERNAL_ERROR : error.error();
    connections.refused("http2_" + told.name().toLowerCase(Locale.ROOT));
    super.onConnectionError(failed, outbound, cause, error);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
      super.exceptionCaught(caught, cause);
      return;
    }
    if (!(cause instanceof IOException || cause.getCause() instanceof IOException)) {
      LOG.log(Level.ERROR, "a connection failed", cause);
    }
    cut();
  }

  /** Tells the client to open no more streams, and closes when those that run have ended. */
  @Override
  public void drain() {
    ChannelFuture unused = channel.close();
  }

  /** NB: closed past the codec, which would wait for its streams. */
  @Override
  public void cut() {
    ChannelFuture unused = own().close();
  }

  @Override
  public void sweep(long nowNanos) {
    if (patience.isWriteOver(outlet, nowNanos)) {
      cut();
      return;
    }
    settle();
    for (Http2Exchange exchange : new ArrayList<>(running)) {
      exchange.sweep(connections.settings().timeouts(), nowNanos);
    }
    boolean greeted = decoder().prefaceReceived();
    boolean incomplete = !greeted || (boundaries.isIncomplete() && channel.isWritable());
    if (patience.isHeadOver(incomplete, greeted ? boundaries.begun() : 0, nowNanos)) {
      giveUp();
    } else if (patience.isIdleOver(greeted && running.isEmpty(), requests, nowNanos)) {
      drain();
    }
  }

  /** Ends the connection of a client that is too slow; at once if it does not take the news. */
  private void giveUp() {
    if (givenUp) {
      cut();
      return;
    }
    givenUp = true;
    String reason = Problems.REQUEST_TIMEOUT.reason();
    connections.refused(reason);
    Http2Exception told = Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, reason);
    super.onConnectionError(own(), true, told, told);
    flush(own());
  }
}
