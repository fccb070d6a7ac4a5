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
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one value from left to right; null is a failure. Source: RFC 9651, Section 4.2. */
final class StructuredFieldParser {
  private final String text;
  private int at;

  StructuredFieldParser(String text) {
    this.text = text;
    skip(false);
  }

  /** The result, unless something follows it. */
  <T> @Nullable T ended(@Nullable T result) {
    skip(false);
    return at == text.length() ? result : null;
  }

  @Nullable List<Member> list() {
    List<Member> members = new ArrayList<>();
    while (at < text.length()) {
      Member member = member();
      if (member == null) {
        return null;
      }
      members.add(member);
      if (!separated()) {
        return members;
      }
      if (at == text.length()) {
        return null;
      }
    }
    return members;
  }

  @Nullable Map<String, Member> dictionary() {
    Map<String, Member> members = new LinkedHashMap<>();
    while (at < text.length()) {
      String key = key();
      Member member = key == null ? null : dictionaryMember();
      if (key == null || member == null) {
        return null;
      }
      members.remove(key);
      members.put(key, member);
      if (!separated()) {
        return members;
      }
      if (at == text.length()) {
        return null;
      }
    }
    return members;
  }

  private @Nullable Member dictionaryMember() {
    if (take('=')) {
      return member();
    }
    Map<String, Bare> parameters = parameters();
    return parameters == null ? null : new Item(BooleanValue.TRUE, parameters);
  }

  /** Whether a comma follows; also takes the white space around it. */
  private boolean separated() {
    skip(true);
    if (!take(',')) {
      return false;
    }
    skip(true);
    return true;
  }

  private @Nullable Member member() {
    return peek() == '(' ? innerList() : item();
  }

  private @Nullable InnerList innerList() {
    take('(');
    List<Item> items = new ArrayList<>();
    while (true) {
      skip(false);
      if (take(')')) {
        Map<String, Bare> parameters = parameters();
        return parameters == null ? null : new InnerList(items, parameters);
      }
      Item item = item();
      if (item == null || (peek() != ' ' && peek() != ')')) {
        return null;
      }
      items.add(item);
    }
  }

  @Nullable Item item() {
    Bare value = bare();
    Map<String, Bare> parameters = value == null ? null : parameters();
    return value == null || parameters == null ? null : new Item(value, parameters);
  }

  private @Nullable Map<String, Bare> parameters() {
    Map<String, Bare> parameters = new LinkedHashMap<>(4);
    while (take(';')) {
      skip(false);
      String key = key();
      Bare value = key == null ? null : take('=') ? bare() : BooleanValue.TRUE;
      if (key == null || value == null) {
        return null;
      }
      parameters.remove(key);
      parameters.put(key, value);
    }
    return parameters;
  }

  private @Nullable String key() {
    int start = at;
    if (!isLower(peek()) && peek() != '*') {
      return null;
    }
    while (StructuredFieldSerializer.isKeyPart(peek())) {
      at++;
    }
    return text.substring(start, at);
  }

  private @Nullable Bare bare() {
    int c = peek();
    if (c == '-' || isDigit(c)) {
      return number();
    }
    return switch (c) {
      case '"' -> string();
      case ':' -> bytes();
      case '?' -> bool();
      case '@' -> date();
      case '%' -> display();
      default -> isAlpha(c) || c == '*' ? token() : null;
    };
  }

  private @Nullable Bare number() {
    int start = at;
    take('-');
    int whole = digits();
    if (whole < 1) {
      return null;
    }
    if (!take('.')) {
      return whole > 15 ? null : new IntegerValue(Long.parseLong(text.substring(start, at)));
    }
    int fraction = digits();
    return whole > 12 || fraction < 1 || fraction > 3
        ? null
        : new DecimalValue(new BigDecimal(text.substring(start, at)));
  }

  private int digits() {
    int start = at;
    while (isDigit(peek())) {
      at++;
    }
    return at - start;
  }

  private @Nullable Bare string() {
    at++;
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return new StringValue(value.toString());
      }
      if (c == '\\') {
        if (peek() != '"' && peek() != '\\') {
          return null;
        }
        c = text.charAt(at++);
      } else if (c < 0x20 || c > 0x7e) {
        return null;
      }
      value.append(c);
    }
    return null;
  }

  private Bare token() {
    int start = at++;
    while (StructuredFieldSerializer.isTokenPart(peek())) {
      at++;
    }
    return new TokenValue(text.substring(start, at));
  }

  private @Nullable Bare bytes() {
    int end = text.indexOf(':', at + 1);
    if (end < 0) {
      return null;
    }
    String encoded = text.substring(at + 1, end);
    at = end + 1;
    try {
      return new ByteSequence(ByteBuffer.wrap(Base64.getDecoder().decode(encoded)));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private @Nullable Bare bool() {
    at++;
    if (take('1')) {
      return BooleanValue.TRUE;
    }
    return take('0') ? new BooleanValue(false) : null;
  }

  private @Nullable Bare date() {
    at++;
    return number() instanceof IntegerValue seconds ? new DateValue(seconds.value()) : null;
  }

  private @Nullable Bare display() {
    at++;
    if (!take('"')) {
      return null;
    }
    ByteBuffer octets = ByteBuffer.allocate(text.length() - at);
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return decoded(octets.flip());
      }
      int octet = c == '%' ? escaped() : c;
      if (octet < 0 || c < 0x20 || c > 0x7e) {
        return null;
      }
      octets.put((byte) octet);
    }
    return null;
  }

  private int escaped() {
    int high = lowerHex(peek());
    at++;
    int low = lowerHex(peek());
    at++;
    return high < 0 || low < 0 ? -1 : 16 * high + low;
  }

  private static int lowerHex(int c) {
    if (isDigit(c)) {
      return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  private static @Nullable Bare decoded(ByteBuffer octets) {
    try {
      return new DisplayString(StandardCharsets.UTF_8.newDecoder().decode(octets).toString());
    } catch (CharacterCodingException notUtf8) {
      return null;
    }
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  private boolean take(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  private void skip(boolean tabsToo) {
    while (peek() == ' ' || (tabsToo && peek() == '\t')) {
      at++;
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLower(int c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isAlpha(int c) {
    return isLower(c) || (c >= 'A' && c <= 'Z');
  }
}
