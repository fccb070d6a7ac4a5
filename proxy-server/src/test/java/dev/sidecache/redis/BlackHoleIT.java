package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.testing.EventLoops;
import dev.sidecache.testing.StoreClient.Failed;
import io.lettuce.core.codec.ByteArrayCodec;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An address behind which packets vanish. */
class BlackHoleIT {

  @Test
  void connectionThatIsNeverMadeHoldsNobodyUp() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> backlog = fill(listener);
      try (StoreUnderTest tested =
          new StoreUnderTest("redis://127.0.0.1:" + listener.getLocalPort())) {
        long start = System.nanoTime();
        assertThat(tested.client.lookup(tags("a"), null)).isEqualTo(new Failed(Failure.REJECTED));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));

        tested.awaits(State.DOWN, Duration.ofSeconds(5));

        assertThat(tested.store.availability())
            .isEqualTo(new Availability(State.DOWN, "connect timed out", false));
        start = System.nanoTime();
        assertThat(tested.client.lookup(tags("a"), null)).isEqualTo(new Failed(Failure.REJECTED));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
      } finally {
        for (Socket socket : backlog) {
          socket.close();
        }
      }
    }
  }

  @Test
  void connectionThatIsBeingMadeIsClosedAtTheEnd() throws Exception {
    BlockingQueue<Channel> made = new ArrayBlockingQueue<>(1);
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        EventLoops loops = new EventLoops(1)) {
      RedisAddress address = StoreUnderTest.address("redis://127.0.0.1:" + silent.getLocalPort());
      RespTransport transport =
          new RespTransport(
              new RespTransport.Parts(
                  address,
                  new RedisKeys("test", "1"),
                  Runnable::run,
                  System::nanoTime,
                  RedisObserver.NONE),
              loops.all(),
              1);
      var unused =
          transport
              .client(loops.first(), made::add)
              .connectAsync(
                  ByteArrayCodec.INSTANCE, LettuceClient.uri(address, address.nodes().get(0)));
      Channel channel = made.poll(5, TimeUnit.SECONDS);
      assertThat(channel).isNotNull();

      transport.close();

      assertThat(channel.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Takes all places for connections that nobody accepts, until a further one is not answered. */
  private static List<Socket> fill(ServerSocket listener) throws IOException {
    List<Socket> taken = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      Socket socket = new Socket();
      try {
        socket.connect(listener.getLocalSocketAddress(), 300);
        taken.add(socket);
      } catch (SocketTimeoutException full) {
        socket.close();
        return taken;
      }
    }
    throw new AssertionError("the backlog is never full");
  }
}
