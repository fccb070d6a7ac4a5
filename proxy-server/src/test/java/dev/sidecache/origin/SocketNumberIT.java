package dev.sidecache.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http1.Transport;
import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/**
 * The system gives the number of a closed socket to the next one that is opened. What epoll told of
 * the closed one in the same turn is not taken for the new one's.
 */
class SocketNumberIT {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
  private static final String WAIT =
      "POST /wait HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n";

  private final Transport transport = Transport.open(1);

  /** The connections on which a request waits. */
  private final BlockingQueue<ScriptedOrigin.Connection> waiting = new LinkedBlockingQueue<>();

  @Test
  @SuppressWarnings("try") // a file that is open is enough
  void newConnectionDoesNotMeetTheEndOfTheOneBefore() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> answer(connection, over));
        ForwardingProxy proxy = start(origin);
        RawClient first = RawClient.connect(proxy.port());
        RawClient other = RawClient.connect(proxy.port())) {
      assertThat(first.send(GET).readResponse().status()).isEqualTo(200);
      for (int turn = 0; turn < 10; turn++) {
        // Younger than the connection to the origin that it is given: its number is the higher one.
        RawClient broken = RawClient.connect(proxy.port());
        ScriptedOrigin.Connection asked = ask(broken);
        CountDownLatch goOn = holdLoop();
        broken.send("no chunk\r\n");
        other.send(GET);
        asked.reset();
        // This process has both ends: the end of the origin must not leave a lower number free.
        try (InputStream ignored = Files.newInputStream(Path.of("/dev/null"))) {
          goOn.countDown();
          assertThat(other.readResponse().status()).as("turn %d", turn).isEqualTo(200);
        }
        broken.close();
      }
      over.countDown();
    }
  }

  private ForwardingProxy start(ScriptedOrigin origin) throws Exception {
    OriginService.Settings settings = OriginService.Settings.of(URI.create(origin.url()));
    OriginService service = new OriginService(settings, transport, OriginObserver.NONE);
    return ForwardingProxy.start(transport, same -> same, service);
  }

  private void answer(ScriptedOrigin.Connection connection, CountDownLatch over) throws Exception {
    RawMessage request = connection.reader().readHead();
    while (request != null) {
      if (request.target().equals("/wait")) {
        waiting.add(connection);
        over.await();
        return;
      }
      connection.write(ScriptedOrigin.ok("a"));
      request = connection.reader().readHead();
    }
  }

  private ScriptedOrigin.Connection ask(RawClient client) throws Exception {
    client.send(WAIT);
    return waiting.take();
  }

  /** Keeps the loop from its sockets, so that all that happens until then comes in one turn. */
  private CountDownLatch holdLoop() throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    transport
        .loops()
        .execute(
            () -> {
              held.countDown();
              awaitQuietly(goOn);
            });
    held.await();
    return goOn;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
