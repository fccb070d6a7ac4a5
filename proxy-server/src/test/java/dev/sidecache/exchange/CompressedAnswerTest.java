package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.exchange.TestGateway.Answer;
import dev.sidecache.store.CompressedContents;
import dev.sidecache.testing.Requests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stored text goes out in gzip to clients that would rather have it: RFC 9110, Section 8.4.1.3. */
class CompressedAnswerTest {
  private static final String RULES =
      "routes: [{ name: all, match: { path: /** }, ttl: 1m, scope: shared }]";
  private static final String TEXT = "{\"students\":[" + "\"ann\",".repeat(100) + "1]}";
  private static final String[] GZIP = {"Accept-Encoding", "br, gzip"};

  private final Deque<Runnable> background = new ArrayDeque<>();
  private final TestGateway gateway =
      new TestGateway(RULES, 8, new CompressedContents(100, 1 << 20, background::add))
          .origin(200, TEXT, "Content-Type", "application/json", "ETag", "\"a\"");

  @AfterEach
  void letGo() {
    gateway.close();
  }

  private static String inflated(Answer answer) throws IOException {
    byte[] bytes = answer.bytes();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void clientThatAcceptsGzipGetsIt() throws Exception {
    assertThat(gateway.get("/a", GZIP).body()).isEqualTo(TEXT);

    Answer hit = gateway.get("/a", GZIP);

    assertThat(hit.field("Content-Encoding")).isEqualTo("gzip");
    assertThat(hit.field("Vary")).isEqualTo("Accept-Encoding");
    assertThat(hit.field("ETag")).isEqualTo("W/\"a\"");
    assertThat(hit.bytes().length).isLessThan(TEXT.length() / 4);
    assertThat(inflated(hit)).isEqualTo(TEXT);
    assertThat(gateway.forwarded).hasSize(1);
  }

  @Test
  void anyOtherGetsItAsItIsAndLearnsThatItVaries() {
    gateway.get("/a");

    Answer hit = gateway.get("/a");

    assertThat(hit.body()).isEqualTo(TEXT);
    assertThat(hit.field("Content-Encoding")).isEmpty();
    assertThat(hit.field("Vary")).isEqualTo("Accept-Encoding");
    assertThat(hit.field("ETag")).isEqualTo("\"a\"");
    assertThat(gateway.get("/a", "Accept-Encoding", "gzip;q=0.5, identity").body()).isEqualTo(TEXT);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "Cache-Control, no-transform",
    "Content-Encoding, br",
    "Content-Type, image/png",
    "Content-Type, text/plain; charset=utf-8"
  })
  void onlyPlainTextThatMayBeTransformedIsCompressed(String name, String value) {
    gateway.origin(
        request ->
            gateway.response(
                200,
                TEXT,
                name.equals("Content-Type") ? "A" : "Content-Type",
                name.equals("Content-Type") ? "b" : "text/html",
                name,
                value));
    gateway.get("/a");

    boolean compressed = value.startsWith("text/plain");
    assertThat(gateway.get("/a", GZIP).field("Content-Encoding").equals("gzip"))
        .isEqualTo(compressed);
  }

  @Test
  void shortTextIsNotCompressed() {
    gateway.origin(200, "{}", "Content-Type", "application/json");
    gateway.get("/a");

    assertThat(gateway.get("/a", GZIP).body()).isEqualTo("{}");
  }

  @Test
  void itsWeakEntityTagAnswersConditionalRequests() {
    gateway.get("/a");

    Answer answer = gateway.get("/a", "Accept-Encoding", "gzip", "If-None-Match", "W/\"a\"");

    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.field("ETag")).isEqualTo("W/\"a\"");
    assertThat(gateway.get("/a", "If-None-Match", "\"a\"").field("ETag")).isEqualTo("\"a\"");
  }

  @Test
  void rangesAreOfTheContentAsItIs() {
    gateway.get("/a");

    Answer answer = gateway.get("/a", "Accept-Encoding", "gzip", "Range", "bytes=0-3");

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.body()).isEqualTo(TEXT.substring(0, 4));
    assertThat(answer.field("Content-Encoding")).isEmpty();
  }

  @Test
  void headTellsTheSame() {
    gateway.get("/a");

    Answer head = gateway.ask(Requests.of("HEAD", "/a", GZIP), "");

    assertThat(head.field("Content-Encoding")).isEqualTo("gzip");
    assertThat(head.lengthBytes()).isEqualTo(gateway.get("/a", GZIP).bytes().length);
  }

  @Test
  void longTextIsCompressedOffTheLoop() throws Exception {
    String text = TEXT.repeat(200);
    gateway.origin(200, text, "Content-Type", "text/plain");
    gateway.get("/a");

    Answer meanwhile = gateway.get("/a", GZIP);
    assertThat(meanwhile.cacheStatus()).contains("; hit");
    assertThat(meanwhile.body()).isEqualTo(text);
    assertThat(background).hasSize(1);
    background.remove().run();

    assertThat(inflated(gateway.get("/a", GZIP))).isEqualTo(text);
  }
}
