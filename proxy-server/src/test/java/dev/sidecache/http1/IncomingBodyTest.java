package dev.sidecache.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncomingBodyTest {
  private final List<String> events = new ArrayList<>();
  private final IncomingBody body =
      new IncomingBody(
          6,
          new IncomingBody.Source() {
            @Override
            public void wanted() {
              events.add("wanted");
            }

            @Override
            public void cancelled() {
              events.add("cancelled");
            }
          });

  private final Body.Sink sink =
      new Body.Sink() {
        @Override
        public void chunk(ByteBuf owned) {
          events.add(owned.toString(StandardCharsets.US_ASCII));
          owned.release();
        }

        @Override
        public void end(Fields trailers) {
          events.add("end" + trailers.size());
        }

        @Override
        public void fail(Throwable cause) {
          events.add(cause.getMessage());
        }
      };

  private static ByteBuf piece(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  @Test
  void piecesComeOnDemandAndTheEndWithout() {
    body.open(sink);
    body.request(1);
    assertThat(events).containsExactly("wanted");
    body.feed(piece("abc"));
    assertThat(events).containsExactly("wanted", "abc");
    assertThat(body.isAwaited()).isFalse();
    body.end(Fields.of("X", "1"));
    assertThat(events).containsExactly("wanted", "abc", "end1");
    assertThat(body.isComplete()).isTrue();
  }

  @Test
  void onePieceWaitsForDemandAndNoMore() {
    body.feed(piece("abc"));
    assertThat(body.hasRoom()).isFalse();
    assertThatThrownBy(() -> body.feed(piece("def"))).isInstanceOf(IllegalStateException.class);
    body.open(sink);
    assertThat(events).isEmpty();
    body.end(Fields.empty());
    assertThat(events).isEmpty();
    body.request(1);
    assertThat(events).containsExactly("abc", "end0");
  }

  @Test
  void failureDropsWhatWaits() {
    ByteBuf dropped = piece("abc");
    body.feed(dropped);
    body.open(sink);
    body.fail(new IllegalStateException("broken"));
    assertThat(events).containsExactly("broken");
    assertThat(dropped.refCnt()).isZero();
    assertThat(body.isComplete()).isFalse();
  }

  @Test
  void cancelledBodyTakesAndDropsTheRest() {
    body.open(sink);
    body.cancel();
    body.cancel();
    assertThat(events).containsExactly("cancelled");
    ByteBuf dropped = piece("abc");
    body.feed(dropped);
    assertThat(dropped.refCnt()).isZero();
    assertThat(body.hasRoom()).isTrue();
    body.end(Fields.empty());
    body.request(1);
    assertThat(events).containsExactly("cancelled");
  }

  @Test
  void cancellingAfterTheEndIsWithoutEffect() {
    body.open(sink);
    body.end(Fields.empty());
    body.cancel();
    assertThat(events).containsExactly("end0");
  }

  @Test
  void cancellingWhatIsReceivedButNotReadDropsIt() {
    ByteBuf dropped = piece("abc");
    body.feed(dropped);
    body.end(Fields.empty());
    body.cancel();
    assertThat(dropped.refCnt()).isZero();
    assertThat(events).isEmpty();
  }

  @Test
  void openedOnceOnly() {
    body.open(sink);
    assertThatThrownBy(() -> body.open(sink)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void emptyPiecesAreNotPassedOn() {
    body.open(sink);
    body.request(1);
    body.feed(piece(""));
    assertThat(events).containsExactly("wanted");
    assertThat(body.isAwaited()).isTrue();
  }
}
