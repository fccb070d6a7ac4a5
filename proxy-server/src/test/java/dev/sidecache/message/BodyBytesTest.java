package dev.sidecache.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyBytesTest {
  private final List<String> outcome = new ArrayList<>();
  private final ByteBudget budget = new ByteBudget(10_000);
  private final BodyBytes.Handler handler =
      new BodyBytes.Handler() {
        @Override
        public void read(byte[] content) {
          outcome.add("read " + content.length);
        }

        @Override
        public void tooLarge() {
          outcome.add("too large");
        }

        @Override
        public void failed(Throwable cause) {
          outcome.add("failed");
        }
      };

  private ByteBuf read(int bytes, int limit) {
    ByteBuf content = Unpooled.directBuffer().writeZero(bytes);
    BodyBytes.read(Body.of(content), limit, budget, handler);
    return content;
  }

  @Test
  void contentUpToTheLimitIsRead() {
    assertThat(read(9, 10).refCnt()).isZero();
    assertThat(read(10, 10).refCnt()).isZero();
    assertThat(outcome).containsExactly("read 9", "read 10");
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void contentOverTheLimitIsGivenUp() {
    assertThat(read(11, 10).refCnt()).isZero();
    assertThat(outcome).containsExactly("too large");
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void emptyContentIsRead() {
    BodyBytes.read(Body.empty(), 10, budget, handler);
    assertThat(outcome).containsExactly("read 0");
  }

  @Test
  void bytesAreABody() {
    ByteBuf whole = Body.of(new byte[] {1, 2, 3}).whole();
    assertThat(whole.readableBytes()).isEqualTo(3);
    whole.release();
  }
}
