package dev.sidecache.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 message as it was on the wire.
 *
 * @param startLine request line or status line
 * @param lines the header section, line by line
 * @param body the content without its framing, one character per octet
 * @param trailers the trailer section, line by line
 */
public record RawMessage(String startLine, List<String> lines, String body, List<String> trailers) {

  /** The status code, for a response. */
  public int status() {
    return Integer.parseInt(startLine.substring(9, 12));
  }

  /** The target, for a request. */
  public String target() {
    int begin = startLine.indexOf(' ') + 1;
    return startLine.substring(begin, startLine.indexOf(' ', begin));
  }

  /** The content as UTF-8 text. */
  public String text() {
    return new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The value of the first line with this name, or null. */
  public @Nullable String field(String name) {
    List<String> all = fields(name);
    return all.isEmpty() ? null : all.get(0);
  }

  /** The values of all lines with this name. */
  public List<String> fields(String name) {
    List<String> values = new ArrayList<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
        values.add(line.substring(colon + 1).trim());
      }
    }
    return values;
  }
}
