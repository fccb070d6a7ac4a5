package dev.sidecache.message;

import dev.sidecache.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The identifier of a request, for people who search logs: the client's own, or a new one. */
public final class RequestId {
  public static final String FIELD = "X-Request-Id";

  private static final int LONGEST = 128;

  private RequestId() {}

  /** Whether a value may be passed on and logged: visible ASCII without quotes, not too long. */
  public static boolean isFit(@Nullable String value) {
    if (value == null || value.isEmpty() || value.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= 0x20 || c >= 0x7f || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /**
   * The response with the identifier of its own request. NB: a stored response must not carry that
   * of the request that it was made for.
   */
  public static Response echoed(Response response, RequestHead request) {
    String id = request.fields().first(FIELD);
    return id == null || response.head().fields().contains(FIELD)
        ? response
        : response.plus(FIELD, id);
  }

  /** A new one: 16 hexadecimal digits. No secret. */
  public static String next() {
    long bits = ThreadLocalRandom.current().nextLong();
    byte[] digits = new byte[16];
    for (int i = 0; i < 16; i++) {
      int digit = (int) (bits >>> (60 - 4 * i)) & 0xf;
      digits[i] = (byte) (digit < 10 ? '0' + digit : 'a' - 10 + digit);
    }
    return new String(digits, StandardCharsets.ISO_8859_1);
  }
}
