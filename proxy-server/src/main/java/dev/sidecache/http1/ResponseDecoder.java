package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Decodes responses, one at a time. */
public final class ResponseDecoder extends Http1Decoder {
  private static final int VERSION_LENGTH = 8;
  private static final int SHORTEST_LINE = 12;

  private boolean toHead;

  public ResponseDecoder(Limits limits, Gate gate) {
    super(limits, gate);
  }

  /** Tells whether the response to come answers HEAD and so has no content. */
  public void expect(boolean answerToHead) {
    toHead = answerToHead;
  }

  @Override
  protected boolean isDecodingRequest() {
    return false;
  }

  @Override
  @Nullable HttpMessage startLine(String[] words, ByteBuf line) {
    HttpVersion version = ProtocolVersion.of(words[0]);
    int start = line.readerIndex();
    int length = line.readableBytes();
    boolean spaced =
        words[1].length() == 3
            && length >= SHORTEST_LINE
            && line.getByte(start + VERSION_LENGTH) == ' '
            && (length == SHORTEST_LINE || line.getByte(start + SHORTEST_LINE) == ' ');
    if (!spaced || version == null) {
      return null;
    }
    int status = status(words[1]);
    if (status < 0 || line.forEachByte(HeadScan::isText) >= 0) {
      return null;
    }
    return new DefaultHttpResponse(
        version, new HttpResponseStatus(status, words[2]), headersFactory);
  }

  private static int status(String digits) {
    int status = 0;
    for (int i = 0; i < 3; i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      status = 10 * status + c - '0';
    }
    return status < 100 ? -1 : status;
  }

  @Override
  boolean isRefused(HttpMessage message, Fields received) {
    return false;
  }

  /** Source: RFC 9112, Section 6.3, items 1 and 2. */
  @Override
  boolean hasNoContent(HttpMessage message) {
    int status = ((HttpResponse) message).status().code();
    return toHead || status < 200 || status == 204 || status == 304;
  }

  @Override
  protected HttpMessage createInvalidMessage() {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_GATEWAY, Unpooled.EMPTY_BUFFER);
  }
}
