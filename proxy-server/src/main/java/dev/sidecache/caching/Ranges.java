package dev.sidecache.caching;

import dev.sidecache.http.EntityTag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which parts of a complete stored response answer a request. Source: RFC 9110, Section 14. */
public final class Ranges {
  /** More ranges than these are answered with the whole. Source: RFC 9110, Section 17.15. */
  static final int MOST_PARTS = 8;

  private static final String UNIT = "bytes=";

  private Ranges() {}

  /**
   * What answers a request: the whole if it asks for no range, for one that cannot be read, for
   * ranges that are many, overlap or come to no less than the whole, or if its If-Range does not
   * hold.
   *
   * @param lengthBytes length of the stored content
   */
  public static Answer of(RequestHead request, StoredHead stored, long lengthBytes) {
    Fields fields = request.fields();
    String range = fields.count("Range") == 1 ? fields.first("Range") : null;
    boolean applies = request.method().equals("GET") && stored.head().status() == 200;
    if (range == null || !applies || !ifRangeHolds(fields, stored)) {
      return new Whole();
    }
    String set = range.strip();
    if (!set.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return new Whole();
    }
    List<Part> parts = parse(set.substring(UNIT.length()), lengthBytes);
    if (parts == null) {
      return new Whole();
    }
    if (parts.isEmpty()) {
      return new Unsatisfiable(lengthBytes);
    }
    return isWorthwhile(parts, lengthBytes) ? new Parts(parts, lengthBytes) : new Whole();
  }

  /** Whether the client's copy is of the stored response. RFC 9110, Section 13.1.5. */
  private static boolean ifRangeHolds(Fields fields, StoredHead stored) {
    String text = fields.first("If-Range");
    if (text == null) {
      return true;
    }
    EntityTag tag = EntityTag.parse(text);
    EntityTag own = stored.etag();
    if (tag != null) {
      return own != null && own.strongMatches(tag);
    }
    Instant then = HttpDate.parse(text, stored.responseTime());
    Instant modified = stored.lastModified();
    // A date is a strong validator only if the response was generated in a later second.
    return modified != null && modified.equals(then) && modified.isBefore(stored.date());
  }

  /** The satisfiable ranges, or null if the set cannot be read. RFC 9110, Section 14.1.1. */
  private static @Nullable List<Part> parse(String set, long lengthBytes) {
    List<Part> parts = new ArrayList<>(2);
    int count = 0;
    int from = 0;
    while (from <= set.length()) {
      int comma = set.indexOf(',', from);
      int end = comma < 0 ? set.length() : comma;
      String spec = set.substring(from, end).strip();
      if (!spec.isEmpty()) {
        if (!isRange(spec)) {
          return null;
        }
        count++;
        Part part = part(spec, lengthBytes);
        if (part != null) {
          parts.add(part);
        }
      }
      from = end + 1;
    }
    return count == 0 ? null : parts;
  }

  private static boolean isRange(String spec) {
    int dash = spec.indexOf('-');
    if (dash < 0) {
      return false;
    }
    String first = spec.substring(0, dash);
    String last = spec.substring(dash + 1);
    if (!isDigits(first) || !isDigits(last) || (first.isEmpty() && last.isEmpty())) {
      return false;
    }
    return first.isEmpty() || last.isEmpty() || number(first) <= number(last);
  }

  /** The part of the content that a range means, or null if there is none. */
  private static @Nullable Part part(String spec, long lengthBytes) {
    int dash = spec.indexOf('-');
    String last = spec.substring(dash + 1);
    if (dash == 0) {
      long suffix = Math.min(number(last), lengthBytes);
      return suffix == 0 ? null : new Part(lengthBytes - suffix, lengthBytes - 1);
    }
    long first = number(spec.substring(0, dash));
    long end = last.isEmpty() ? lengthBytes - 1 : Math.min(number(last), lengthBytes - 1);
    return first >= lengthBytes ? null : new Part(first, end);
  }

  private static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** The number that digits spell, at most the largest. */
  private static long number(String digits) {
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      if (value > (Long.MAX_VALUE - 9) / 10) {
        return Long.MAX_VALUE;
      }
      value = 10 * value + digits.charAt(i) - '0';
    }
    return value;
  }

  private static boolean isWorthwhile(List<Part> parts, long lengthBytes) {
    if (parts.size() == 1) {
      return true;
    }
    long total = 0;
    for (int i = 0; i < parts.size(); i++) {
      total += parts.get(i).lengthBytes();
      for (int j = 0; j < i; j++) {
        if (parts.get(i).overlaps(parts.get(j))) {
          return false;
        }
      }
      if (i >= MOST_PARTS) {
        return false;
      }
    }
    return total < lengthBytes;
  }

  /**
   * The head of a 206 with one part. After an If-Range the client has the other fields already.
   * Source: RFC 9110, Section 15.3.7.1.
   */
  public static ResponseHead partialHead(StoredHead stored, Part part, long lengthBytes) {
    Fields fields = stored.head().fields().with("Content-Range", contentRange(part, lengthBytes));
    return new ResponseHead(206, "Partial Content", fields);
  }

  /** The head of a 416. Source: RFC 9110, Section 15.5.17. */
  public static ResponseHead unsatisfiableHead(StoredHead stored, Unsatisfiable answer) {
    Fields fields =
        Fields.of("Content-Range", "bytes */" + answer.lengthBytes(), "Date", dateOf(stored));
    return new ResponseHead(416, "Range Not Satisfiable", fields);
  }

  private static String dateOf(StoredHead stored) {
    return HttpDate.format(stored.date());
  }

  private static String contentRange(Part part, long lengthBytes) {
    return "bytes " + part.first() + "-" + part.last() + "/" + lengthBytes;
  }

  /**
   * A 206 with several parts: its content is, for each part, the lines before it and its bytes, and
   * at last the closing line. Source: RFC 9110, Section 15.3.7.2.
   *
   * @param boundary 1 to 70 letters and digits that do not occur in the content
   */
  public static Multipart multipart(StoredHead stored, Parts answer, String boundary) {
    Fields own = stored.head().fields();
    String type = own.first("Content-Type");
    List<byte[]> openings = new ArrayList<>(answer.parts().size());
    byte[] closing = ascii("\r\n--" + boundary + "--\r\n");
    long length = closing.length;
    for (Part part : answer.parts()) {
      String before = openings.isEmpty() ? "--" : "\r\n--";
      String typeLine = type == null ? "" : "Content-Type: " + type + "\r\n";
      String range = "Content-Range: " + contentRange(part, answer.lengthBytes()) + "\r\n\r\n";
      byte[] opening = ascii(before + boundary + "\r\n" + typeLine + range);
      openings.add(opening);
      length += opening.length + part.lengthBytes();
    }
    Fields fields = own.with("Content-Type", "multipart/byteranges; boundary=" + boundary);
    ResponseHead head = new ResponseHead(206, "Partial Content", fields);
    return new Multipart(head, openings, closing, length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * A 206 with several parts.
   *
   * @param head its head
   * @param openings the lines before each part
   * @param closing the line after the last part
   * @param lengthBytes length of all of it
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Multipart(
      ResponseHead head, List<byte[]> openings, byte[] closing, long lengthBytes) {}

  /** What answers a request; {@link #carryOut} calls the method that fits. */
  public sealed interface Answer {
    void carryOut(Actions actions);
  }

  /** The whole stored response. */
  public record Whole() implements Answer {
    @Override
    public void carryOut(Actions actions) {
      actions.whole(this);
    }
  }

  /**
   * One part or several, in the order asked for, none overlapping another.
   *
   * @param parts at least one
   * @param lengthBytes length of the whole
   */
  public record Parts(List<Part> parts, long lengthBytes) implements Answer {
    public Parts {
      parts = List.copyOf(parts);
    }

    @Override
    public void carryOut(Actions actions) {
      actions.parts(this);
    }
  }

  /** Nothing that the stored response has: 416. */
  public record Unsatisfiable(long lengthBytes) implements Answer {
    @Override
    public void carryOut(Actions actions) {
      actions.unsatisfiable(this);
    }
  }

  /** One method per answer. */
  public interface Actions {
    void whole(Whole answer);

    void parts(Parts answer);

    void unsatisfiable(Unsatisfiable answer);
  }

  /**
   * A part of the content.
   *
   * @param first position of its first byte, from 0
   * @param last position of its last byte
   */
  public record Part(long first, long last) {
    public long lengthBytes() {
      return last - first + 1;
    }

    boolean overlaps(Part other) {
      return first <= other.last && other.first <= last;
    }
  }
}
