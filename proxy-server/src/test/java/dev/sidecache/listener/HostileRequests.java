package dev.sidecache.listener;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests that two readers could understand differently, with what must become of them and where
 * each is known from. {@link HostileRequestsIT} sends them.
 */
public final class HostileRequests {
  /**
   * One request.
   *
   * @param source where the case is known from
   * @param octets what is sent, one character per octet
   * @param status of the answer, after which the connection closes
   */
  public record Case(String source, String octets, int status) {
    @Override
    public String toString() {
      return source + " -> " + status;
    }
  }

  private static final String HOST = "Host: a.example\r\n";
  private static final String GET = "GET / HTTP/1.1\r\n" + HOST;
  private static final String POST = "POST / HTTP/1.1\r\n" + HOST;
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n";

  private final List<Case> cases = new ArrayList<>();

  /** All of them. */
  public static List<Case> all() {
    HostileRequests all = new HostileRequests();
    all.requestLines();
    all.targets();
    all.hosts();
    all.fields();
    all.contentLengths();
    all.transferCodings();
    all.chunks();
    all.trailers();
    all.tooLarge();
    return all.cases;
  }

  private void add(String source, int status, String octets) {
    cases.add(new Case(source, octets, status));
  }

  private void requestLines() {
    add(
        "RFC 9112, Section 3: two spaces after the method",
        400,
        "GET  / HTTP/1.1\r\n" + HOST + "\r\n");
    add("RFC 9112, Section 3: a tab after the method", 400, "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 3: two spaces before the version",
        400,
        "GET /  HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 3: a space after the version",
        400,
        "GET / HTTP/1.1 \r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 3: a space before the method",
        400,
        " GET / HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 3.2: a space in the target",
        400,
        "GET /a b HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "netty 16970: a control octet before the method",
        400,
        "\u0001GET / HTTP/1.1\r\n" + HOST + "\r\n");
    add("CVE-2026-50020: NUL before the method", 400, "\u0000GET / HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "netty 16971: a control octet after the version",
        400,
        "GET / HTTP/1.1\u0001\r\n" + HOST + "\r\n");
    add("netty 16971: a form feed before the version", 400, "GET / \fHTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 2.2: a bare CR before the method",
        400,
        "\rGET / HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 2.2: a bare LF before the method",
        400,
        "\nGET / HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 2.2: the request line ends with a bare LF",
        400,
        "GET / HTTP/1.1\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 2.2: a bare CR within the request line",
        400,
        "GET /\r HTTP/1.1\r\n" + HOST + "\r\n");
    add("RFC 9112, Section 2.2: many empty lines", 400, "\r\n\r\n\r\n\r\n" + GET + "\r\n");
    add("RFC 9110, Section 9.1: the method is no token", 400, "G@T / HTTP/1.1\r\n" + HOST + "\r\n");
    add("RFC 9110, Section 9.1: no method", 400, " / HTTP/1.1\r\n" + HOST + "\r\n");
    add("RFC 9112, Section 2.3: HTTP/0.9", 400, "GET /\r\n\r\n");
    add("RFC 9112, Section 2.3: version in lower case", 400, "GET / http/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 2.3: version with two digits",
        400,
        "GET / HTTP/1.10\r\n" + HOST + "\r\n");
    add("RFC 9112, Section 2.3: another version", 505, "GET / HTTP/1.2\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 3: TLS to a port without it",
        400,
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n");
    add("CVE-2026-2833: CONNECT", 501, "CONNECT a.example:443 HTTP/1.1\r\n" + HOST + "\r\n");
    add("RFC 9110, Section 9.3.8: TRACE", 405, "TRACE / HTTP/1.1\r\n" + HOST + "\r\n");
  }

  private void targets() {
    add("RFC 9112, Section 3.2: no leading slash", 400, "GET a HTTP/1.1\r\n" + HOST + "\r\n");
    add("USENIX 2020: dot segment", 400, "GET /a/../b HTTP/1.1\r\n" + HOST + "\r\n");
    add("USENIX 2020: escaped dot segment", 400, "GET /a/%2e%2E/b HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "PortSwigger 2024: dot segment before a semicolon",
        400,
        "GET /a/..;/b HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "CVE-2026-41417: an escaped CRLF in the path",
        400,
        "GET /a%0d%0aX:1 HTTP/1.1\r\n" + HOST + "\r\n");
    add("PortSwigger 2024: an escaped NUL", 400, "GET /a%00.css HTTP/1.1\r\n" + HOST + "\r\n");
    add("RFC 9112, Section 3.2: a fragment", 400, "GET /a#b HTTP/1.1\r\n" + HOST + "\r\n");
    add("RFC 3986, Section 2.1: a broken escape", 400, "GET /a%zz HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 3.2: an octet above ASCII",
        400,
        "GET /\u00e9 HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 3.2.2: absolute-form names another host",
        400,
        "GET http://b.example/ HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "VSV00018: absolute-form with another port",
        400,
        "GET http://a.example:81/ HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "Host of Troubles: absolute-form with user information",
        400,
        "GET http://x@a.example/ HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "Kettle 2017: absolute-form of another scheme",
        400,
        "GET ftp://a.example/ HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 3.2.3: authority-form without CONNECT",
        400,
        "GET a.example:80 HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 9112, Section 3.2.4: asterisk-form without OPTIONS",
        400,
        "GET * HTTP/1.1\r\n" + HOST + "\r\n");
  }

  private void hosts() {
    add("RFC 9112, Section 3.2: no Host", 400, "GET / HTTP/1.1\r\n\r\n");
    add("Host of Troubles: two Hosts", 400, GET + "Host: b.example\r\n\r\n");
    add("Host of Troubles: the same Host twice", 400, GET + HOST + "\r\n");
    add("RFC 9110, Section 7.2: an empty Host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n");
    add(
        "Host of Troubles: two names in a Host",
        400,
        "GET / HTTP/1.1\r\nHost: a.example, b.example\r\n\r\n");
    add(
        "Kettle 2017: Host with user information",
        400,
        "GET / HTTP/1.1\r\nHost: x@a.example\r\n\r\n");
    add("Kettle 2017: Host with a path", 400, "GET / HTTP/1.1\r\nHost: a.example/x\r\n\r\n");
    add(
        "Kettle 2017: Host with a port that is no number",
        400,
        "GET / HTTP/1.1\r\nHost: a.example:8x\r\n\r\n");
    add(
        "RFC 3986, Section 3.2.3: a port too large",
        400,
        "GET / HTTP/1.1\r\nHost: a.example:65536\r\n\r\n");
    add(
        "RFC 3986, Section 3.2.2: a broken IPv6 address",
        400,
        "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n");
  }

  private void fields() {
    add("RFC 9112, Section 5.1: a space before the colon", 400, GET + "X-A : 1\r\n\r\n");
    add("RFC 9112, Section 5.1: a tab before the colon", 400, GET + "X-A\t: 1\r\n\r\n");
    add(
        "CVE-2019-16869: a space before the colon of TE",
        400,
        POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n");
    add("RFC 9112, Section 5.2: obs-fold with a space", 400, GET + "X-A: 1\r\n 2\r\n\r\n");
    add("CVE-2025-32094: obs-fold with a tab", 400, GET + "X-A: 1\r\n\t2\r\n\r\n");
    add(
        "CVE-2025-32094: obs-fold that hides TE",
        400,
        POST + "X-A: 1\r\n Transfer-Encoding: chunked\r\n\r\n");
    add(
        "RFC 9112, Section 2.2: white space before the first field",
        400,
        "GET / HTTP/1.1\r\n " + HOST + "\r\n");
    add("RFC 9112, Section 2.2: a line ends with a bare LF", 400, GET + "X-A: 1\n\r\n");
    add("RFC 9112, Section 2.2: the section ends with a bare LF", 400, GET + "X-A: 1\r\n\n");
    add("RFC 9112, Section 2.2: a bare CR in a value", 400, GET + "X-A: 1\r2\r\n\r\n");
    add("RFC 9110, Section 5.5: NUL in a value", 400, GET + "X-A: 1\u00002\r\n\r\n");
    add("RFC 9110, Section 5.5: a control octet in a value", 400, GET + "X-A: 1\u00012\r\n\r\n");
    add("RFC 9110, Section 5.5: DEL in a value", 400, GET + "X-A: 1\u007f\r\n\r\n");
    add("RFC 9110, Section 5.1: NUL in a name", 400, GET + "X-\u0000A: 1\r\n\r\n");
    add("RFC 9110, Section 5.1: a name above ASCII", 400, GET + "X-\u00c4: 1\r\n\r\n");
    add("RFC 9110, Section 5.1: no name", 400, GET + ": 1\r\n\r\n");
    add("RFC 9112, Section 5: a line without a colon", 400, GET + "nothing\r\n\r\n");
    add(
        "RFC 9110, Section 11.6.2: two Authorizations",
        400,
        GET + "Authorization: Basic YQ==\r\nAuthorization: Basic Yg==\r\n\r\n");
    add("RFC 9110, Section 10.1.1: an unknown expectation", 417, GET + "Expect: 200-ok\r\n\r\n");
    add(
        "RFC 9112, Section 6.3: a draft of WebSocket that Netty still gives content to",
        400,
        GET + "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n12345678");
  }

  private void contentLengths() {
    for (String value :
        List.of("+5", "-5", "0x5", "5_0", "", "5,5", "5, 5", "5 5", "5.0", "five", "\u00b2")) {
      add(
          "HTTP Garden: Content-Length \"" + value + "\"",
          400,
          POST + "Content-Length: " + value + "\r\n\r\nhello");
    }
    add(
        "HTTP Garden: Content-Length overflows",
        400,
        POST + "Content-Length: 18446744073709551621\r\n\r\nhello");
    add(
        "CVE-2021-40346: Content-Length twice",
        400,
        POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
    add(
        "CVE-2021-40346: two Content-Lengths",
        400,
        POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
    for (String second : List.of("5", "6", "x")) {
      add(
          "CVE-2021-40346: a second Content-Length in HTTP/1.0, " + second,
          400,
          "POST /hostile HTTP/1.0\r\nHost: test.example\r\nContent-Length: 5\r\nContent-Length: "
              + second
              + "\r\n\r\nhello");
    }
    add(
        "CVE-2023-40225: an empty Content-Length and a good one",
        400,
        POST + "Content-Length:\r\nContent-Length: 5\r\n\r\nhello");
  }

  private void transferCodings() {
    add("Kettle 2019: CL and TE", 400, CHUNKED + "Content-Length: 5\r\n\r\n0\r\n\r\n");
    add(
        "Kettle 2019: TE and CL",
        400,
        POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    add(
        "CVE-2026-42581: TE in HTTP/1.0",
        400,
        "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    add(
        "CVE-2026-42581: TE and CL in HTTP/1.0",
        400,
        "POST / HTTP/1.0\r\n"
            + HOST
            + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    for (String value :
        List.of(
            "xchunked",
            "chunked, chunked",
            "gzip, chunked",
            "chunked, identity",
            "chunked, xchunked",
            "identity",
            "",
            "chunked;q=1",
            "\"chunked\"",
            "chunked,",
            ",chunked")) {
      add(
          "CVE-2026-89044, Kettle 2019: TE \"" + value + "\"",
          400,
          POST + "Transfer-Encoding: " + value + "\r\n\r\n0\r\n\r\n");
    }
    add("Kettle 2019: TE twice", 400, CHUNKED + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    add(
        "Kettle 2019: TE and another TE",
        400,
        CHUNKED + "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n");
    add(
        "Kettle 2019: TE with a vertical tab",
        400,
        POST + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n");
  }

  private void chunks() {
    for (String size :
        List.of("", "g", "0x5", "+5", "-5", "5 5", " 5", "5_", "FFFFFFFFFFFFFFFF5", "80000000")) {
      add(
          "HTTP Garden, CVE-2025-22871: chunk size \"" + size + "\"",
          400,
          CHUNKED + "\r\n" + size + "\r\nhello\r\n0\r\n\r\n");
    }
    add(
        "CVE-2025-58056: a bare LF after the chunk size",
        400,
        CHUNKED + "\r\n5\nhello\r\n0\r\n\r\n");
    add(
        "CVE-2025-58056: a bare LF in a chunk extension",
        400,
        CHUNKED + "\r\n5;a\nhello\r\n0\r\n\r\n");
    add(
        "CVE-2025-55315: a bare CR in a chunk extension",
        400,
        CHUNKED + "\r\n5;a\rb\r\nhello\r\n0\r\n\r\n");
    add(
        "CVE-2026-33870: CRLF in a quoted chunk extension",
        400,
        CHUNKED + "\r\n5;a=\"\r\nhello\r\n0\r\n\r\n");
    add(
        "funky chunks 2025: a chunk longer than its size",
        400,
        CHUNKED + "\r\n5\r\nhelloX\r\n0\r\n\r\n");
    add(
        "funky chunks 2025: a chunk ends with a bare LF",
        400,
        CHUNKED + "\r\n5\r\nhello\n0\r\n\r\n");
    add(
        "funky chunks 2025: a chunk ends with two other octets",
        400,
        CHUNKED + "\r\n5\r\nhelloXX0\r\n\r\n");
    add(
        "funky chunks 2025: a bare LF ends the trailer section",
        400,
        CHUNKED + "\r\n5\r\nhello\r\n0\r\n\n");
    add(
        "funky chunks 2025: a malformed trailer line",
        400,
        CHUNKED + "\r\n5\r\nhello\r\n0\r\nno colon\r\n\r\n");
  }

  private void trailers() {
    String content = CHUNKED + "\r\n5\r\nhello\r\n0\r\n";
    add("RFC 9112, Section 7.1.2: a trailer without colon", 400, content + "nothing\r\n\r\n");
    add("RFC 9112, Section 7.1.2: one behind another", 400, content + "A: 1\r\nB\r\n\r\n");
    add("RFC 9112, Section 5.1: no name in a trailer", 400, content + ": 1\r\n\r\n");
    add("RFC 9112, Section 5.1: a space before a trailer's colon", 400, content + "A : 1\r\n\r\n");
    add("RFC 9112, Section 5.1: a tab before a trailer's colon", 400, content + "A\t: 1\r\n\r\n");
    add("RFC 9112, Section 5.2: obs-fold in a trailer", 400, content + "A: 1\r\n 2\r\n\r\n");
    add("RFC 9112, Section 2.2: white space before a trailer", 400, content + " A: 1\r\n\r\n");
    add("funky chunks 2025: a bare LF after a trailer", 400, content + "A: 1\nB: 2\r\n\r\n");
    add("funky chunks 2025: a bare CR in a trailer", 400, content + "A: 1\rB: 2\r\n\r\n");
    add("funky chunks 2025: a bare LF after the last trailer", 400, content + "A: 1\r\n\n");
    add("RFC 9110, Section 5.5: NUL in a trailer", 400, content + "A: 1\u00002\r\n\r\n");
    add("RFC 9110, Section 5.5: a control octet in a trailer", 400, content + "A: \u0001\r\n\r\n");
    add("RFC 9110, Section 5.1: a trailer's name that is no token", 400, content + "A(: 1\r\n\r\n");
    add(
        "CWE-770: a huge trailer section",
        431,
        content + ("A: " + "a".repeat(1000) + "\r\n").repeat(40) + "\r\n");
  }

  private void tooLarge() {
    add(
        "CPDoS, HHO: a target over 8 KiB",
        414,
        "GET /" + "a".repeat(8 * 1024) + " HTTP/1.1\r\n" + HOST + "\r\n");
    add("CPDoS, HHO: a field over 32 KiB", 431, GET + "X-A: " + "a".repeat(32 * 1024) + "\r\n\r\n");
    add("CWE-770: more than 100 fields", 431, GET + "X-A: 1\r\n".repeat(100) + "\r\n");
    add(
        "CWE-770: a header section over 32 KiB",
        431,
        GET + ("X-A: " + "a".repeat(1000) + "\r\n").repeat(40) + "\r\n");
  }
}
