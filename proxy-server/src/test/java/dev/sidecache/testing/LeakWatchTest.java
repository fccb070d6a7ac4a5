package dev.sidecache.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LeakWatchTest {
  @Test
  void bufferThatIsNeverReleasedFails() {
    assertThatCode(LeakWatch::assertNone).doesNotThrowAnyException();

    lose();

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThatThrownBy(LeakWatch::assertNone)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("Never released"));
    assertThatCode(LeakWatch::assertNone).doesNotThrowAnyException();
  }

  private static void lose() {
    ByteBufAllocator.DEFAULT.buffer(16).writeByte(1);
  }
}
