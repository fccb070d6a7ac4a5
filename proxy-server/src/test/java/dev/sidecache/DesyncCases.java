package dev.sidecache;

import dev.sidecache.testing.RawHttp2Client;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests within whose content, or behind which, another request hides, and answers of an origin
 * that are more or less than one; each with its source.
 */
final class DesyncCases {
  /** What must never be taken for a request. */
  static final String HIDDEN = "GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n";

  /**
   * One case over HTTP/1.1.
   *
   * @param source where it is known from
   * @param octets what is sent, one character per octet
   * @param statuses of all that must come back
   */
  record Case(String source, String octets, List<Integer> statuses) {
    @Override
    public String toString() {
      return source + " -> " + statuses;
    }
  }

  /**
   * One case over HTTP/2.
   *
   * @param block of the request
   * @param content of the request, or null if it has none
   * @param status of the answer, or 0 for a reset
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Http2Case(String source, byte[] block, String content, int status) {
    @Override
    public String toString() {
      return source + " -> " + status;
    }
  }

  private static final String HOST = "Host: a.example\r\n";
  private static final String LENGTH = "Content-Length: " + HIDDEN.length() + "\r\n";
  private static final String CODING = "Transfer-Encoding: chunked\r\n";
  private static final String CHUNKS =
      Integer.toHexString(HIDDEN.length()) + "\r\n" + HIDDEN + "\r\n0\r\n\r\n";
  private static final String SEQUEL = "HTTP/2: The Sequel is Always Worse, 2021";

  private final List<Case> cases = new ArrayList<>();

  static List<Case> requests() {
    DesyncCases all = new DesyncCases();
    all.contents();
    all.answeredHere();
    all.nominated();
    all.expectations();
    all.upgrades();
    all.ranges();
    all.ends();
    return all.cases;
  }

  private void add(String source, String octets, Integer... statuses) {
    cases.add(new Case(source, octets, List.of(statuses)));
  }

  /** A request with the hidden one as its content, by its length or in a chunk. */
  private static String with(String line, String fields) {
    return line + " HTTP/1.1\r\n" + HOST + fields + LENGTH + "\r\n" + HIDDEN;
  }

  private static String chunked(String line, String fields) {
    return line + " HTTP/1.1\r\n" + HOST + fields + CODING + "\r\n" + CHUNKS;
  }

  private void contents() {
    for (String method : List.of("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "QUERY")) {
      add("CL.0, Kettle 2022: " + method, with(method + " /shared/a", ""), 200);
      add("TE.0, 2024: " + method, chunked(method + " /shared/a", ""), 200);
    }
    add("CVE-2025-4366: content of what is a hit", with("GET /shared/hit", ""), 200);
    add("CVE-2025-4366: the same, chunked", chunked("GET /shared/hit", ""), 200);
    add("RFC 9110, Section 9.3.2: content of HEAD", with("HEAD /shared/hit", ""), 200);
    add("RFC 9110, Section 9.3.2: the same, chunked", chunked("HEAD /shared/hit", ""), 200);
    add(
        "CPDoS, HMO: another method named beside",
        with("POST /shared/a", "X-HTTP-Method-Override: GET\r\n"),
        200);
    add("RFC 9110, Section 9.1: GET in lower case", with("get /shared/hit", ""), 200);
    add("CWE-306: PURGE from a stranger", with("PURGE /shared/hit", ""), 200);
    String trailers = CHUNKS.substring(0, CHUNKS.length() - 2);
    String head = "POST /shared/a HTTP/1.1\r\n" + HOST + CODING + "\r\n" + trailers;
    for (String line : List.of("Content-Length: 9", "Transfer-Encoding: chunked", "Host: evil")) {
      add("RFC 9110, Section 6.5.1: trailer " + line, head + line + "\r\n\r\n", 200);
    }
  }

  /** What the proxy answers itself must read the content too, or close. */
  private void answeredHere() {
    add("CVE-2025-4366: health", with("GET /-/health", ""), 200);
    add(
        "CVE-2025-4366: only-if-cached",
        with("GET /own/n", "Cache-Control: only-if-cached\r\n"),
        504);
    add("CVE-2025-4366: a precondition", with("GET /shared/hit", "If-None-Match: \"v\"\r\n"), 200);
    add("CVE-2025-4366: a range", with("GET /shared/hit", "Range: bytes=0-1\r\n"), 200);
    add("CVE-2025-4366: OPTIONS for the proxy", with("OPTIONS *", "Max-Forwards: 0\r\n"), 204);
    add("CVE-2025-4366: TRACE", with("TRACE /shared/a", ""), 405);
    add("CVE-2025-4366: dot segments", with("GET /shared/../a", ""), 400);
    add("CVE-2025-4366: unknown expectation", with("GET /shared/a", "Expect: x\r\n"), 417);
    add("CVE-2025-4366: CONNECT", with("CONNECT a.example:80", ""), 501);
  }

  private void nominated() {
    String source = "CVE-2026-26365: Connection names ";
    for (String name : List.of("Content-Length", "close, content-length", "Host", "Expect")) {
      String connection = "Connection: " + name + "\r\n";
      add(source + name, with("POST /shared/a", connection), 200);
    }
    for (String name : List.of("Transfer-Encoding", "TE, transfer-encoding")) {
      String connection = "Connection: " + name + "\r\n";
      add(source + name, chunked("POST /shared/a", connection), 200);
    }
    add(source + "nothing", with("POST /shared/a", "Connection: ,\r\n"), 200);
    add(source + "what is no token", with("POST /shared/a", "Connection: \"\r\n"), 200);
    add(
        "Abusing HTTP hop-by-hop request headers, 2019: Keep-Alive and Proxy-Connection",
        with("POST /shared/a", "Keep-Alive: 5\r\nProxy-Connection: close\r\n"),
        200);
  }

  private void expectations() {
    String expect = "Expect: 100-continue\r\n";
    add("CVE-2024-24791: GET that expects", with("GET /shared/a", expect), 200);
    add("CVE-2024-24791: POST that expects", with("POST /shared/a", expect), 200);
    add("CVE-2024-24791: HEAD that expects", with("HEAD /shared/hit", expect), 200);
    add("CVE-2025-32094: OPTIONS that expects", with("OPTIONS /shared/a", expect), 200);
    add(
        "Kettle 2025: expects in odd case",
        with("POST /shared/a", "expect: 100-Continue\r\n"),
        200);
    add("Kettle 2025: expects twice", with("POST /shared/a", expect + expect), 417);
    add(
        "Kettle 2025: expects something before",
        with("POST /shared/a", "Expect: y 100-continue\r\n"),
        417);
    add(
        "Kettle 2025: expects without content",
        "GET /shared/a HTTP/1.1\r\n" + HOST + expect + "\r\n",
        200);
  }

  private void upgrades() {
    String h2c =
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
    String get = "GET /shared/a HTTP/1.1\r\n" + HOST;
    add(
        "h2c smuggling, 2020: a preface follows",
        get + h2c + "\r\n" + RawHttp2Client.PREFACE,
        200,
        505);
    add("h2c smuggling, 2020: without Connection", get + "Upgrade: h2c\r\n\r\n", 200);
    String socket = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    String version =
        "Sec-WebSocket-Version: 777\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    add(
        "WebSocket smuggling, 2019: a wrong version",
        get + socket + version + "\r\n" + HIDDEN,
        200);
    add("CVE-2026-2833: a request behind an upgrade", get + socket + "\r\n" + HIDDEN, 200);
    add("CVE-2026-2833: an upgrade with content", with("POST /shared/a", socket), 200);
    add(
        "RFC 9113, Section 3.4: a preface after a request",
        get + "\r\n" + RawHttp2Client.PREFACE,
        200,
        505);
  }

  /** Of a stored answer: never more octets than a few times its own. */
  private void ranges() {
    String get = "GET /shared/kept HTTP/1.1\r\n" + HOST + "Connection: close\r\nRange: bytes=";
    add("CVE-2011-3192: a thousand ranges", get + "0-" + ",0-".repeat(1_000) + "\r\n\r\n", 200);
    add("CVE-2011-3192: ranges that overlap", get + "0-7,1-7,2-7,3-7\r\n\r\n", 200);
    add("CVE-2017-7529: a suffix that overflows", get + "-9223372036854775809\r\n\r\n", 206);
    add(
        "CVE-2017-7529: suffixes whose sum overflows",
        get + "-7,-9223372036854775802\r\n\r\n",
        200);
    add("RFC 9110, Section 14.2: beyond the end", get + "8-\r\n\r\n", 416);
    add("RFC 9110, Section 14.1.2: first after last", get + "5-3\r\n\r\n", 200);
  }

  private void ends() {
    String get = "GET /shared/a HTTP/1.1\r\n" + HOST;
    String close = "RFC 9112, Section 9.6: nothing is read after close";
    add(close, get + "Connection: close\r\n\r\n" + HIDDEN, 200);
    add(close + ", in a list", get + "Connection: keep-alive, close\r\n\r\n" + HIDDEN, 200);
    add(
        close + ", on a second line",
        get + "Connection: x\r\nConnection: CLOSE\r\n\r\n" + HIDDEN,
        200);
    add("RFC 9112, Section 9.3: HTTP/1.0 ends", "GET /shared/a HTTP/1.0\r\n\r\n" + HIDDEN, 200);
    add("RFC 9112, Section 6.3: a cut request line", get + "\r\nGET /smuggled", 200);
    add(
        "RFC 9112, Section 8: a cut head",
        get + "\r\nGET /smuggled HTTP/1.1\r\nHost: a.exam",
        200,
        400);
  }

  private static Http2Case post(String what, int status, String content, String... fields) {
    byte[] block = RawHttp2Client.request("POST", "/shared/a", fields);
    return new Http2Case(SEQUEL + ": " + what, block, content, status);
  }

  private static Http2Case line(
      String what, int status, String method, String scheme, String path) {
    return new Http2Case(SEQUEL + ": " + what, block(method, scheme, path, "a"), null, status);
  }

  private static Http2Case authority(String what, int status, String authority) {
    byte[] block = block("GET", "http", "/", authority);
    return new Http2Case(SEQUEL + ": " + what, block, null, status);
  }

  private static byte[] block(String method, String scheme, String path, String authority) {
    return RawHttp2Client.block(
        ":method", method, ":scheme", scheme, ":path", path, ":authority", authority);
  }

  /** Requests that, told in HTTP/1.1, would be two. */
  static List<Http2Case> http2Requests() {
    String length = Integer.toString(HIDDEN.length());
    return List.of(
        post("control, content of another request", 200, HIDDEN, "content-length", length),
        post("h2.CL, length 0", 0, HIDDEN, "content-length", "0"),
        post("h2.CL, too short a length", 0, HIDDEN, "content-length", "9"),
        post("h2.CL, too long a length", 0, HIDDEN, "content-length", "99999"),
        post("h2.CL, a list of equals", 200, HIDDEN, "content-length", length + ", " + length),
        post("h2.CL, with a sign", 0, HIDDEN, "content-length", "+" + length),
        post("h2.TE", 0, "0\r\n\r\n" + HIDDEN, "transfer-encoding", "chunked"),
        post("h2.TE, identity", 0, HIDDEN, "transfer-encoding", "identity"),
        post("a line end in a value", 0, HIDDEN, "x-a", "b\r\nTransfer-Encoding: chunked"),
        post("a bare CR in a value", 0, HIDDEN, "x-a", "b\rTransfer-Encoding: chunked"),
        post("a line end in a name", 0, HIDDEN, "x-a: b\r\ntransfer-encoding", "chunked"),
        post("a colon in a name", 0, HIDDEN, "transfer-encoding: chunked", ""),
        post("a name of nothing", 0, HIDDEN, "", "a"),
        post("connection names the length", 0, HIDDEN, "connection", "content-length"),
        post("a cookie with a line end", 0, HIDDEN, "cookie", "a=b\r\n\r\n" + HIDDEN),
        line("a line end in the path", 0, "GET", "http", "/ HTTP/1.1\r\nX: y\r\n\r\n" + HIDDEN),
        line("a space in the path", 400, "GET", "http", "/shared/a HTTP/1.1"),
        line("an absolute path", 400, "GET", "http", "http://b.example/smuggled"),
        line("a request line as the method", 400, "GET /smuggled HTTP/1.1", "http", "/"),
        line("a line end in the method", 0, "GET /smuggled HTTP/1.1\r\nX: y", "http", "/"),
        line("an address as the scheme", 400, "GET", "http://b.example/smuggled?", "/"),
        authority("a line end in the authority", 0, "a\r\nX: y"),
        authority("a path in the authority", 400, "a.example/smuggled"));
  }

  /** Answers that must not be passed on: each tells something of evil. */
  static List<Case> answers() {
    List<Case> cases = new ArrayList<>();
    String ok = "HTTP/1.1 200 OK\r\n";
    String end = "Content-Length: 4\r\n\r\nevil";
    String splitting = "RFC 9112, Section 11.1, response splitting: ";
    answer(cases, splitting + "a bare CR in a value", ok + "X-A: a\rSet-Cookie: evil\r\n" + end);
    answer(cases, splitting + "NUL in a value", ok + "X-A: a\u0000evil\r\n" + end);
    answer(cases, splitting + "DEL in a value", ok + "X-A: a\u007fevil\r\n" + end);
    answer(cases, "RFC 9112, Section 2.2: a bare LF", ok + "X-A: a\nSet-Cookie: evil\r\n" + end);
    answer(cases, "RFC 9112, Section 2.2: a status line ends in LF", "HTTP/1.1 200 OK\n" + end);
    answer(cases, "RFC 9112, Section 5.1: a space before a colon", ok + "X-Evil : a\r\n" + end);
    answer(cases, "RFC 9112, Section 5.2: obs-fold", ok + "X-A: a\r\n evil\r\n" + end);
    answer(cases, "RFC 9110, Section 5.1: a name that is no token", ok + "X(A: evil\r\n" + end);
    answer(cases, "RFC 9112, Section 5: a line without a colon", ok + "evil\r\n" + end);
    answer(cases, "RFC 9112, Section 4: two digits", "HTTP/1.1 20 OK\r\n" + end);
    answer(cases, "RFC 9112, Section 4: four digits", "HTTP/1.1 2000 OK\r\n" + end);
    answer(
        cases,
        "RFC 9112, Section 4: a control octet in the reason",
        "HTTP/1.1 200 \u0001evil\r\n" + end);
    answer(cases, "RFC 9112, Section 2.3: another version", "HTTP/2.0 200 OK\r\n" + end);
    answer(cases, "RFC 9112, Section 4: no status line", "evil");
    answer(cases, "RFC 9112, Section 4: something before", "evil\r\n" + ok + end);
    answer(
        cases,
        "RFC 9110, Section 15.2.2: 101 unasked",
        "HTTP/1.1 101 Evil\r\nUpgrade: evil\r\nConnection: Upgrade\r\n\r\nevil");
    answer(
        cases,
        "RFC 9112, Section 6.1: TE in HTTP/1.0",
        "HTTP/1.0 200 OK\r\n" + CODING + "\r\n4\r\nevil\r\n0\r\n\r\n");
    answer(
        cases,
        "RFC 9112, Section 6.3: TE and CL",
        ok + CODING + "Content-Length: 3\r\n\r\n4\r\nevil\r\n0\r\n\r\n");
    answer(cases, "RFC 9112, Section 6.3: two lengths", ok + "Content-Length: 3\r\n" + end);
    answer(
        cases,
        "RFC 9112, Section 6.3: chunked is not the last",
        ok + "Transfer-Encoding: chunked, x\r\n\r\n4\r\nevil\r\n0\r\n\r\n");
    answer(
        cases,
        "CWE-770: interim answers without end",
        "HTTP/1.1 103 Evil\r\n\r\n".repeat(500) + ok + end);
    answer(
        cases,
        "CWE-770: a head over the limit",
        ok + "X-A: " + "evil".repeat(70_000) + "\r\n" + end);
    return cases;
  }

  private static void answer(List<Case> cases, String source, String octets) {
    cases.add(new Case(source, octets, List.of(502)));
  }
}
