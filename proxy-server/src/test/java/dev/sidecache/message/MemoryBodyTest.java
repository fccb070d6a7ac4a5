package dev.sidecache.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBodyTest {
  private final ByteBuf content = Unpooled.directBuffer().writeZero(2 * Body.PIECE_BYTES + 1);
  private final Body body = Body.of(content);
  private final List<Integer> lengths = new ArrayList<>();
  private boolean ended;

  /** Asks for one piece more whenever it has one, until it has had so many. */
  private final class Sink implements Body.Sink {
    private int more;

    Sink(int more) {
      this.more = more;
    }

    @Override
    public void chunk(ByteBuf owned) {
      lengths.add(owned.readableBytes());
      owned.release();
      if (more > 0) {
        more--;
        body.request(1);
      }
    }

    @Override
    public void end(Fields trailers) {
      ended = true;
    }

    @Override
    public void fail(Throwable cause) {
      throw new AssertionError(cause);
    }
  }

  @Test
  void longContentIsGivenInPiecesOnDemand() {
    body.open(new Sink(0));
    assertThat(lengths).isEmpty();
    body.request(1);
    assertThat(lengths).containsExactly(Body.PIECE_BYTES);
    body.request(2);
    assertThat(lengths).containsExactly(Body.PIECE_BYTES, Body.PIECE_BYTES, 1);
    assertThat(ended).isTrue();
    assertThat(content.refCnt()).isZero();
  }

  @Test
  void demandFromWithinAPieceIsMet() {
    body.open(new Sink(5));
    body.request(1);

    assertThat(lengths).containsExactly(Body.PIECE_BYTES, Body.PIECE_BYTES, 1);
    assertThat(ended).isTrue();
    assertThat(content.refCnt()).isZero();
  }

  @Test
  void cancellingBetweenPiecesLetsGo() {
    body.open(new Sink(0));
    body.request(1);
    body.cancel();
    body.request(1);

    assertThat(lengths).containsExactly(Body.PIECE_BYTES);
    assertThat(ended).isFalse();
    assertThat(content.refCnt()).isZero();
  }

  @Test
  void onlyShortContentIsTakenWhole() {
    assertThat(body.wholeIfShort()).isNull();
    body.cancel();
    Body one = Body.of(Unpooled.directBuffer().writeZero(Body.PIECE_BYTES));
    ByteBuf whole = one.wholeIfShort();
    assertThat(whole).isNotNull();
    whole.release();
  }
}
