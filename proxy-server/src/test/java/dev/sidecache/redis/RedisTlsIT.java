package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.redis.RedisAddress.Tls;
import dev.sidecache.redis.RedisAddress.Verify;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.testing.RedisCluster;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose connections are encrypted, and whose certificate is looked at. */
class RedisTlsIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  @TempDir static Path directory;
  private static TlsFiles own;
  private static TlsFiles elsewhere;
  private static RedisServerProcess redis;
  private static RedisServerProcess otherName;
  private StoreUnderTest tested;

  @BeforeAll
  static void start() throws Exception {
    own = TlsFiles.forHost("localhost", directory);
    elsewhere = TlsFiles.forHost("redis.example", directory);
    redis = RedisServerProcess.start(own.redisOptions());
    otherName = RedisServerProcess.start(elsewhere.redisOptions());
  }

  @AfterAll
  static void stop() {
    redis.close();
    otherName.close();
  }

  @AfterEach
  void close() {
    if (tested != null) {
      tested.close();
    }
  }

  private void connect(String scheme, RedisServerProcess to, String query) {
    tested = new StoreUnderTest(scheme + "://localhost:" + to.port() + query);
  }

  private void assertWorks() {
    tested.up();
    expect(Acknowledged.class, tested.client.store(key("k"), new byte[100], 60_000));
  }

  private void assertDown(String reason) {
    tested.awaits(State.DOWN, LIMIT);
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(tested.store.availability().reason()).isEqualTo(reason));
    tested.close();
    tested = null;
  }

  @Test
  void certificateOfATrustedIssuerAndTheRightHost() {
    connect("rediss", redis, "?ssl_ca_certs=" + own.certificate());
    assertWorks();
  }

  @Test
  void unknownIssuerIsNamed() {
    connect("rediss", redis, "");
    assertDown("certificate from an unknown issuer");

    connect("rediss", redis, "?ssl_ca_certs=" + elsewhere.certificate());
    assertDown("certificate from an unknown issuer");
  }

  @Test
  void otherHostIsNamed() {
    connect("rediss", otherName, "?ssl_ca_certs=" + elsewhere.certificate());
    assertDown("certificate for another host");
  }

  @Test
  void hostNeedNotBeChecked() {
    connect("rediss", otherName, "?verifyPeer=CA&ssl_ca_certs=" + elsewhere.certificate());
    assertWorks();
    tested.close();

    connect("rediss", otherName, "?ssl_check_hostname=false");
    assertDown("certificate from an unknown issuer");
  }

  @Test
  void nothingNeedBeChecked() {
    connect("rediss", otherName, "?ssl_cert_reqs=none");
    assertWorks();
  }

  @Test
  void serverWithoutTlsIsNamed() {
    try (RedisServerProcess plain = RedisServerProcess.start()) {
      connect("rediss", plain, "");
      assertDown("no answer to the TLS handshake");
    }
  }

  @Test
  void serverWithTlsIsNamedToWhoSpeaksPlainly() {
    connect("redis", redis, "");
    assertDown("connection closed before any answer");
  }

  @Test
  void fileOfIssuersThatCannotBeUsedIsNamedBeforeAnythingIsStarted() throws Exception {
    String none = directory.resolve("none.crt").toString();
    RedisAddress address = StoreUnderTest.address("rediss://h?ssl_ca_certs=" + none);

    assertThat(RedisSharedStore.unsupported(address))
        .contains("the file of ssl_ca_certs cannot be read");
    for (String content : List.of("", "no certificate", Files.readString(own.key()))) {
      Path other = Files.writeString(directory.resolve("other.crt"), content);
      assertThat(
              RedisSharedStore.unsupported(
                  StoreUnderTest.address("rediss://h?ssl_ca_certs=" + other)))
          .contains("the file of ssl_ca_certs holds no certificate");
    }
    assertThat(
            RedisSharedStore.unsupported(
                StoreUnderTest.address("rediss://h?ssl_ca_certs=" + own.certificate())))
        .isEmpty();
  }

  @Test
  void serverThatAnswersSomethingElseThanTlsIsNamed() throws Exception {
    Thread speaker;
    try (ServerSocket other = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      speaker = new Thread(() -> speakPlainly(other));
      speaker.start();
      tested = new StoreUnderTest("rediss://127.0.0.1:" + other.getLocalPort());
      assertDown("the server does not speak TLS");
    }
    speaker.join();
  }

  private static void speakPlainly(ServerSocket other) {
    while (!other.isClosed()) {
      try (Socket socket = other.accept()) {
        socket.getOutputStream().write("-ERR no\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getInputStream().readNBytes(1);
      } catch (IOException ended) {
        // The next one, or the end.
      }
    }
  }

  @Test
  void nodesOfAClusterAreHeldToTheSame() {
    try (RedisCluster cluster = RedisCluster.withTls(own)) {
      String trusting = "?ssl_ca_certs=" + own.certificate();
      tested = new StoreUnderTest(cluster.url() + trusting + "&ssl_check_hostname=false");
      assertWorks();
      assertThat(tested.client.init(tags("a")).versions()).doesNotContainNull();
      for (int i = 0; i < 20; i++) {
        expect(Acknowledged.class, tested.client.store(key("k" + i), new byte[10], 60_000));
      }
      tested.close();

      // The certificate is for localhost, and the nodes name each other by address.
      tested = new StoreUnderTest(cluster.url() + trusting);
      tested.awaits(State.DOWN, LIMIT);
      Awaitility.await()
          .atMost(LIMIT)
          .until(
              () -> tested.store.availability().reason().endsWith("certificate for another host"));
    }
  }

  @Test
  void azuresPortalForm() {
    try (RedisServerProcess azure =
        RedisServerProcess.start(concat(own.redisOptions(), "--requirepass", "a/b+c="))) {
      RedisAddress written =
          StoreUnderTest.address(
              "localhost:" + azure.port() + ",password=a/b+c=,ssl=True,abortConnect=False");
      assertThat(written.tls()).isEqualTo(new Tls(Verify.FULL, null));
      // The form has no place for an issuer of one's own.
      Tls trusting = new Tls(Verify.FULL, own.certificate().toString());
      tested =
          new StoreUnderTest(
              new RedisAddress(
                  written.kind(), written.nodes(), written.login(), trusting, written.extras()),
              1);
      assertWorks();
    }
  }

  private static String[] concat(String[] some, String... more) {
    return java.util.stream.Stream.of(some, more)
        .flatMap(java.util.Arrays::stream)
        .toArray(String[]::new);
  }
}
