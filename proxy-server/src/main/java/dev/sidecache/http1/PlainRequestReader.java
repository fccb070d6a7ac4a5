package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heads that nearly all requests have, in one pass: a usual method, HTTP/1.1, no content,
 * only ASCII, every line as it should be, all of it there. Everything else it leaves untouched to
 * {@link Http1Decoder}, which alone refuses; what this takes, that would take for the same request.
 * Source: RFC 9112, Sections 3 and 5. One per thread.
 */
final class PlainRequestReader {
  private static final FastThreadLocal<PlainRequestReader> OF_THREAD =
      new FastThreadLocal<>() {
        @Override
        protected PlainRequestReader initialValue() {
          return new PlainRequestReader();
        }
      };

  /** What is looked at first: of many heads in one read, each is copied a few times at most. */
  private static final int USUAL_BYTES = 1024;

  private static final int MOST_BYTES = 8192;
  private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final HttpMethod[] METHODS = {
    HttpMethod.GET,
    HttpMethod.HEAD,
    HttpMethod.POST,
    HttpMethod.PUT,
    HttpMethod.DELETE,
    HttpMethod.PATCH,
    HttpMethod.OPTIONS
  };

  private final byte[] octets = new byte[MOST_BYTES];
  private final Fields.Builder lines = Fields.builder();
  private int end;
  private int at;

  private PlainRequestReader() {}

  static PlainRequestReader ofThread() {
    return OF_THREAD.get();
  }

  /** The request that begins here and is read past, or null: nothing was read. */
  @Nullable PlainRequest read(ByteBuf in, Http1Decoder.Limits limits) {
    int readable = in.readableBytes();
    PlainRequest request = read(in, Math.min(readable, USUAL_BYTES), limits);
    return request == null && readable > USUAL_BYTES
        ? read(in, Math.min(readable, MOST_BYTES), limits)
        : request;
  }

  private @Nullable PlainRequest read(ByteBuf in, int length, Http1Decoder.Limits limits) {
    in.getBytes(in.readerIndex(), octets, 0, length);
    end = length;
    at = 0;
    HttpMethod method = method();
    int begin = at;
    int after = method == null ? -1 : afterTarget();
    if (method == null || after < 0 || after > limits.startLineBytes()) {
      return null;
    }
    String target = text(begin, after - VERSION.length);
    at = after;
    Fields fields = fields();
    if (fields == null || at - after > limits.headerSectionBytes()) {
      return null;
    }
    in.skipBytes(at);
    return new PlainRequest(method, target, fields);
  }

  private @Nullable HttpMethod method() {
    for (HttpMethod method : METHODS) {
      String name = method.name();
      int length = name.length();
      if (length < end && octets[length] == ' ' && is(name, 0, length)) {
        at = length + 1;
        return method;
      }
    }
    return null;
  }

  private boolean is(String text, int from, int length) {
    for (int i = 0; i < length; i++) {
      if (octets[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Where the request line ends whose target begins here; -1 if it is not a plain one. */
  private int afterTarget() {
    int i = at;
    while (i < end && octets[i] > ' ' && octets[i] < 0x7f) {
      i++;
    }
    if (i == at || i + VERSION.length > end) {
      return -1;
    }
    for (byte expected : VERSION) {
      if (octets[i++] != expected) {
        return -1;
      }
    }
    return i;
  }

  /** The field lines up to the empty one; null if they are not plain, or not all there. */
  private @Nullable Fields fields() {
    lines.clear();
    while (at + 1 < end) {
      if (octets[at] == '\r') {
        at += 2;
        return octets[at - 1] == '\n' ? lines.build() : null;
      }
      if (!line()) {
        return null;
      }
    }
    return null;
  }

  private boolean line() {
    int begin = at;
    int i = begin;
    int hash = 0;
    while (i < end && HeadScan.isToken(octets[i])) {
      hash = 31 * hash + octets[i++];
    }
    if (i == begin || i == end || octets[i] != ':') {
      return false;
    }
    String known = FieldNames.find(hash, octets, begin, i);
    String name = known == null ? text(begin, i) : known;
    int from = i + 1;
    while (from < end && isBlank(octets[from])) {
      from++;
    }
    int to = from;
    while (to < end && (octets[to] >= ' ' || octets[to] == '\t') && octets[to] != 0x7f) {
      to++;
    }
    if (to + 1 >= end || octets[to] != '\r' || octets[to + 1] != '\n' || isForDecoder(name)) {
      return false;
    }
    at = to + 2;
    while (to > from && isBlank(octets[to - 1])) {
      to--;
    }
    lines.add(name, text(from, to));
    return true;
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  /** Whether the field makes the decoder look for content. */
  private static boolean isForDecoder(String name) {
    return switch (name.length()) {
      case 14 -> name.equalsIgnoreCase("Content-Length");
      case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
      case 18 -> name.regionMatches(true, 0, "Sec-WebSocket-Key", 0, 17);
      default -> false;
    };
  }

  private String text(int from, int to) {
    return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
