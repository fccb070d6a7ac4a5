package dev.sidecache.fuzz;

import dev.sidecache.http.Fields;
import dev.sidecache.http1.Http1Decoder;
import dev.sidecache.http1.RequestDecoder;
import dev.sidecache.http1.ResponseDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the proxy's decoder makes of octets, up to the first that it refuses. */
final class DecodedMessages {
  private static final Http1Decoder.Limits LIMITS = new Http1Decoder.Limits(1_024, 4_096);

  /**
   * One message.
   *
   * @param start of a request: method and target; of a response: the status
   * @param http11 whether of HTTP/1.1
   * @param body one character per octet
   */
  record Message(List<String> start, boolean http11, Fields fields, String body, boolean whole) {}

  private final List<Message> messages = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();

  /** What follows a 101: octets of another protocol, one character each. */
  private final StringBuilder switched = new StringBuilder();

  private HttpMessage head;
  private boolean refused;

  private DecodedMessages() {}

  /** Decodes octets that come in pieces of this length. */
  static DecodedMessages of(boolean requests, byte[] input, int pieceBytes) {
    Http1Decoder decoder =
        requests ? new RequestDecoder(LIMITS, () -> true) : new ResponseDecoder(LIMITS, () -> true);
    if (decoder instanceof ResponseDecoder responses) {
      responses.expect(false);
    }
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    DecodedMessages all = new DecodedMessages();
    int piece = Math.max(1, pieceBytes);
    for (int at = 0; at < input.length && !all.refused; at += piece) {
      int length = Math.min(piece, input.length - at);
      channel.writeInbound(Unpooled.copiedBuffer(input, at, length));
      all.take(channel);
    }
    all.endLast(!requests && !all.refused, channel);
    channel.finishAndReleaseAll();
    return all;
  }

  /** What the end of the connection makes whole counts; what it cuts does not. */
  private void endLast(boolean untilClose, EmbeddedChannel channel) {
    if (untilClose) {
      channel.finish();
      take(channel);
    }
    if (head != null) {
      messages.add(message(head, false));
    }
  }

  /** The messages that came to their ends. */
  List<Message> whole() {
    return messages.stream().filter(Message::whole).toList();
  }

  /** All that was delivered, as text. */
  String told() {
    StringBuilder told = new StringBuilder();
    for (Message message : messages) {
      told.append(message.start()).append(message.http11()).append('\n');
      for (int i = 0; i < message.fields().size(); i++) {
        told.append(message.fields().name(i)).append(':').append(message.fields().value(i));
        told.append('\n');
      }
      told.append(message.body()).append(message.whole()).append('\n');
    }
    return told.append(switched).append(refused).toString();
  }

  private void take(EmbeddedChannel channel) {
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      try {
        if (next instanceof ByteBuf octets) {
          switched.append(octets.toString(StandardCharsets.ISO_8859_1));
        } else {
          take((HttpObject) next);
        }
      } finally {
        ReferenceCountUtil.release(next);
      }
    }
  }

  private void take(HttpObject next) {
    if (refused) {
      throw new AssertionError("something is delivered after a refusal");
    }
    if (next.decoderResult().isFailure()) {
      refused = true;
      return;
    }
    if (next instanceof HttpMessage message) {
      head = message;
      body.setLength(0);
    }
    if (next instanceof HttpContent content) {
      body.append(content.content().toString(StandardCharsets.ISO_8859_1));
    }
    if (next instanceof LastHttpContent) {
      messages.add(message(head, true));
      head = null;
    }
  }

  private Message message(HttpMessage from, boolean whole) {
    List<String> start =
        from instanceof HttpRequest request
            ? List.of(request.method().name(), request.uri())
            : List.of(Integer.toString(((HttpResponse) from).status().code()));
    boolean http11 = from.protocolVersion().minorVersion() == 1;
    Fields fields = Http1Decoder.fieldsOf(from.headers());
    return new Message(start, http11, fields, body.toString(), whole);
  }
}
