package dev.sidecache.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RFC 9112, Section 7.1; and how much is asked for. */
class OutgoingBodyTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<String> events = new ArrayList<>();
  private final Source source = new Source();

  private final OutgoingBody.Owner owner =
      new OutgoingBody.Owner() {
        @Override
        public void sent() {
          events.add("sent");
        }

        @Override
        public void cut(Throwable cause) {
          events.add("cut");
        }
      };

  /** A body driven by the test. */
  private static final class Source implements Body {
    private int asked;
    private boolean cancelled;

    @Override
    public long lengthBytes() {
      return -1;
    }

    @Override
    public ByteBuf whole() {
      return null;
    }

    @Override
    public void open(Sink sink) {}

    @Override
    public void request(int chunks) {
      asked += chunks;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private OutgoingBody start(OutgoingFraming framing, boolean trailers) {
    OutgoingBody body = new OutgoingBody(new Outlet(channel), source, framing, trailers, owner);
    body.start();
    return body;
  }

  private static ByteBuf chunk(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private String written() {
    channel.runPendingTasks();
    channel.flushOutbound();
    StringBuilder text = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      text.append(out.toString(StandardCharsets.US_ASCII));
      out.release();
    }
    return text.toString();
  }

  @Nested
  class Framing {
    @Test
    void chunksAreDelimited() {
      OutgoingBody body = start(OutgoingFraming.of(-1, true), false);
      body.chunk(chunk("a".repeat(26)));
      body.chunk(chunk("b"));
      body.end(Fields.of("X-Sum", "1"));
      assertThat(written()).isEqualTo("1a\r\n" + "a".repeat(26) + "\r\n1\r\nb\r\n0\r\n\r\n");
      assertThat(events).containsExactly("sent");
    }

    @Test
    void trailersAreSentToThoseWhoWantThem() {
      OutgoingBody body = start(OutgoingFraming.of(-1, true), true);
      body.end(Fields.of("X-Sum", "1", "Content-Length", "2", "X-Bad", "a\r\nb"));
      assertThat(written()).isEqualTo("0\r\nX-Sum: 1\r\nX-Bad: a  b\r\n\r\n");
    }

    @Test
    void knownLengthIsSentPlain() {
      OutgoingBody body = start(OutgoingFraming.of(2, true), true);
      body.chunk(chunk("a"));
      body.chunk(chunk("b"));
      body.end(Fields.of("X-Sum", "1"));
      assertThat(written()).isEqualTo("ab");
      assertThat(events).containsExactly("sent");
    }

    @Test
    void tooLittleIsCut() {
      OutgoingBody body = start(OutgoingFraming.of(2, true), false);
      body.chunk(chunk("a"));
      body.end(Fields.empty());
      assertThat(events).containsExactly("cut");
    }

    @Test
    void tooMuchIsCutBeforeItIsSent() {
      OutgoingBody body = start(OutgoingFraming.of(2, true), false);
      ByteBuf tooMuch = chunk("abc");
      body.chunk(tooMuch);
      body.end(Fields.empty());
      assertThat(events).containsExactly("cut");
      assertThat(source.cancelled).isTrue();
      assertThat(tooMuch.refCnt()).isZero();
      assertThat(written()).isEmpty();
    }

    @Test
    void brokenContentHasNoLastChunk() {
      OutgoingBody body = start(OutgoingFraming.of(-1, true), false);
      body.chunk(chunk("a"));
      body.fail(new IllegalStateException("broken"));
      assertThat(written()).isEqualTo("1\r\na\r\n");
      assertThat(events).containsExactly("cut");
    }
  }

  @Nested
  class BackPressure {
    @Test
    void nextChunkIsAskedForOnlyWhileTheChannelTakesMore() {
      channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 10));
      OutgoingBody body = start(OutgoingFraming.of(100, true), false);
      assertThat(source.asked).isEqualTo(1);
      body.chunk(chunk("a"));
      assertThat(source.asked).isEqualTo(2);
      channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
      body.chunk(chunk("b"));
      assertThat(source.asked).isEqualTo(2);
      channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
      body.advance();
      body.advance();
      assertThat(source.asked).isEqualTo(3);
    }

    @Test
    void abandonedBodyIsCancelledAndTakesNoMore() {
      OutgoingBody body = start(OutgoingFraming.of(100, true), false);
      body.abandon();
      ByteBuf late = chunk("a");
      body.chunk(late);
      body.end(Fields.empty());
      assertThat(late.refCnt()).isZero();
      assertThat(source.cancelled).isTrue();
      assertThat(events).isEmpty();
    }
  }
}
