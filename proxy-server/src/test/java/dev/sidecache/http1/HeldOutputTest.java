package dev.sidecache.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.message.ByteBudget;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeldOutputTest {
  private static final int MARK = 1_000;

  private final ByteBudget budget = new ByteBudget(1_000_000);
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @BeforeEach
  void install() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(MARK / 2, MARK));
    HeldOutput.install(channel, budget);
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void write() {
    ChannelFuture unused = channel.write(Unpooled.wrappedBuffer(new byte[2 * MARK]));
  }

  /**
   * Else the codec of HTTP/2 learns in the midst of a frame that the client has taken it, and loses
   * count.
   */
  @Test
  void writeOverTheMarkCountsAndSendsNothing() {
    write();
    assertThat(channel.isWritable()).isFalse();
    assertThat(budget.takenBytes()).isGreaterThanOrEqualTo(2 * MARK);
    assertThat(channel.outboundMessages()).isEmpty();
  }

  @Test
  void whatIsSentCostsNothing() {
    write();
    channel.flush();
    assertThat(channel.outboundMessages()).isNotEmpty();
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void whatIsDroppedCostsNothing() {
    write();
    ChannelFuture unused = channel.close();
    channel.runPendingTasks();
    assertThat(budget.takenBytes()).isZero();
  }
}
