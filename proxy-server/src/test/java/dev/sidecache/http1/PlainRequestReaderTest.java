package dev.sidecache.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read in one pass is what the decoder reads of the same octets that come one by one. */
class PlainRequestReaderTest {
  private static final Http1Decoder.Limits LIMITS = new Http1Decoder.Limits(100, 200);

  /** What a decoder makes of octets: a line for each thing it delivers. */
  private static List<String> read(String octets, int pieceBytes, List<Boolean> plain) {
    RequestDecoder decoder = new RequestDecoder(LIMITS, () -> true);
    List<String> delivered = new ArrayList<>();
    ChannelInboundHandlerAdapter taker =
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRead(ChannelHandlerContext context, Object object) {
            delivered.add(told((HttpObject) object, decoder));
            if (object instanceof HttpRequest) {
              plain.add(object instanceof PlainRequest);
            }
            ReferenceCountUtil.release(object);
          }
        };
    EmbeddedChannel channel = new EmbeddedChannel(decoder, taker);
    for (int at = 0; at < octets.length(); at += pieceBytes) {
      String piece = octets.substring(at, Math.min(octets.length(), at + pieceBytes));
      channel.writeInbound(Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1));
    }
    channel.finishAndReleaseAll();
    return delivered;
  }

  private static String told(HttpObject object, RequestDecoder decoder) {
    if (object.decoderResult().isFailure()) {
      return "refused";
    }
    if (object instanceof HttpRequest head) {
      StringBuilder text = new StringBuilder();
      text.append(head.method()).append(' ').append(head.uri()).append(' ');
      text.append(head.protocolVersion()).append(' ').append(decoder.framing());
      Fields fields = decoder.fields();
      for (int i = 0; i < fields.size(); i++) {
        text.append('|').append(fields.name(i)).append('=').append(fields.value(i));
      }
      return text.append('|').append(head.headers().entries()).toString();
    }
    return object instanceof LastHttpContent ? "end" : "content";
  }

  private static void assertSame(String octets, boolean isPlain) {
    List<Boolean> plain = new ArrayList<>();
    List<Boolean> plainByOctet = new ArrayList<>();
    List<String> whole = read(octets, octets.length(), plain);
    List<String> byOctet = read(octets, 1, plainByOctet);
    assertThat(whole).as(octets).isEqualTo(byOctet).isNotEmpty();
    assertThat(plain.contains(true)).as(octets).isEqualTo(isPlain);
    assertThat(plainByOctet).doesNotContain(true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a?b=%20;c#d HTTP/1.1\r\nhost:a\r\n\r\n",
        "HEAD * HTTP/1.1\r\n\r\n",
        "OPTIONS http://a/b HTTP/1.1\r\nHost: a\r\nHOST: b\r\nHoSt:\r\n\r\n",
        "POST / HTTP/1.1\r\nX-Own: \t a b \t \r\nUser-Agent: x/1 (y)\r\nEmpty:   \r\n\r\n",
        "DELETE /\\\"<>^`{|} HTTP/1.1\r\nA: ~!@#$%^&*()_+\"\\\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nConnection: close, x\r\nUpgrade: y\r\nExpect: 100-continue\r\n\r\n",
        "PUT /1 HTTP/1.1\r\nTE: trailers\r\n\r\nPATCH /2 HTTP/1.1\r\nTrailer: a\r\n\r\n",
      })
  void whatIsPlainIsReadAsTheDecoderReadsIt(String octets) {
    assertSame(octets, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n",
        "get / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\n: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\r\n\r\n",
        "GET / HTTP/1.1\r\nA: \u0000\r\n\r\n",
        "GET / HTTP/1.1\r\nA: \u007f\r\n\r\n",
        "GET / HTTP/1.1\r\nA: \u00a0b\u00e4 \u00a0\r\n\r\n",
        "GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\ncontent-length: 1\r\n\r\na",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nSec-WebSocket-Key1: a\r\nSec-WebSocket-Key2: b\r\n\r\n12345678",
        "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      })
  void whatIsNotIsLeftToTheDecoder(String octets) {
    assertSame(octets, false);
  }

  @Test
  void whatTheDecoderRefusesForItsLengthIsNotPlain() {
    List<Boolean> lines = new ArrayList<>();
    List<Boolean> sections = new ArrayList<>();
    for (int length = 60; length < 240; length++) {
      String many = "x".repeat(length);
      lines.add(isPlain("GET /" + many + " HTTP/1.1\r\nHost: a\r\n\r\n"));
      sections.add(isPlain("GET / HTTP/1.1\r\nHost: a\r\nA: " + many + "\r\n\r\n"));
    }
    assertThat(lines).startsWith(true).endsWith(false);
    assertThat(sections).startsWith(true).endsWith(false);
  }

  /** Whether it is read in one pass, and then as octet by octet. */
  private static boolean isPlain(String octets) {
    List<Boolean> plain = new ArrayList<>();
    List<String> whole = read(octets, octets.length(), plain);
    if (!plain.get(0)) {
      return false;
    }
    assertThat(whole).isEqualTo(read(octets, 1, plain));
    return true;
  }

  @Test
  void usualNamesAreShared() {
    RequestDecoder decoder = new RequestDecoder(LIMITS, () -> true);
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      channel.writeInbound(
          Unpooled.copiedBuffer(
              "GET / HTTP/1.1\r\nhost: a\r\nX-Own: b\r\n\r\n", StandardCharsets.US_ASCII));
      names.add(decoder.fields().name(0));
      names.add(decoder.fields().name(1));
    }
    channel.finishAndReleaseAll();
    assertThat(names.get(0)).isEqualTo("host").isSameAs(names.get(2));
    assertThat(names.get(1)).isEqualTo("X-Own").isNotSameAs(names.get(3));
  }
}
