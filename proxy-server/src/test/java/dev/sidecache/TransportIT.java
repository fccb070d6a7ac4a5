package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.sidecache.http1.Transport;
import dev.sidecache.testing.Metrics;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same proxy on each system interface for sockets. */
@Execution(CONCURRENT)
class TransportIT {
  private static final int LONG = 20_000_000;

  @TempDir Path directory;
  private final HttpClient admin = HttpClient.newHttpClient();
  private ScriptedOrigin origin;

  @BeforeEach
  void startOrigin() throws Exception {
    origin = ScriptedOrigin.replying((head, connection) -> answer(connection, head.target()));
  }

  @AfterEach
  void stopOrigin() throws Exception {
    origin.close();
  }

  private static void answer(ScriptedOrigin.Connection connection, String target)
      throws IOException {
    int length = target.startsWith("/long") ? LONG : 5;
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
    for (int left = length; left > 0; left -= 50_000) {
      connection.write(new byte[Math.min(left, 50_000)]);
    }
  }

  private Container start(String transport, String redis, List<String> options) throws IOException {
    String rules =
        """
        cache: { redis: { url: "%s" } }
        routes:
          - { name: kept, match: { path: "/kept/{id}" }, ttl: 1h, scope: shared }
        """
            .formatted(redis);
    return Container.start(origin.url(), "transport: " + transport, rules, directory, options);
  }

  private double metric(Container proxy, String series) throws Exception {
    URI metrics = proxy.process().admin().resolve("/metrics");
    HttpResponse<String> scrape =
        admin.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
    return Metrics.value(scrape.body(), series).orElseThrow();
  }

  private static String cacheStatus(RawClient client, String path) throws IOException {
    RawMessage answer = client.get(path).readResponse();
    assertThat(answer.status()).isEqualTo(200);
    return answer.field("Cache-Status");
  }

  private static void awaitHit(RawClient client, String path) {
    await().atMost(Duration.ofSeconds(20)).until(() -> cacheStatus(client, path).contains("; hit"));
  }

  @ParameterizedTest
  @EnumSource(Transport.Kind.class)
  void servesFromRedisAndWithoutIt(Transport.Kind kind) throws Exception {
    assumeThat(kind.absence()).as("this system has no " + kind.word()).isNull();
    try (RedisServerProcess redis = RedisServerProcess.start();
        Container proxy = start(kind.word(), redis.url(), List.of());
        RawClient client = RawClient.connect(proxy.port())) {
      assertThat(proxy.log()).contains("transport " + kind.word());
      awaitHit(client, "/kept/1");
      assertThat(cacheStatus(client, "/kept/1")).contains("; hit");
      client.send("PUT /kept/1 HTTP/1.1\r\nHost: test.example\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(cacheStatus(client, "/kept/1")).doesNotContain("; hit").contains("stored");

      redis.kill();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> cacheStatus(client, "/kept/1").contains("fwd=bypass"));
      redis.startAgain();
      awaitHit(client, "/kept/1");
    }
  }

  /** Who leaves is noticed though nothing is read from it; who only ends its output is answered. */
  @ParameterizedTest
  @EnumSource(Transport.Kind.class)
  void clientsThatLeaveAreNoticed(Transport.Kind kind) throws Exception {
    assumeThat(kind.absence()).as("this system has no " + kind.word()).isNull();
    try (RedisServerProcess redis = RedisServerProcess.start();
        Container proxy = start(kind.word(), redis.url(), List.of())) {
      for (int i = 0; i < 3; i++) {
        try (RawClient leaving = RawClient.connectReadingSlowly(proxy.port(), 4096)) {
          leaving.get("/long/" + i);
          await().until(() -> metric(proxy, "in_flight_bytes") > 0);
        }
        await().until(() -> metric(proxy, "in_flight_bytes") == 0);
      }
      try (RawClient half = RawClient.connect(proxy.port())) {
        RawMessage answer = half.get("/long/half").endOutput().readResponse();
        assertThat(answer.body()).hasSize(LONG);
      }
    }
  }

  @Test
  void oneThatIsMissingIsReplaced() throws Exception {
    List<String> withoutNative = List.of("-Dio.netty.transport.noNative=true");
    try (RedisServerProcess redis = RedisServerProcess.start();
        Container proxy = start("io_uring", redis.url(), withoutNative);
        RawClient client = RawClient.connect(proxy.port())) {
      awaitHit(client, "/kept/1");
      assertThat(proxy.log())
          .contains("server.transport: io_uring is not available here, nio is used: ")
          .contains("transport nio");
    }
  }
}
