package dev.sidecache.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Responses that two readers could understand differently, each with where it is known from: the
 * client gets 502, the connection is not used again, and nothing of it ever reaches another client.
 */
class HostileResponsesIT {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CL = OK + "Content-Length: 3\r\n";
  private static final String TE = OK + "Transfer-Encoding: chunked\r\n";
  private static final String BODY = "\r\n3\r\nabc\r\n0\r\n\r\n";

  private static ScriptedOrigin origin;
  private static ForwardingProxy proxy;
  private static volatile String answer = "";

  @BeforeAll
  static void start() throws Exception {
    origin =
        ScriptedOrigin.answering(
            request -> request.target().equals("/good") ? ScriptedOrigin.ok("good") : answer);
    proxy = ForwardingProxy.start(origin);
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  private static Arguments row(String source, String response) {
    return Arguments.of(source, response);
  }

  static Stream<Arguments> refused() {
    return Stream.of(statusLines(), fieldLines(), framings(), Stream.of(interims(), switching()))
        .flatMap(rows -> rows);
  }

  private static Stream<Arguments> statusLines() {
    String rest = "Content-Length: 3\r\n\r\nabc";
    return Stream.of(
        row("VSV00009: no HTTP at all", "SSH-2.0-OpenSSH\r\n\r\n"),
        row("RFC 9112, Section 4: an empty line before", "\r\n" + CL + "\r\nabc"),
        row("RFC 9112, Section 4: octets left of an earlier answer", "junk" + CL + "\r\nabc"),
        row("RFC 9112, Section 4: no status", "HTTP/1.1 OK\r\n" + rest),
        row("RFC 9112, Section 4: two digits", "HTTP/1.1 20 OK\r\n" + rest),
        row("RFC 9112, Section 4: four digits", "HTTP/1.1 2000 OK\r\n" + rest),
        row("RFC 9112, Section 4: a sign", "HTTP/1.1 +20 OK\r\n" + rest),
        row("RFC 9112, Section 4: status 099", "HTTP/1.1 099 OK\r\n" + rest),
        row("RFC 9112, Section 4: two spaces", "HTTP/1.1  200 OK\r\n" + rest),
        row("RFC 9112, Section 4: a tab", "HTTP/1.1\t200 OK\r\n" + rest),
        row("RFC 9112, Section 4: a space before", " HTTP/1.1 200 OK\r\n" + rest),
        row("RFC 9112, Section 2.3: HTTP/2.0", "HTTP/2.0 200 OK\r\n" + rest),
        row("RFC 9112, Section 2.3: HTTP/1.2", "HTTP/1.2 200 OK\r\n" + rest),
        row("RFC 9112, Section 2.3: ICY", "ICY 200 OK\r\n" + rest),
        row("RFC 9112, Section 2.2: a bare LF", "HTTP/1.1 200 OK\n" + rest),
        row("CVE-2022-41915: a control octet in the phrase", "HTTP/1.1 200 O\u0001K\r\n" + rest),
        row("CVE-2022-41915: a bare CR in the phrase", "HTTP/1.1 200 O\rK\r\n" + rest));
  }

  private static Stream<Arguments> fieldLines() {
    return Stream.of(
        row("RFC 9112, Section 5.2: obs-fold", CL + "X-A: 1\r\n 2\r\n\r\nabc"),
        row("RFC 9112, Section 5.1: a space before the colon", CL + "X-A : 1\r\n\r\nabc"),
        row("RFC 9112, Section 2.2: white space before the first", OK + " " + "X: 1\r\n\r\n"),
        row("RFC 9112, Section 2.2: a bare LF", CL + "X-A: 1\n\r\nabc"),
        row("CWE-113: a bare CR in a value", CL + "X-A: 1\rSet-Cookie: a=b\r\n\r\nabc"),
        row("RFC 9110, Section 5.5: NUL in a value", CL + "X-A: 1\u00002\r\n\r\nabc"),
        row("RFC 9110, Section 5.1: a name that is no token", CL + "X A: 1\r\n\r\nabc"),
        row("RFC 9110, Section 5.1: no name", CL + ": 1\r\n\r\nabc"),
        row("RFC 9112, Section 5: no colon", CL + "nothing\r\n\r\nabc"),
        row(
            "CWE-770: a huge header section",
            CL + ("X-A: " + "a".repeat(1000) + "\r\n").repeat(80)),
        row("CWE-770: a huge status line", "HTTP/1.1 200 " + "a".repeat(9000) + "\r\n\r\n"));
  }

  private static Stream<Arguments> framings() {
    return Stream.of(
        row("RFC 9112, Section 6.3: CL and TE", CL + "Transfer-Encoding: chunked\r\n" + BODY),
        row("RFC 9112, Section 6.1: TE in HTTP/1.0", TE.replace("/1.1", "/1.0") + BODY),
        row(
            "RFC 9112, Section 6.1: gzip, chunked",
            OK + "Transfer-Encoding: gzip, chunked\r\n" + BODY),
        row("RFC 9112, Section 6.1: identity", OK + "Transfer-Encoding: identity\r\n\r\nabc"),
        row(
            "CVE-2026-89044: chunked, identity",
            OK + "Transfer-Encoding: chunked, identity\r\n" + BODY),
        row("CVE-2026-89044: xchunked", OK + "Transfer-Encoding: xchunked\r\n" + BODY),
        row("CVE-2026-89044: TE twice", TE + "Transfer-Encoding: chunked\r\n" + BODY),
        row("RFC 9110, Section 8.6: two lengths", CL + "Content-Length: 4\r\n\r\nabc"),
        row("RFC 9110, Section 8.6: a list", OK + "Content-Length: 3, 3\r\n\r\nabc"),
        row("RFC 9110, Section 8.6: a sign", OK + "Content-Length: +3\r\n\r\nabc"),
        row("RFC 9110, Section 8.6: negative", OK + "Content-Length: -3\r\n\r\nabc"),
        row("RFC 9110, Section 8.6: empty", OK + "Content-Length:\r\n\r\nabc"),
        row("RFC 9110, Section 8.6: hexadecimal", OK + "Content-Length: 0x3\r\n\r\nabc"),
        row(
            "RFC 9110, Section 8.6: overflow",
            OK + "Content-Length: 18446744073709551619\r\n\r\nabc"));
  }

  private static Arguments interims() {
    String interim = "HTTP/1.1 102 Processing\r\n\r\n";
    return row("RFC 9110, Section 15.2: interim answers without end", interim.repeat(100));
  }

  private static Arguments switching() {
    return row(
        "CVE-2026-2833: 101 unasked",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void is502AndItsConnectionIsClosed(String source, String response) throws Exception {
    answer = response;
    try (RawClient client = RawClient.connect(proxy.port())) {
      RawMessage refusal = client.get("/bad").readResponse();
      assertThat(refusal.status()).as(source).isEqualTo(502);
      assertThat(refusal.text()).contains("\"reason\":\"upstream_bad_response\"");
      int before = origin.connections();
      assertThat(client.get("/good").readResponse().text()).isEqualTo("good");
      assertThat(origin.connections()).isEqualTo(before + 1);
    }
  }

  static Stream<Arguments> trailers() {
    return Stream.of(
        row("RFC 9112, Section 7.1.2: a trailer without colon", "nothing\r\n\r\n"),
        row("RFC 9112, Section 5.1: a space before a trailer's colon", "A : 1\r\n\r\n"),
        row("RFC 9112, Section 5.2: obs-fold in a trailer", "A: 1\r\n 2\r\n\r\n"),
        row("funky chunks 2025: a bare LF after a trailer", "A: 1\nB: 2\r\n\r\n"),
        row("funky chunks 2025: a bare CR in a trailer", "A: 1\rB: 2\r\n\r\n"),
        row("RFC 9110, Section 5.5: NUL in a trailer", "A: 1\u00002\r\n\r\n"),
        row(
            "CWE-770: a huge trailer section",
            ("A: " + "a".repeat(1000) + "\r\n").repeat(80) + "\r\n"));
  }

  /** Its head has gone out, so the answer is broken off: the client sees no last chunk. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("trailers")
  void malformedTrailersBreakTheAnswerOff(String source, String section) throws Exception {
    answer = TE + "\r\n3\r\nabc\r\n0\r\nGood: 1\r\n\r\n";
    try (RawClient client = RawClient.connect(proxy.port())) {
      assertThat(client.get("/bad").readResponse().text()).isEqualTo("abc");
      answer = TE + "\r\n3\r\nabc\r\n0\r\n" + section;
      client.get("/bad");
      assertThatThrownBy(client::readResponse).as(source).isInstanceOf(IOException.class);
    }
  }

  /** Source: RFC 9110, Section 6.5.1. */
  @Test
  void onlyWhatATrailerMayBeIsPassedOn() throws Exception {
    String framing = "Content-Length: 9\r\nTransfer-Encoding: gzip\r\nHost: b\r\n";
    answer = TE + "\r\n3\r\nabc\r\n0\r\n" + framing + "Set-Cookie: a=b\r\nSum: 1\r\n\r\n";
    try (RawClient client = RawClient.connect(proxy.port())) {
      client.send("GET /bad HTTP/1.1\r\nHost: a.example\r\nConnection: TE\r\nTE: trailers\r\n\r\n");
      RawMessage head = client.reader().readHead();
      assertThat(head.field("Transfer-Encoding")).isEqualTo("chunked");
      assertThat(client.reader().readChunk()).hasSize(3);
      assertThat(client.reader().readChunk()).isEmpty();
      assertThat(client.reader().readLine()).isEqualTo("Sum: 1");
      assertThat(client.reader().readLine()).isEmpty();
      assertThat(client.get("/good").readResponse().text()).isEqualTo("good");
    }
  }

  static Stream<Arguments> surplus() {
    String smuggled = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled";
    return Stream.of(
        row("March 2023 redis-py kin: a second answer", CL + "\r\nabc" + smuggled),
        row(
            "RFC 9112, Section 6.3: 204 with content",
            "HTTP/1.1 204 No Content\r\n\r\n" + smuggled),
        row(
            "RFC 9112, Section 6.3: 304 with content",
            "HTTP/1.1 304 Not Modified\r\n\r\n" + smuggled),
        row("RFC 9112, Section 6.3: after the last chunk", TE + BODY + smuggled),
        row(
            "CVE-2026-42584: after an interim answer",
            "HTTP/1.1 103 Early\r\n\r\n" + CL + "\r\nabc" + smuggled));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("surplus")
  void whatFollowsAWholeAnswerReachesNobody(String source, String response) throws Exception {
    answer = response;
    try (RawClient client = RawClient.connect(proxy.port())) {
      RawMessage first = client.get("/bad").readResponse();
      assertThat(first.text()).as(source).isIn("abc", "");
      assertThat(client.get("/good").readResponse().text()).isEqualTo("good");
      assertThat(client.get("/good").readResponse().text()).isEqualTo("good");
    }
  }

  @ParameterizedTest(name = "HEAD: {0}")
  @MethodSource("surplus")
  void contentInAnAnswerToHeadReachesNobody(String source, String response) throws Exception {
    answer = response;
    try (RawClient client = RawClient.connect(proxy.port())) {
      client.send("HEAD /bad HTTP/1.1\r\nHost: a.example\r\n\r\n");
      assertThat(client.readResponseToHead().status()).as(source).isBetween(200, 304);
      assertThat(client.get("/good").readResponse().text()).isEqualTo("good");
    }
  }
}
