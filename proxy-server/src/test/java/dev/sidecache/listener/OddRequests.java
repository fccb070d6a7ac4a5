package dev.sidecache.listener;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests that look odd and must be served: each is near to one of {@link HostileRequests}, and
 * all readers understand it alike.
 */
final class OddRequests {
  /**
   * One request.
   *
   * @param source where the case is known from
   * @param octets what is sent, one character per octet
   */
  record Case(String source, String octets) {
    @Override
    public String toString() {
      return source;
    }
  }

  private static final String HOST = "Host: a.example\r\n";
  private static final String GET = "GET / HTTP/1.1\r\n" + HOST;
  private static final String POST = "POST / HTTP/1.1\r\n" + HOST;
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n";

  private final List<Case> cases = new ArrayList<>();

  static List<Case> all() {
    OddRequests all = new OddRequests();
    all.heads();
    all.contents();
    return all.cases;
  }

  private void add(String source, String octets) {
    cases.add(new Case(source, octets));
  }

  private void heads() {
    add("a plain request", GET + "\r\n");
    add("RFC 9112, Section 2.2: an empty line before the request", "\r\n" + GET + "\r\n");
    add(
        "RFC 9112, Section 3.2.2: absolute-form with the same host",
        "GET http://A.example:80/a HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "RFC 3986, Section 3.2.3: the default port",
        "GET / HTTP/1.1\r\nHost: a.example:80\r\n\r\n");
    add(
        "RFC 3986, Section 3.2.2: an IPv6 address",
        "GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n");
    add("RFC 9112, Section 3.2: HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n");
    add("RFC 9110, Section 5.5: a tab in a value", GET + "X-A: 1\t2\r\n\r\n");
    add("RFC 9110, Section 5.5: an octet above ASCII in a value", GET + "X-A: \u00e9\r\n\r\n");
    add("RFC 9110, Section 5.5: an empty value", GET + "X-A:\r\n\r\n");
    add("RFC 9110, Section 9.1: an unknown method", "QUERY / HTTP/1.1\r\n" + HOST + "\r\n");
  }

  private void contents() {
    add("RFC 9110, Section 8.6: Content-Length: 0", POST + "Content-Length: 0\r\n\r\n");
    add("RFC 9110, Section 8.6: leading zeros", POST + "Content-Length: 005\r\n\r\nhello");
    add(
        "RFC 9112, Section 7: TE in another case",
        POST + "transfer-encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    add(
        "RFC 9112, Section 7.1.1: a chunk extension",
        CHUNKED + "\r\n5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n");
    add(
        "RFC 9112, Section 7.1.2: a trailer section",
        CHUNKED + "\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
    add(
        "CPDoS, HMC: an escaped control octet in the query",
        "GET /?a=%0a HTTP/1.1\r\n" + HOST + "\r\n");
    add(
        "a target of nearly 8 KiB",
        "GET /" + "a".repeat(8 * 1024 - 20) + " HTTP/1.1\r\n" + HOST + "\r\n");
    add("99 further fields", GET + "X-A: 1\r\n".repeat(99) + "\r\n");
  }
}
