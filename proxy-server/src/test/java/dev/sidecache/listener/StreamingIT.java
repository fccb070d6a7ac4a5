package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RawReader;
import dev.sidecache.testing.ScriptedOrigin;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Content that is larger than what the proxy may hold. */
class StreamingIT {
  private static final int PIECE = 64 * 1024;
  private static final int PIECES = 1024;
  private static final long TOTAL = (long) PIECE * PIECES;

  /** What the system's socket buffers on both sides of the proxy may swallow, generously. */
  private static final long SWALLOWED = 24L * 1024 * 1024;

  /** What the proxy itself may hold: Netty's arenas grow in steps of some megabytes. */
  private static final long HELD = 24L * 1024 * 1024;

  private final byte[] piece = new byte[PIECE];
  private ScriptedOrigin origin;
  private ForwardingProxy proxy;

  StreamingIT() {
    new Random(7).nextBytes(piece);
  }

  private void start(ScriptedOrigin.Script script) throws Exception {
    origin = ScriptedOrigin.start(script);
    proxy = ForwardingProxy.start(origin);
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  private static long directMemory() {
    ByteBufAllocatorMetricProvider allocator =
        (ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT;
    return allocator.metric().usedDirectMemory();
  }

  private long checksum(RawReader reader) throws IOException {
    CRC32 sum = new CRC32();
    for (int i = 0; i < PIECES; i++) {
      sum.update(reader.readExactly(PIECE));
    }
    return sum.getValue();
  }

  private long expectedChecksum() {
    CRC32 sum = new CRC32();
    for (int i = 0; i < PIECES; i++) {
      sum.update(piece);
    }
    return sum.getValue();
  }

  @Test
  void contentOfAResponseStreams() throws Exception {
    start(
        connection -> {
          connection.readRequest();
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + TOTAL + "\r\n\r\n");
          for (int i = 0; i < PIECES; i++) {
            connection.write(piece);
          }
          connection.awaitEnd();
        });
    long before = directMemory();
    try (RawClient client = RawClient.connect(proxy.port())) {
      RawMessage head = client.get("/").reader().readHead();
      assertThat(head.field("Content-Length")).isEqualTo(Long.toString(TOTAL));
      assertThat(checksum(client.reader())).isEqualTo(expectedChecksum());
      assertThat(directMemory() - before).isLessThan(HELD);
    }
  }

  @Test
  void contentOfARequestStreams() throws Exception {
    AtomicLong received = new AtomicLong();
    start(
        connection -> {
          RawMessage head = connection.reader().readHead();
          assertThat(head.field("Content-Length")).isEqualTo(Long.toString(TOTAL));
          received.set(checksum(connection.reader()));
          connection.write(ScriptedOrigin.ok("done"));
          connection.awaitEnd();
        });
    long before = directMemory();
    try (RawClient client = RawClient.connect(proxy.port())) {
      client.send("PUT / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + TOTAL + "\r\n\r\n");
      for (int i = 0; i < PIECES; i++) {
        client.send(piece);
      }
      assertThat(client.readResponse().text()).isEqualTo("done");
      assertThat(received.get()).isEqualTo(expectedChecksum());
      assertThat(directMemory() - before).isLessThan(HELD);
    }
  }

  /** An origin that answers while the request is still arriving, piece for piece. */
  @Test
  void bothDirectionsStreamAtOnce() throws Exception {
    start(
        connection -> {
          connection.reader().readHead();
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + TOTAL + "\r\n\r\n");
          for (int i = 0; i < PIECES; i++) {
            connection.write(connection.reader().readExactly(PIECE));
          }
          connection.awaitEnd();
        });
    try (RawClient client = RawClient.connect(proxy.port())) {
      client.send("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + TOTAL + "\r\n\r\n");
      assertThat(client.reader().readHead().status()).isEqualTo(200);
      CRC32 sum = new CRC32();
      for (int i = 0; i < PIECES; i++) {
        client.send(piece);
        sum.update(client.reader().readExactly(PIECE));
      }
      assertThat(sum.getValue()).isEqualTo(expectedChecksum());
    }
  }

  /** RFC 9112 leaves it to the receiver how fast to read: an origin must feel a slow client. */
  @Test
  void slowReaderStopsTheOrigin() throws Exception {
    AtomicLong written = new AtomicLong();
    start(
        connection -> {
          connection.readRequest();
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + TOTAL + "\r\n\r\n");
          for (int i = 0; i < PIECES; i++) {
            connection.write(piece);
            written.addAndGet(PIECE);
          }
          connection.awaitEnd();
        });
    long before = directMemory();
    try (RawClient client = RawClient.connectReadingSlowly(proxy.port(), PIECE)) {
      assertThat(client.get("/").reader().readHead().status()).isEqualTo(200);
      awaitStandstill(written);
      assertThat(written.get()).isLessThan(SWALLOWED);
      assertThat(directMemory() - before).isLessThan(HELD);
      assertThat(checksum(client.reader())).isEqualTo(expectedChecksum());
    }
  }

  @Test
  void slowOriginStopsTheClient() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    AtomicLong sent = new AtomicLong();
    start(
        connection -> {
          connection.reader().readHead();
          assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
          checksum(connection.reader());
          connection.write(ScriptedOrigin.ok("done"));
          connection.awaitEnd();
        });
    long before = directMemory();
    try (RawClient client = RawClient.connect(proxy.port())) {
      client.send("PUT / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + TOTAL + "\r\n\r\n");
      Thread sender = new Thread(() -> sendAll(client, sent), "sender");
      sender.start();
      awaitStandstill(sent);
      assertThat(sent.get()).isLessThan(SWALLOWED);
      assertThat(directMemory() - before).isLessThan(HELD);
      read.countDown();
      assertThat(client.readResponse().text()).isEqualTo("done");
      sender.join();
    }
  }

  private void sendAll(RawClient client, AtomicLong sent) {
    try {
      for (int i = 0; i < PIECES; i++) {
        client.send(piece);
        sent.addAndGet(PIECE);
      }
    } catch (SocketException closed) {
      // The test has ended.
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Waits until a number that has begun to grow stays the same for half a second. */
  private static void awaitStandstill(AtomicLong number) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> number.get() > 0);
    AtomicLong last = new AtomicLong(-1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> last.getAndSet(number.get()) == number.get());
  }
}
