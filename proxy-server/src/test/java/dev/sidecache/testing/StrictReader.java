package dev.sidecache.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A second reader of HTTP/1.1 that shares no code with the proxy and knows of no leniency: it
 * follows the grammar of RFC 9112 and stops at the first octet that is outside of it.
 */
public final class StrictReader {
  /** How the octets ended. */
  public enum End {
    /** Between two messages. */
    WHOLE,
    /** Within a message. */
    CUT,
    /** At an octet, or a framing, that the grammar does not allow. */
    REFUSED
  }

  /**
   * What the octets hold.
   *
   * @param messages those that are whole, in order
   */
  public record Read(List<RawMessage> messages, End end) {}

  private static final Pattern REQUEST_LINE =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\\x21-\\x7e]+ HTTP/1\\.[01]");
  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.[01] [1-9][0-9]{2}( [\\t\\x20-\\x7e\\x80-\\xff]*)?");
  private static final Pattern FIELD_LINE =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t\\x20-\\x7e\\x80-\\xff]*");
  private static final Pattern CHUNK_LINE =
      Pattern.compile("[0-9A-Fa-f]+[ \\t]*(;[\\t\\x20-\\x7e\\x80-\\xff]*)?");
  private static final int MOST_EMPTY_LINES = 2;

  private final String octets;
  private final boolean requests;
  private final boolean toHead;
  private final List<RawMessage> messages = new ArrayList<>();
  private int at;

  private StrictReader(byte[] octets, boolean requests, boolean toHead) {
    this.octets = new String(octets, StandardCharsets.ISO_8859_1);
    this.requests = requests;
    this.toHead = toHead;
  }

  /** Reads requests. */
  public static Read requests(byte[] octets) {
    return new StrictReader(octets, true, false).read();
  }

  /** Reads responses to the end of their connection, interim ones too. */
  public static Read responses(byte[] octets, boolean toHead) {
    return new StrictReader(octets, false, toHead).read();
  }

  /** Tells that the grammar is broken, or that the octets end. */
  private static final class Stop extends Exception {
    private static final long serialVersionUID = 1;
    private final End end;

    Stop(End end) {
      super(end.name(), null, false, false);
      this.end = end;
    }
  }

  private Read read() {
    try {
      while (at < octets.length()) {
        RawMessage message = message();
        if (message == null) {
          break;
        }
        messages.add(message);
      }
      return new Read(messages, End.WHOLE);
    } catch (Stop stop) {
      return new Read(messages, stop.end);
    }
  }

  private @Nullable RawMessage message() throws Stop {
    for (int empty = 0; requests && octets.startsWith("\r\n", at); empty++) {
      require(empty < MOST_EMPTY_LINES);
      at += 2;
    }
    if (at == octets.length()) {
      return null;
    }
    String start = line(requests ? REQUEST_LINE : STATUS_LINE);
    List<String> lines = section();
    RawMessage head = new RawMessage(start, lines, "", List.of());
    boolean http11 = requests ? start.endsWith("/1.1") : start.startsWith("HTTP/1.1");
    List<String> codings = values(head, "Transfer-Encoding");
    List<String> lengths = values(head, "Content-Length");
    require(codings.isEmpty() || (codings.size() == 1 && lengths.isEmpty() && http11));
    require(codings.isEmpty() || codings.get(0).toLowerCase(Locale.ROOT).equals("chunked"));
    require(lengths.size() < 2);
    require(lengths.isEmpty() || lengths.get(0).matches("[0-9]{1,18}"));
    if (!requests && (toHead || isBodiless(head.status()))) {
      return head;
    }
    if (!codings.isEmpty()) {
      String body = chunks();
      return new RawMessage(start, lines, body, section());
    }
    String none = requests ? "0" : Integer.toString(octets.length() - at);
    return new RawMessage(
        start, lines, take(Long.parseLong(lengths.isEmpty() ? none : lengths.get(0))), List.of());
  }

  private static boolean isBodiless(int status) {
    return status < 200 || status == 204 || status == 304;
  }

  /** NB: without the white space that RFC 9110 allows around a value, and no other. */
  private static List<String> values(RawMessage head, String name) {
    List<String> values = new ArrayList<>();
    for (String line : head.lines()) {
      int colon = line.indexOf(':');
      if (line.substring(0, colon).equalsIgnoreCase(name)) {
        values.add(value(line));
      }
    }
    return values;
  }

  /** The value of a field line, without the white space around it. */
  public static String value(String line) {
    int begin = line.indexOf(':') + 1;
    int end = line.length();
    while (begin < end && isBlank(line.charAt(begin))) {
      begin++;
    }
    while (end > begin && isBlank(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(begin, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private List<String> section() throws Stop {
    List<String> lines = new ArrayList<>();
    while (!octets.startsWith("\r\n", at)) {
      require(!octets.startsWith("\n", at));
      lines.add(line(FIELD_LINE));
    }
    at += 2;
    return lines;
  }

  /** The next line, which must be of this form. */
  private String line(Pattern form) throws Stop {
    int end = octets.indexOf('\n', at);
    if (end < 0) {
      throw new Stop(End.CUT);
    }
    require(end > at && octets.charAt(end - 1) == '\r');
    String line = octets.substring(at, end - 1);
    require(form.matcher(line).matches());
    at = end + 1;
    return line;
  }

  private String chunks() throws Stop {
    StringBuilder body = new StringBuilder();
    while (true) {
      String line = line(CHUNK_LINE);
      String digits = line.split("[; \\t]", 2)[0];
      require(digits.length() <= 16);
      long size = Long.parseUnsignedLong(digits, 16);
      require(size >= 0);
      if (size == 0) {
        return body.toString();
      }
      body.append(take(size));
      if (octets.length() - at < 2) {
        require("\r\n".startsWith(octets.substring(at)));
        throw new Stop(End.CUT);
      }
      require(octets.startsWith("\r\n", at));
      at += 2;
    }
  }

  private String take(long length) throws Stop {
    if (length > octets.length() - at) {
      throw new Stop(End.CUT);
    }
    String taken = octets.substring(at, at + (int) length);
    at += (int) length;
    return taken;
  }

  private static void require(boolean holds) throws Stop {
    if (!holds) {
      throw new Stop(End.REFUSED);
    }
  }
}
