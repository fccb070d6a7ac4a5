package dev.sidecache.http;

import dev.sidecache.http.StructuredFields.Bare;
import dev.sidecache.http.StructuredFields.BooleanValue;
import dev.sidecache.http.StructuredFields.ByteSequence;
import dev.sidecache.http.StructuredFields.DateValue;
import dev.sidecache.http.StructuredFields.DecimalValue;
import dev.sidecache.http.StructuredFields.DisplayString;
import dev.sidecache.http.StructuredFields.InnerList;
import dev.sidecache.http.StructuredFields.IntegerValue;
import dev.sidecache.http.StructuredFields.Item;
import dev.sidecache.http.StructuredFields.Member;
import dev.sidecache.http.StructuredFields.StringValue;
import dev.sidecache.http.StructuredFields.TokenValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Writes structured values. Source: RFC 9651, Section 4.1. */
final class StructuredFieldSerializer {
  private static final long LARGEST_INTEGER = 999_999_999_999_999L;
  private static final int LARGEST_WHOLE_DIGITS = 12;

  private StructuredFieldSerializer() {}

  static String list(List<Member> list) {
    StringBuilder out = new StringBuilder();
    for (Member member : list) {
      separate(out);
      member(out, member);
    }
    return out.toString();
  }

  static String dictionary(Map<String, Member> dictionary) {
    StringBuilder out = new StringBuilder();
    for (Map.Entry<String, Member> entry : dictionary.entrySet()) {
      separate(out);
      key(out, entry.getKey());
      if (entry.getValue() instanceof Item item && item.value().equals(BooleanValue.TRUE)) {
        parameters(out, item.parameters());
      } else {
        member(out.append('='), entry.getValue());
      }
    }
    return out.toString();
  }

  static String item(Item item) {
    StringBuilder out = new StringBuilder();
    member(out, item);
    return out.toString();
  }

  private static void separate(StringBuilder out) {
    if (out.length() > 0) {
      out.append(", ");
    }
  }

  private static void member(StringBuilder out, Member member) {
    if (member instanceof InnerList inner) {
      out.append('(');
      for (int i = 0; i < inner.items().size(); i++) {
        member(i == 0 ? out : out.append(' '), inner.items().get(i));
      }
      out.append(')');
    } else if (member instanceof Item item) {
      bare(out, item.value());
    }
    parameters(out, member.parameters());
  }

  private static void parameters(StringBuilder out, Map<String, Bare> parameters) {
    for (Map.Entry<String, Bare> parameter : parameters.entrySet()) {
      key(out.append(';'), parameter.getKey());
      if (!parameter.getValue().equals(BooleanValue.TRUE)) {
        bare(out.append('='), parameter.getValue());
      }
    }
  }

  private static void key(StringBuilder out, String key) {
    boolean valid = !key.isEmpty() && (isLower(key.charAt(0)) || key.charAt(0) == '*');
    for (int i = 0; i < key.length(); i++) {
      valid &= isKeyPart(key.charAt(i));
    }
    check(valid, "a key");
    out.append(key);
  }

  private static void bare(StringBuilder out, Bare bare) {
    if (bare instanceof IntegerValue integer) {
      out.append(checked(integer.value()));
    } else if (bare instanceof DecimalValue decimal) {
      decimal(out, decimal.value());
    } else if (bare instanceof StringValue string) {
      string(out, string.value());
    } else if (bare instanceof TokenValue token) {
      check(isToken(token.value()), "a token");
      out.append(token.value());
    } else if (bare instanceof ByteSequence bytes) {
      byte[] octets = new byte[bytes.value().remaining()];
      bytes.value().duplicate().get(octets);
      out.append(':').append(Base64.getEncoder().encodeToString(octets)).append(':');
    } else if (bare instanceof BooleanValue bool) {
      out.append(bool.value() ? "?1" : "?0");
    } else if (bare instanceof DateValue date) {
      out.append('@').append(checked(date.epochSeconds()));
    } else if (bare instanceof DisplayString display) {
      display(out, display.value());
    }
  }

  private static long checked(long value) {
    check(value >= -LARGEST_INTEGER && value <= LARGEST_INTEGER, "an integer");
    return value;
  }

  private static void decimal(StringBuilder out, BigDecimal value) {
    BigDecimal rounded = value.setScale(3, RoundingMode.HALF_EVEN).stripTrailingZeros();
    BigDecimal shortest = rounded.scale() < 1 ? rounded.setScale(1) : rounded;
    check(shortest.precision() - shortest.scale() <= LARGEST_WHOLE_DIGITS, "a decimal");
    out.append(shortest.toPlainString());
  }

  static String quoted(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      printable.append(isPrintable(text.charAt(i)) ? text.charAt(i) : '?');
    }
    StringBuilder out = new StringBuilder(text.length() + 2);
    string(out, printable.toString());
    return out.toString();
  }

  private static boolean isPrintable(char c) {
    return c >= 0x20 && c <= 0x7e;
  }

  private static void string(StringBuilder out, String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      check(isPrintable(c), "a string");
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c);
    }
    out.append('"');
  }

  private static void display(StringBuilder out, String value) {
    out.append("%\"");
    ByteBuffer octets = StandardCharsets.UTF_8.encode(value);
    while (octets.hasRemaining()) {
      byte octet = octets.get();
      if (octet < 0x20 || octet > 0x7e || octet == '"' || octet == '%') {
        out.append('%');
        HexFormat.of().toHexDigits(out, octet);
      } else {
        out.append((char) octet);
      }
    }
    out.append('"');
  }

  private static void check(boolean valid, String what) {
    if (!valid) {
      throw new IllegalArgumentException("cannot be written as " + what);
    }
  }

  static boolean isToken(String text) {
    if (text.isEmpty() || !(isAlpha(text.charAt(0)) || text.charAt(0) == '*')) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      if (!isTokenPart(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isTokenPart(int c) {
    return isAlpha(c) || (c >= '0' && c <= '9') || (c > 0 && "!#$%&'*+-.^_`|~:/".indexOf(c) >= 0);
  }

  static boolean isKeyPart(int c) {
    return isLower(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '*';
  }

  private static boolean isLower(int c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isAlpha(int c) {
    return isLower(c) || (c >= 'A' && c <= 'Z');
  }
}
