package dev.sidecache.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoder on its own: what it delivers, and when. */
class Http1DecoderTest {
  private static final Http1Decoder.Limits LIMITS = new Http1Decoder.Limits(100, 200);
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private final ManualGate gate = new ManualGate();
  private final RequestDecoder requests = new RequestDecoder(LIMITS, gate);
  private final ResponseDecoder responses = new ResponseDecoder(LIMITS, gate);
  private EmbeddedChannel channel = new EmbeddedChannel(requests);

  private static final class ManualGate implements Http1Decoder.Gate {
    private boolean open = true;
    private int closesAfter = -1;

    @Override
    public boolean isOpen() {
      if (closesAfter == 0) {
        open = false;
      }
      closesAfter--;
      return open;
    }
  }

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private void read(String octets) {
    channel.writeInbound(Unpooled.copiedBuffer(octets, StandardCharsets.ISO_8859_1));
  }

  private void readResponse(String octets) {
    channel.finishAndReleaseAll();
    channel = new EmbeddedChannel(responses);
    read(octets);
  }

  private Object next() {
    return channel.readInbound();
  }

  private String nextContent() {
    HttpContent content = channel.readInbound();
    String text = content.content().toString(StandardCharsets.ISO_8859_1);
    ReferenceCountUtil.release(content);
    return text;
  }

  private void assertNextIsRefused() {
    HttpObject refused = channel.readInbound();
    assertThat(refused.decoderResult().isFailure()).isTrue();
    ReferenceCountUtil.release(refused);
  }

  private void assertNothingMore() {
    assertThat(next()).isNull();
  }

  /** Many send the size of a chunk in a write of its own. */
  @Test
  void sizeOfAChunkMayComeAlone() {
    String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (String size : new String[] {"5", "05", "0005"}) {
      read(head);
      ReferenceCountUtil.release(next());
      read(size + "\r\n");
      read("a: b\n");
      assertThat(nextContent()).isEqualTo("a: b\n");
      read("\r\n");
      read("0\r\n");
      read("A: 1\r\n");
      read("\r\n");
      LastHttpContent last = channel.readInbound();
      assertThat(last.decoderResult().isSuccess()).isTrue();
      assertThat(last.trailingHeaders().get("A")).isEqualTo("1");
      ReferenceCountUtil.release(last);
    }
  }

  @Test
  void reasonPhraseHidesNoCarriageReturn() {
    for (String reason : new String[] {"\rOK", "O\rK", "OK\r", "O\u0000K"}) {
      channel.finishAndReleaseAll();
      channel = new EmbeddedChannel(new ResponseDecoder(LIMITS, gate));
      read("HTTP/1.1 200 " + reason + "\r\nContent-Length: 0\r\n\r\n");
      assertNextIsRefused();
    }
  }

  @Test
  void trailersAreScannedHoweverTheyCome() {
    String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (String last : new String[] {"0\r\n", "000\r\n"}) {
      channel.finishAndReleaseAll();
      channel = new EmbeddedChannel(new RequestDecoder(LIMITS, gate));
      read(head);
      ReferenceCountUtil.release(next());
      for (char octet : (last + "A: 1\r\n 2\r\n\r\n").toCharArray()) {
        read(String.valueOf(octet));
      }
      assertNextIsRefused();
    }
  }

  @Nested
  class Demand {
    @Test
    void nothingIsDecodedWhileTheGateIsClosed() {
      gate.open = false;
      read(GET + GET);
      assertNothingMore();
      assertThat(requests.isIdle()).isFalse();
      assertThat(requests.isHungry()).isFalse();
      gate.open = true;
      requests.resume();
      assertThat(next()).isInstanceOf(HttpRequest.class);
      assertThat(next()).isInstanceOf(LastHttpContent.class);
      assertThat(next()).isInstanceOf(HttpRequest.class);
      assertThat(next()).isInstanceOf(LastHttpContent.class);
      assertThat(requests.isIdle()).isTrue();
    }

    @Test
    void gateThatClosesStopsBetweenMessages() {
      gate.closesAfter = 1;
      read(GET + GET);
      assertThat(next()).isInstanceOf(HttpRequest.class);
      assertThat(next()).isInstanceOf(LastHttpContent.class);
      assertNothingMore();
    }

    @Test
    void contentIsDecodedPieceByPiece() {
      gate.closesAfter = 1;
      read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + GET);
      assertThat(next()).isInstanceOf(HttpRequest.class);
      assertNothingMore();
      gate.open = true;
      gate.closesAfter = 1;
      requests.resume();
      assertThat(nextContent()).isEqualTo("abc");
      assertNothingMore();
    }

    @Test
    void closedGateReadsAheadOnlyWhileNothingWaits() {
      gate.open = false;
      assertThat(requests.isHungry()).isTrue();
      read("G");
      assertThat(requests.isHungry()).isFalse();
      gate.open = true;
      requests.resume();
      assertThat(requests.isHungry()).isTrue();
      assertThat(requests.isIdle()).isFalse();
    }

    @Test
    void endOfInputWaitsForWhatCameBefore() {
      gate.open = false;
      read(GET);
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      assertThat(requests.isHungry()).isFalse();
      gate.open = true;
      requests.resume();
      assertThat(next()).isInstanceOf(HttpRequest.class);
    }

    @Test
    void octetsAreCounted() {
      read("GET ");
      assertThat(requests.receivedBytes()).isEqualTo(4);
      requests.resume();
      assertThat(requests.receivedBytes()).isEqualTo(4);
    }
  }

  @Nested
  class Strictness {
    @Test
    void fieldsAndFramingAreThoseOfTheHead() {
      read("POST /a HTTP/1.1\r\nHost: a\r\nX-A:  1 \r\nContent-Length: 3\r\n\r\nabc");
      HttpRequest request = channel.readInbound();
      assertThat(request.uri()).isEqualTo("/a");
      assertThat(requests.fields().all("x-a")).containsExactly("1");
      assertThat(requests.framing()).isEqualTo(new MessageFraming(false, 3));
      assertThat(nextContent()).isEqualTo("abc");
    }

    @Test
    void everythingAfterARefusalIsDiscarded() {
      read("GET  / HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
      assertNextIsRefused();
      assertNothingMore();
      read(GET);
      assertNothingMore();
    }

    /** The limits are the same however the octets come. */
    @ParameterizedTest
    @CsvSource({
      "start line, 100, true", "start line, 101, false", "start line, 102, false",
      "header section, 200, true", "header section, 201, false", "header section, 202, false",
      "both sections, 200, true", "both sections, 201, false", "both sections, 202, false"
    })
    void limitIsTheSameHoweverTheOctetsCome(String what, int octets, boolean allowed) {
      String line = "GET /" + "a".repeat(what.equals("start line") ? octets - 14 : 1) + " HTTP/1.1";
      String chunked = "Transfer-Encoding: chunked";
      String field = "X".repeat(50) + ":" + "b".repeat(octets - 51);
      String message =
          switch (what) {
            case "start line" -> line + "\r\n\r\n";
            case "header section" -> line + "\r\n" + field + "\r\n\r\n";
            default ->
                line
                    + "\r\n"
                    + chunked
                    + "\r\n\r\n0\r\n"
                    + field.substring(chunked.length())
                    + "\r\n\r\n";
          };
      for (int piece = 1; piece <= message.length(); piece++) {
        channel.finishAndReleaseAll();
        channel = new EmbeddedChannel(new RequestDecoder(LIMITS, gate));
        boolean refused = false;
        for (int at = 0; at < message.length(); at += piece) {
          read(message.substring(at, Math.min(message.length(), at + piece)));
        }
        for (HttpObject next = channel.readInbound(); next != null; next = channel.readInbound()) {
          refused |= next.decoderResult().isFailure();
          ReferenceCountUtil.release(next);
        }
        assertThat(refused).as("%s in pieces of %d", what, piece).isEqualTo(!allowed);
      }
    }

    @Test
    void foldedLineIsSeenThoughItComesInPieces() {
      read("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n");
      read(" 2\r\n");
      read("\r\n");
      assertNextIsRefused();
    }

    @Test
    void foldedLineInAResponseIsSeen() {
      readResponse("HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n");
      assertNextIsRefused();
    }

    /** CVE-2021-40346; of an origin, too, and whatever the version. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
    void contentHasOneLength(String version) {
      readResponse(version + " 200 OK\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\nab");
      assertNextIsRefused();
    }

    @Test
    void similarNamesTellNoLength() {
      readResponse(
          "HTTP/1.0 200 OK\r\nContent-Length: 1\r\nContent-Lengths: 2\r\nX-Content-Length: 2\r\n\r\na");
      assertThat(responses.framing()).isEqualTo(new MessageFraming(false, 1));
      ReferenceCountUtil.release(next());
      assertThat(nextContent()).isEqualTo("a");
    }

    @Test
    void responseMayLackPhraseAndItsSpace() {
      readResponse("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n");
      HttpResponse response = channel.readInbound();
      assertThat(response.decoderResult().isSuccess()).isTrue();
      assertThat(response.status().code()).isEqualTo(200);
    }

    @Test
    void answerToHeadHasNoContent() {
      responses.expect(true);
      readResponse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
      assertThat(next()).isInstanceOf(HttpResponse.class);
      assertThat(next()).isInstanceOf(LastHttpContent.class);
      assertThat(responses.isIdle()).isTrue();
    }

    @Test
    void contentUntilCloseEndsWithTheInput() {
      readResponse("HTTP/1.1 200 OK\r\n\r\nabc");
      assertThat(next()).isInstanceOf(HttpResponse.class);
      assertThat(nextContent()).isEqualTo("abc");
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      assertThat(next()).isInstanceOf(LastHttpContent.class);
    }

    @Test
    void contentOfAKnownLengthDoesNot() {
      readResponse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
      assertThat(next()).isInstanceOf(HttpResponse.class);
      assertThat(nextContent()).isEqualTo("abc");
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      assertNothingMore();
    }

    @Test
    void discardedInputIsGone() {
      requests.discard();
      ByteBuf junk = Unpooled.copiedBuffer("anything", StandardCharsets.ISO_8859_1);
      channel.writeInbound(junk);
      assertThat(junk.refCnt()).isZero();
      assertNothingMore();
    }
  }
}
