package dev.sidecache.message;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import java.nio.charset.StandardCharsets;

/**
 * The head of a stored response as bytes: HTTP/1.1 status line and field lines, each ended by CRLF,
 * without the empty line that ends the section. Made once, written with every hit.
 */
public final class WireHead {
  private final byte[] bytes;

  private WireHead(byte[] bytes) {
    this.bytes = bytes;
  }

  public static WireHead of(ResponseHead head) {
    StringBuilder text = new StringBuilder(256);
    text.append("HTTP/1.1 ").append(head.status()).append(' ').append(head.reason()).append("\r\n");
    Fields fields = head.fields();
    for (int i = 0; i < fields.size(); i++) {
      text.append(fields.name(i)).append(": ").append(fields.value(i)).append("\r\n");
    }
    return new WireHead(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Copies the bytes to a place in an array that has room for them; returns how many. */
  public int copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, bytes.length);
    return bytes.length;
  }

  public int lengthBytes() {
    return bytes.length;
  }
}
