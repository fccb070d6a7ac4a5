package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Decodes requests. */
public final class RequestDecoder extends Http1Decoder {
  public RequestDecoder(Limits limits, Gate gate) {
    super(limits, gate);
  }

  @Override
  @Nullable PlainRequest plainRequest(ByteBuf in) {
    return PlainRequestReader.ofThread().read(in, limits());
  }

  @Override
  protected boolean isDecodingRequest() {
    return true;
  }

  @Override
  @Nullable HttpMessage startLine(String[] words, ByteBuf line) {
    HttpVersion version = ProtocolVersion.of(words[2]);
    int singleSpaces = words[0].length() + words[1].length() + words[2].length() + 2;
    int afterMethod = line.readerIndex() + words[0].length();
    if (version == null
        || line.readableBytes() != singleSpaces
        || line.getByte(afterMethod) != ' '
        || line.getByte(afterMethod + 1 + words[1].length()) != ' ') {
      return null;
    }
    return new DefaultHttpRequest(version, HttpMethod.valueOf(words[0]), words[1], headersFactory);
  }

  /**
   * NB: Netty gives a GET with these two fields, of a draft of WebSocket that nobody speaks, eight
   * octets of content that no other reader sees.
   */
  @Override
  boolean isRefused(HttpMessage message, Fields received) {
    return received.contains("Sec-WebSocket-Key1") && received.contains("Sec-WebSocket-Key2");
  }

  @Override
  boolean hasNoContent(HttpMessage message) {
    return false;
  }

  @Override
  protected HttpMessage createInvalidMessage() {
    return new DefaultFullHttpRequest(
        HttpVersion.HTTP_1_1, HttpMethod.GET, "/", Unpooled.EMPTY_BUFFER);
  }
}
