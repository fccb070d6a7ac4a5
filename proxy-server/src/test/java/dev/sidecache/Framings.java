package dev.sidecache;

import java.util.LinkedHashMap;
import java.util.Map;

/** Requests whose framing is right, odd or wrong: names, and octets with one character each. */
final class Framings {
  private static final String HOST = "Host: a.example\r\n";
  private static final String POST = "POST / HTTP/1.1\r\n" + HOST;
  private static final String GET = "GET / HTTP/1.1\r\n" + HOST;
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String LAST = "0\r\n\r\n";

  private final Map<String, String> all = new LinkedHashMap<>();

  static Map<String, String> all() {
    Framings framings = new Framings();
    framings.lengths();
    framings.codings();
    framings.chunks();
    framings.lines();
    framings.heads();
    return framings.all;
  }

  private void length(String name, String fields) {
    all.put(name, POST + fields + "\r\n\r\nhello");
  }

  private void coding(String name, String fields) {
    all.put(name, POST + fields + "\r\n\r\n5\r\nhello\r\n" + LAST);
  }

  private void chunk(String name, String content) {
    all.put(name, CHUNKED + content);
  }

  private void lengths() {
    length("length", "Content-Length: 5");
    length("length with leading zeros", "Content-Length: 005");
    length("length with white space around", "Content-Length:\t 5 \t");
    length("length with a plus sign", "Content-Length: +5");
    length("length with a minus sign", "Content-Length: -5");
    length("length in hexadecimal", "Content-Length: 0x5");
    length("length with an underscore", "Content-Length: 5_0");
    length("length as a list of equals", "Content-Length: 5, 5");
    length("length as a list of others", "Content-Length: 5, 6");
    length("length twice", "Content-Length: 5\r\nContent-Length: 5");
    length("two lengths", "Content-Length: 5\r\nContent-Length: 6");
    length("length empty", "Content-Length:");
    length("length with a fraction", "Content-Length: 5.0");
    length("length over 2^64", "Content-Length: 18446744073709551621");
    length("length behind a space before the colon", "Content-Length : 5");
    all.put("content of GET", GET + "Content-Length: 5\r\n\r\nhello");
    all.put("length in HTTP/1.0", "POST / HTTP/1.0\r\n" + HOST + "Content-Length: 5\r\n\r\nhello");
    all.put("no length", POST + "\r\n");
  }

  private void codings() {
    coding("chunked", "Transfer-Encoding: chunked");
    coding("chunked in another case", "Transfer-Encoding: Chunked");
    coding("chunked and length", "Transfer-Encoding: chunked\r\nContent-Length: 5");
    coding("length and chunked", "Content-Length: 20\r\nTransfer-Encoding: chunked");
    coding("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");
    coding("chunked, chunked", "Transfer-Encoding: chunked, chunked");
    coding("gzip, chunked", "Transfer-Encoding: gzip, chunked");
    coding("chunked, identity", "Transfer-Encoding: chunked, identity");
    coding("identity", "Transfer-Encoding: identity");
    coding("xchunked", "Transfer-Encoding: xchunked");
    coding("coding empty", "Transfer-Encoding:");
    coding("chunked with a parameter", "Transfer-Encoding: chunked;q=1");
    coding("chunked in quotes", "Transfer-Encoding: \"chunked\"");
    coding("chunked after a comma", "Transfer-Encoding: ,chunked");
    coding("chunked after a vertical tab", "Transfer-Encoding: \u000bchunked");
    coding("chunked behind a space before the colon", "Transfer-Encoding : chunked");
    coding("chunked on a folded line", "Transfer-Encoding:\r\n chunked");
    coding("chunked that Connection names", "Transfer-Encoding: chunked\r\nConnection: te");
    String old = "POST / HTTP/1.0\r\n" + HOST;
    String content = "5\r\nhello\r\n" + LAST;
    all.put("chunked in HTTP/1.0", old + "Transfer-Encoding: chunked\r\n\r\n" + content);
    all.put("chunked content of GET", GET + "Transfer-Encoding: chunked\r\n\r\n" + content);
  }

  private void chunks() {
    chunk("chunk size with leading zeros", "0005\r\nhello\r\n" + LAST);
    chunk("chunk size in capitals", "A\r\n0123456789\r\n" + LAST);
    chunk("chunk size with 0x", "0x5\r\nhello\r\n" + LAST);
    chunk("chunk size with a sign", "+5\r\nhello\r\n" + LAST);
    chunk("chunk size empty", "\r\nhello\r\n" + LAST);
    chunk("chunk size after a space", " 5\r\nhello\r\n" + LAST);
    chunk("chunk size before a space", "5 \r\nhello\r\n" + LAST);
    chunk("chunk size over 2^64", "10000000000000005\r\nhello\r\n" + LAST);
    chunk("chunk extension", "5;a=b\r\nhello\r\n" + LAST);
    chunk("chunk extension in quotes", "5;a=\"b;c\"\r\nhello\r\n" + LAST);
    chunk("chunk extension of nothing", "5;\r\nhello\r\n" + LAST);
    chunk("chunk extension with a bare LF", "5;a\nhello\r\n" + LAST);
    chunk("chunk extension with a bare CR", "5;a\rb\r\nhello\r\n" + LAST);
    chunk("chunk extension with CRLF in quotes", "5;a=\"\r\nhello\r\n" + LAST);
    chunk("chunk size ends with LF", "5\nhello\r\n" + LAST);
    chunk("chunk size ends with CR", "5\rhello\r\n" + LAST);
    chunk("chunk ends with LF", "5\r\nhello\n" + LAST);
    chunk("chunk ends with two others", "5\r\nhelloXX" + LAST);
    chunk("chunk longer than its size", "4\r\nhello\r\n" + LAST);
    chunk("last chunk of several zeros", "5\r\nhello\r\n000\r\n\r\n");
    chunk("last chunk with an extension", "5\r\nhello\r\n0;a\r\n\r\n");
    chunk("trailer", "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
    chunk("trailer that frames", "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n");
    chunk("trailer without a colon", "5\r\nhello\r\n0\r\nnothing\r\n\r\n");
    chunk("trailer section ends with LF", "5\r\nhello\r\n0\r\n\n");
  }

  private void lines() {
    all.put("request line ends with LF", "GET / HTTP/1.1\n" + HOST + "\r\n");
    all.put("field ends with LF", GET + "X-A: 1\n\r\n");
    all.put("section ends with LF", GET + "\n");
    all.put("all lines end with LF", "GET / HTTP/1.1\nHost: a.example\n\n");
    all.put("field ends with CR", GET + "X-A: 1\rX-B: 2\r\n\r\n");
    all.put("empty line before", "\r\n" + GET + "\r\n");
    all.put("several empty lines before", "\r\n\r\n\r\n" + GET + "\r\n");
    all.put("LF before", "\n" + GET + "\r\n");
    all.put("CR before", "\r" + GET + "\r\n");
    all.put("white space before the first field", "GET / HTTP/1.1\r\n " + HOST + "\r\n");
    all.put("folded line", GET + "X-A: 1\r\n 2\r\n\r\n");
    all.put("folded line that hides a length", POST + "X-A: 1\r\n Content-Length: 5\r\n\r\n");
  }

  private void heads() {
    all.put("space before a colon", GET + "X-A : 1\r\n\r\n");
    all.put("line without a colon", GET + "nothing\r\n\r\n");
    all.put("field without a name", GET + ": 1\r\n\r\n");
    all.put("NUL in a value", GET + "X-A: 1\u00002\r\n\r\n");
    all.put("control octet in a value", GET + "X-A: 1\u00012\r\n\r\n");
    all.put("octet over ASCII in a name", GET + "X-\u00e4: 1\r\n\r\n");
    all.put("two spaces after the method", "GET  / HTTP/1.1\r\n" + HOST + "\r\n");
    all.put("tab after the method", "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n");
    all.put("space after the version", "GET / HTTP/1.1 \r\n" + HOST + "\r\n");
    all.put("version in lower case", "GET / http/1.1\r\n" + HOST + "\r\n");
    all.put("version 1.2", "GET / HTTP/1.2\r\n" + HOST + "\r\n");
    all.put("version 2.0", "GET / HTTP/2.0\r\n" + HOST + "\r\n");
    all.put("no version", "GET /\r\n");
    all.put("no Host", "GET / HTTP/1.1\r\n\r\n");
    all.put("two Hosts", GET + "Host: b.example\r\n\r\n");
    all.put("expects 100", POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
    all.put("expects something else", POST + "Expect: x\r\nContent-Length: 5\r\n\r\nhello");
    all.put("offers h2c", GET + "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
  }
}
