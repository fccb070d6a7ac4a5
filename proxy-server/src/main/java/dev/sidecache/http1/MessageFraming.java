package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a message tells where its content ends, by its fields alone. Source: RFC 9112, Section 6.
 *
 * @param chunked whether by the chunked transfer coding
 * @param lengthBytes Content-Length, -1 if there is none
 */
public record MessageFraming(boolean chunked, long lengthBytes) {
  static final MessageFraming NONE = new MessageFraming(false, -1);
  private static final MessageFraming CHUNKED = new MessageFraming(true, -1);

  /** More digits could overflow somewhere. */
  private static final int MOST_DIGITS = 18;

  /** Whether neither field is there: no content in a request, content until close in a response. */
  public boolean isAbsent() {
    return !chunked && lengthBytes < 0;
  }

  /**
   * The framing these fields declare, or null where two readers could find different ends: a
   * transfer coding other than exactly one {@code chunked}, or in HTTP/1.0, or beside
   * Content-Length; a Content-Length that is not one line of digits. Never throws.
   */
  public static @Nullable MessageFraming of(Fields fields, boolean http11) {
    List<String> codings = fields.all("Transfer-Encoding");
    List<String> lengths = fields.all("Content-Length");
    if (!codings.isEmpty()) {
      boolean plain = codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked");
      return plain && lengths.isEmpty() && http11 ? CHUNKED : null;
    }
    if (lengths.isEmpty()) {
      return NONE;
    }
    long length = lengths.size() == 1 ? digits(lengths.get(0)) : -1;
    return length < 0 ? null : new MessageFraming(false, length);
  }

  private static long digits(String value) {
    if (value.isEmpty() || value.length() > MOST_DIGITS) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = 10 * number + c - '0';
    }
    return number;
  }
}
