package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RawReader;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.SelfSigned;
import dev.sidecache.testing.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Content much larger than the memory of a proxy in a process of its own: it arrives whole, and the
 * process hardly grows. How large is the property {@code sidecache.mebibytes}.
 */
class LargeContentIT {
  private static final int PIECE = 64 * 1024;
  private static final long PIECES = Long.getLong("sidecache.mebibytes", 96) * 16;
  private static final long TOTAL = PIECES * PIECE;
  private static final long MOST_ADDED = 64 * Container.MEBIBYTE;

  @TempDir Path directory;
  private final byte[] piece = new byte[PIECE];
  private ScriptedOrigin origin;
  private TestReporter reporter;

  LargeContentIT() {
    new Random(11).nextBytes(piece);
  }

  @BeforeEach
  void startOrigin(TestReporter toldTo) throws Exception {
    reporter = toldTo;
    origin =
        ScriptedOrigin.start(
            connection -> {
              RawMessage head = connection.reader().readHead();
              while (head != null) {
                answer(connection, head);
                head = connection.reader().readHead();
              }
            });
  }

  @AfterEach
  void stopOrigin() throws Exception {
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  private void answer(ScriptedOrigin.Connection connection, RawMessage head) throws IOException {
    if (head.startLine().startsWith("PUT ")) {
      connection.write(ScriptedOrigin.ok(Long.toString(checksum(connection.reader(), head))));
    } else if (head.target().equals("/length")) {
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + TOTAL + "\r\n\r\n");
      for (long i = 0; i < PIECES; i++) {
        connection.write(piece);
      }
    } else if (head.target().equals("/chunked")) {
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (long i = 0; i < PIECES; i++) {
        connection.write("10000\r\n");
        connection.write(piece);
        connection.write("\r\n");
      }
      connection.write("0\r\n\r\n");
    } else {
      connection.write(ScriptedOrigin.ok("small"));
    }
  }

  private static long checksum(RawReader reader, RawMessage head) throws IOException {
    CRC32 sum = new CRC32();
    if (head.field("Content-Length") != null) {
      for (long i = 0; i < PIECES; i++) {
        sum.update(reader.readExactly(PIECE));
      }
      return sum.getValue();
    }
    byte[] chunk = reader.readChunk();
    while (chunk.length > 0) {
      sum.update(chunk);
      chunk = reader.readChunk();
    }
    assertThat(reader.readLine()).isEmpty();
    return sum.getValue();
  }

  private long expected() {
    CRC32 sum = new CRC32();
    for (long i = 0; i < PIECES; i++) {
      sum.update(piece);
    }
    return sum.getValue();
  }

  /** What a transfer is made of. */
  private interface Transfer {
    void run() throws Exception;
  }

  private void assertHardlyGrowsBy(Container proxy, Transfer transfer) throws Exception {
    long idle = proxy.memory().residentBytes();
    proxy.memory().forgetPeak();
    transfer.run();
    long added = proxy.memory().peakBytes() - idle;
    reporter.publishEntry("MiB added", Long.toString(added / Container.MEBIBYTE));
    assertThat(added).isLessThan(MOST_ADDED);
    assertThat(proxy.log()).doesNotContain("LEAK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/length", "/chunked"})
  void downloadIsWholeAndNotHeld(String path) throws Exception {
    try (Container proxy =
            Container.start(origin.url(), "", "cache: { store: memory }", directory);
        RawClient client = RawClient.connect(proxy.port())) {
      assertThat(client.get("/").readResponse().text()).isEqualTo("small");
      assertHardlyGrowsBy(
          proxy,
          () -> {
            RawMessage head = client.get(path).reader().readHead();
            assertThat(head.field("Content-Length") == null).isEqualTo(path.equals("/chunked"));
            assertThat(checksum(client.reader(), head)).isEqualTo(expected());
          });
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void uploadIsWholeAndNotHeld(boolean chunked) throws Exception {
    try (Container proxy =
            Container.start(origin.url(), "", "cache: { store: memory }", directory);
        RawClient client = RawClient.connect(proxy.port())) {
      assertThat(client.get("/").readResponse().text()).isEqualTo("small");
      String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + TOTAL;
      assertHardlyGrowsBy(
          proxy,
          () -> {
            client.send("PUT / HTTP/1.1\r\nHost: a.example\r\n" + framing + "\r\n\r\n");
            for (long i = 0; i < PIECES; i++) {
              client.send(chunked ? "10000\r\n" : "").send(piece).send(chunked ? "\r\n" : "");
            }
            client.send(chunked ? "0\r\n\r\n" : "");
            assertThat(client.readResponse().text()).isEqualTo(Long.toString(expected()));
          });
    }
  }

  /** Over TLS, as browsers speak it. */
  @Test
  void bothDirectionsAreNotHeldOverHttp2() throws Exception {
    SelfSigned local = SelfSigned.forHost("localhost", directory);
    String tls = TlsFiles.of(local, directory).yaml();
    HttpClient client = HttpClient.newBuilder().sslContext(local.client()).build();
    try (Container proxy =
        Container.start(origin.url(), tls, "cache: { store: memory }", directory)) {
      URI uri = URI.create("https://localhost:" + proxy.port());
      HttpResponse<String> small =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(small.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertHardlyGrowsBy(proxy, () -> exchange(client, uri));
    }
  }

  private void exchange(HttpClient client, URI uri) throws Exception {
    HttpRequest get = HttpRequest.newBuilder(uri.resolve("/length")).build();
    HttpResponse<InputStream> down = client.send(get, HttpResponse.BodyHandlers.ofInputStream());
    CRC32 sum = new CRC32();
    try (InputStream in = down.body()) {
      byte[] octets = new byte[PIECE];
      for (int read = in.read(octets); read >= 0; read = in.read(octets)) {
        sum.update(octets, 0, read);
      }
    }
    assertThat(sum.getValue()).isEqualTo(expected());
    HttpRequest put =
        HttpRequest.newBuilder(uri)
            .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> new Repeated(piece, PIECES)))
            .build();
    HttpResponse<String> up = client.send(put, HttpResponse.BodyHandlers.ofString());
    assertThat(up.body()).isEqualTo(Long.toString(expected()));
  }

  /** A piece so many times. */
  private static final class Repeated extends InputStream {
    private final byte[] piece;
    private long left;
    private int at;

    Repeated(byte[] piece, long times) {
      this.piece = piece;
      this.left = piece.length * times;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (left == 0) {
        return -1;
      }
      int count = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, into, offset, count);
      at = (at + count) % piece.length;
      left -= count;
      return count;
    }
  }
}
