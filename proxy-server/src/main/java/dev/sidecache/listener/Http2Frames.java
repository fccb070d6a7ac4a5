package dev.sidecache.listener;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http1.MessageFraming;
import dev.sidecache.message.Problem;
import dev.sidecache.message.ProblemException;
import dev.sidecache.message.Problems;
import dev.sidecache.message.Request;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes the frames of a client's HTTP/2 connection, and makes exchanges of its streams. */
final class Http2Frames extends Http2EventAdapter {
  private static final Logger LOG = System.getLogger(Http2Frames.class.getName());

  /** What a stream may hold of content that nobody takes while the process must not hold more. */
  private static final int MOST_HELD_BACK = 16 * 1024;

  private @Nullable Http2ClientConnection owner;
  private Client client = new Client(Request.Peer.NONE, false);

  void belongTo(Http2ClientConnection connection) {
    owner = connection;
    client = Client.of(connection.channel(), connection.connections().settings().trustedProxies());
  }

  private Http2ClientConnection connection() {
    return Objects.requireNonNull(owner, "set before the first frame");
  }

  private Http2Stream stream(int id) throws Http2Exception {
    Http2Stream stream = connection().connection().stream(id);
    if (stream == null) {
      throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "no stream %d", id);
    }
    return stream;
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int id,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end)
      throws Http2Exception {
    onHeadersRead(context, id, headers, padding, end);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end)
      throws Http2Exception {
    Http2Stream stream = stream(id);
    Http2Exchange exchange = connection().exchange(stream);
    if (exchange == null) {
      begin(stream, headers, end);
    } else {
      trailers(id, exchange, headers);
    }
  }

  private static void trailers(int id, Http2Exchange exchange, Http2Headers headers)
      throws Http2Exception {
    Fields trailers = Http2Heads.trailers(headers);
    Http2Content content = exchange.content();
    if (trailers == null || content == null) {
      throw Http2Exception.streamError(id, Http2Error.PROTOCOL_ERROR, "malformed trailers");
    }
    content.end(trailers);
  }

  private void begin(Http2Stream stream, Http2Headers headers, boolean end) {
    HttpListener.Settings settings = connection().connections().settings();
    Fields forwarded = Fields.of();
    CharSequence told = headers.get("x-forwarded-proto");
    if (told != null) {
      forwarded = Fields.of("X-Forwarded-Proto", told.toString());
    }
    RequestSyntax.Outcome outcome =
        Http2Heads.request(headers, settings.sizes().requestLineBytes(), client.scheme(forwarded));
    boolean toHead = headers.method() != null && "HEAD".contentEquals(headers.method());
    if (outcome instanceof RequestSyntax.Accepted accepted) {
      MessageFraming framing = MessageFraming.of(accepted.head().fields(), true);
      if (framing != null) {
        long length = end ? 0 : framing.lengthBytes();
        RequestHead head = Client.identified(accepted.head());
        serve(stream, accepted.withHead(head), toHead, length);
        return;
      }
    }
    Problem problem =
        outcome instanceof RequestSyntax.Refused refused ? refused.problem() : Problems.MALFORMED;
    connection().connections().refused(problem.reason());
    Http2Exchange refused = new Http2Exchange(connection(), stream, toHead, null, end ? 0 : -1);
    connection().begins(stream, refused);
    refused.requestBody().cancel();
    refused.respond(Problems.of(problem));
  }

  private void serve(
      Http2Stream stream, RequestSyntax.Accepted accepted, boolean toHead, long lengthBytes) {
    Http2Exchange exchange = new Http2Exchange(connection(), stream, toHead, accepted, lengthBytes);
    connection().begins(stream, exchange);
    if (accepted.forProxy()) {
      exchange.answerForProxy();
      return;
    }
    Request request =
        new Request(
            accepted.head(),
            exchange.requestBody(),
            client.peer(),
            connection().channel().eventLoop());
    try {
      connection().connections().service().serve(request, exchange);
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, "a request failed", bug);
      if (exchange.isAnswered()) {
        connection().reset(stream, Http2Error.INTERNAL_ERROR);
      } else {
        exchange.fail(bug);
      }
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end)
      throws Http2Exception {
    int octets = data.readableBytes() + padding;
    Http2Exchange exchange = connection().exchange(stream(id));
    Http2Content content = exchange == null ? null : exchange.content();
    if (content == null) {
      return octets;
    }
    content.data(data, octets);
    if (end) {
      content.end(Fields.empty());
    }
    if (content.heldBytes() > MOST_HELD_BACK && connection().connections().budget().isSpent()) {
      connection().connections().budget().refused();
      content.fail(new ProblemException(Problems.IN_FLIGHT_LIMIT, "no memory for content"));
    }
    return 0;
  }
}
