package dev.sidecache.http1;

import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** The version of a start line. Pure. Source: RFC 9112, Section 2.3. */
final class ProtocolVersion {
  private ProtocolVersion() {}

  /** The version written so; null if it is none, an exception if it is none we speak. */
  static @Nullable HttpVersion of(String text) {
    if (text.equals("HTTP/1.1")) {
      return HttpVersion.HTTP_1_1;
    }
    if (text.equals("HTTP/1.0")) {
      return HttpVersion.HTTP_1_0;
    }
    boolean wellFormed =
        text.length() == 8
            && text.startsWith("HTTP/")
            && isDigit(text.charAt(5))
            && text.charAt(6) == '.'
            && isDigit(text.charAt(7));
    if (wellFormed) {
      throw new Http1Decoder.OtherVersionException();
    }
    return null;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
