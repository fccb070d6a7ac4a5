package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.RawHttp2Client.Frame;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RecordingOrigin;
import dev.sidecache.testing.RecordingOrigin.Answer;
import dev.sidecache.testing.StrictReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link DesyncCases} against the whole proxy before an origin that reads strictly: as many answers
 * come back as there were requests, the origin sees none that was hidden in another, and who asks
 * next, on connections that were used before, gets what is theirs.
 */
class DesyncIT {
  private static final String CONFIGURATION =
      """
      version: 1
      server: { listen: "127.0.0.1:0" }
      admin: { listen: "127.0.0.1:0" }
      upstream: { timeout: 5s, breaker: none, max_connections: 2 }
      routes:
        - { name: shared, match: { path: "/shared/**" }, ttl: 1h, scope: shared }
        - { name: own, match: { path: "/own/**" }, ttl: 1h }
        - { name: broken, match: { path: "/broken/**" }, ttl: 1h, scope: shared }
      """;
  private static final int PATIENCE_MILLIS = 20_000;

  private static final AtomicInteger VICTIMS = new AtomicInteger();
  private static RecordingOrigin origin;
  private static RunningProxy proxy;
  private static volatile String broken = "";

  @BeforeAll
  static void start() throws Exception {
    origin = RecordingOrigin.start(DesyncIT::answer);
    proxy =
        RunningProxy.start(
                origin.url(), CONFIGURATION, Map.of(), InstantSource.system(), line -> {})
            .awaitCache();
    for (String path : List.of("/shared/hit", "/shared/kept")) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
      RawClient.exchange(proxy.address().getPort(), request);
      RawMessage again = RawClient.exchange(proxy.address().getPort(), request);
      assertThat(again.field("Cache-Status")).as("control").contains("; hit");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    origin.close();
  }

  private static Answer answer(RawMessage request) {
    if (request.target().startsWith("/broken") && !broken.isEmpty()) {
      return new Answer(broken.getBytes(StandardCharsets.ISO_8859_1), true);
    }
    String text = "for " + request.field("Authorization");
    String head = "HTTP/1.1 200 OK\r\nETag: \"v\"\r\nContent-Length: " + text.length();
    return Answer.of(head + "\r\n\r\n" + (request.startLine().startsWith("HEAD ") ? "" : text));
  }

  static List<DesyncCases.Case> requests() {
    return DesyncCases.requests();
  }

  @ParameterizedTest
  @MethodSource
  void requests(DesyncCases.Case attack) throws Exception {
    String got;
    try (RawClient client = RawClient.connect(proxy.address().getPort())) {
      client.patience(PATIENCE_MILLIS);
      client.trySend(attack.octets());
      client.endOutput();
      got = client.readToEnd();
    }
    boolean toHead = attack.octets().startsWith("HEAD ");
    StrictReader.Read read =
        StrictReader.responses(got.getBytes(StandardCharsets.ISO_8859_1), toHead);
    assertThat(read.end()).as(got).isEqualTo(StrictReader.End.WHOLE);
    assertThat(read.messages())
        .as(got)
        .extracting(RawMessage::status)
        .containsExactlyElementsOf(attack.statuses());
    assertThat(got.length()).as("octets of the answer").isLessThan(2_000);
    assertNobodyIsHarmed();
  }

  static List<DesyncCases.Http2Case> http2Requests() {
    return DesyncCases.http2Requests();
  }

  @ParameterizedTest
  @MethodSource
  void http2Requests(DesyncCases.Http2Case attack) throws Exception {
    try (RawHttp2Client client = RawHttp2Client.connect(proxy.address().getPort())) {
      int flags = RawHttp2Client.END_HEADERS;
      boolean ends = attack.content() == null;
      client.frame(
          RawHttp2Client.HEADERS,
          ends ? flags | RawHttp2Client.END_STREAM : flags,
          1,
          attack.block());
      if (!ends) {
        byte[] content = attack.content().getBytes(StandardCharsets.ISO_8859_1);
        client.trySend(
            RawHttp2Client.encode(RawHttp2Client.DATA, RawHttp2Client.END_STREAM, 1, content));
      }
      List<Integer> ended =
          List.of(RawHttp2Client.HEADERS, RawHttp2Client.RST_STREAM, RawHttp2Client.GOAWAY);
      Frame answer = client.await(frame -> ended.contains(frame.type()));
      int status =
          answer.type() == RawHttp2Client.HEADERS
              ? Integer.parseInt(client.decode(answer).status().toString())
              : 0;
      assertThat(status).isEqualTo(attack.status());
    }
    assertNobodyIsHarmed();
  }

  static List<DesyncCases.Case> answers() {
    return DesyncCases.answers();
  }

  @ParameterizedTest
  @MethodSource
  void answers(DesyncCases.Case attack) throws Exception {
    String path = "/broken/" + VICTIMS.incrementAndGet();
    String request = "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
    broken = attack.octets();
    RawMessage refused = RawClient.exchange(proxy.address().getPort(), request);
    broken = "";
    assertThat(refused.status()).as(refused.toString()).isEqualTo(attack.statuses().get(0));
    assertThat(refused.toString()).doesNotContainIgnoringCase("evil");
    RawMessage next = RawClient.exchange(proxy.address().getPort(), request);
    assertThat(next.body()).isEqualTo("for null");
    assertThat(next.field("Cache-Status")).doesNotContain("; hit");
    assertNobodyIsHarmed();
  }

  /** More victims than there are connections to the origin. */
  private static void assertNobodyIsHarmed() throws IOException {
    for (int i = 0; i < 3; i++) {
      String name = "victim" + VICTIMS.incrementAndGet();
      RawMessage own =
          RawClient.exchange(
              proxy.address().getPort(),
              "GET /own/x HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer "
                  + name
                  + "\r\n\r\n");
      assertThat(own.status()).isEqualTo(200);
      assertThat(own.body()).isEqualTo("for Bearer " + name);
    }
    assertThat(origin.unreadable()).isEmpty();
    assertThat(origin.requests()).extracting(RawMessage::target).doesNotContain("/smuggled");
  }
}
