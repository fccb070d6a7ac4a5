package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http1.Outlet;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientPatienceTest {
  private static final HttpListener.Settings.Timeouts LIMITS =
      HttpListener.Settings.Timeouts.standard();

  /** Of a client that takes so much at a time. */
  private static final class Trickle extends EmbeddedChannel {
    private int room;

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
      if (room > 0) {
        in.removeBytes(room);
      }
      room = 0;
    }
  }

  private final Trickle channel = new Trickle();
  private final Outlet outlet = new Outlet(channel);
  private final ClientPatience patience = new ClientPatience(LIMITS);
  private long nowNanos;

  @AfterEach
  void close() {
    ChannelFuture unused = channel.close();
  }

  private void write(int octets) {
    outlet.write(Unpooled.wrappedBuffer(new byte[octets]));
    channel.runPendingTasks();
  }

  /** Whether the client is given up after so many seconds, in which it takes so much at each. */
  private boolean isOver(int seconds, int octetsEach) {
    boolean over = false;
    for (int i = 0; i < seconds && !over; i++) {
      channel.room = octetsEach;
      channel.flush();
      nowNanos += Duration.ofSeconds(1).toNanos();
      over = patience.isWriteOver(outlet, nowNanos);
    }
    return over;
  }

  @Test
  void whoTakesNothingIsGivenUp() {
    write(100_000);
    assertThat(isOver(60, 0)).isFalse();
    assertThat(isOver(1, 0)).isTrue();
  }

  /** CVE-2019-9511, which is of HTTP/2; an octet at a time holds as much of HTTP/1.1. */
  @Test
  void whoTakesNextToNothingIsGivenUp() {
    write(100_000);
    assertThat(isOver(80, 10)).isTrue();
  }

  @Test
  void slowReaderIsNot() {
    write(100_000);
    assertThat(isOver(600, 20)).isFalse();
  }

  /** However much one write has, and what others had. */
  @Test
  void whatWasTakenIsCountedAcrossWrites() {
    for (int i = 0; i < 50; i++) {
      write(1_000);
    }
    assertThat(isOver(600, 40)).isFalse();
    assertThat(outlet.takenBytes()).isBetween(15_000L, 24_000L);
  }
}
