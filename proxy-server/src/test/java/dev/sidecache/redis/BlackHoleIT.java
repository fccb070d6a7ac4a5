package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.testing.StoreClient.Failed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
