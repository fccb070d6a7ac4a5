package dev.sidecache.http;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Field values with a common syntax: lists, dictionaries and items, each with parameters. Parsing
 * is strict, as the source demands: one error anywhere, and the whole value is none. Source: RFC
 * 9651.
 */
public final class StructuredFields {
  private StructuredFields() {}

  /** The list that a value spells, empty for an empty value, or null. Never throws. */
  public static @Nullable List<Member> parseList(String value) {
    StructuredFieldParser parser = new StructuredFieldParser(value);
    return parser.ended(parser.list());
  }

  /**
   * The dictionary that a value spells, in the order of its keys, empty for an empty value, or
   * null. Of equal keys the last counts. Never throws.
   */
  public static @Nullable Map<String, Member> parseDictionary(String value) {
    StructuredFieldParser parser = new StructuredFieldParser(value);
    return parser.ended(parser.dictionary());
  }

  /** The item that a value spells, or null. Never throws. */
  public static @Nullable Item parseItem(String value) {
    StructuredFieldParser parser = new StructuredFieldParser(value);
    return parser.ended(parser.item());
  }

  /**
   * A list as a value; an empty one is not to be sent. An {@code IllegalArgumentException} says
   * what cannot be written.
   */
  public static String serializeList(List<Member> list) {
    return StructuredFieldSerializer.list(list);
  }

  /** A dictionary as a value; otherwise as {@link #serializeList}. */
  public static String serializeDictionary(Map<String, Member> dictionary) {
    return StructuredFieldSerializer.dictionary(dictionary);
  }

  /** An item as a value; otherwise as {@link #serializeList}. */
  public static String serializeItem(Item item) {
    return StructuredFieldSerializer.item(item);
  }

  /** Whether a text may be written as a token. Source: RFC 9651, Section 3.3.4. */
  public static boolean isToken(String text) {
    return StructuredFieldSerializer.isToken(text);
  }

  /** A text as a string; what a string cannot hold becomes a question mark. */
  public static String quoted(String text) {
    return StructuredFieldSerializer.quoted(text);
  }

  /** What a list or a dictionary consists of. Source: RFC 9651, Section 3.1. */
  public sealed interface Member {
    Map<String, Bare> parameters();
  }

  /**
   * One value with parameters. Source: RFC 9651, Section 3.3.
   *
   * @param value the value
   * @param parameters in the order of their keys
   */
  public record Item(Bare value, Map<String, Bare> parameters) implements Member {
    public Item {
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    public Item(Bare value) {
      this(value, Map.of());
    }
  }

  /**
   * Several items in parentheses. Source: RFC 9651, Section 3.1.1.
   *
   * @param items in order
   * @param parameters in the order of their keys
   */
  public record InnerList(List<Item> items, Map<String, Bare> parameters) implements Member {
    public InnerList {
      items = List.copyOf(items);
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
  }

  /** A value by itself. Source: RFC 9651, Section 3.3. */
  public sealed interface Bare {}

  /** At most 15 digits. */
  public record IntegerValue(long value) implements Bare {}

  /** At most 12 digits before the point and 3 behind it; a final zero is none. */
  public record DecimalValue(BigDecimal value) implements Bare {
    public DecimalValue {
      BigDecimal shortest = value.stripTrailingZeros();
      value = shortest.scale() < 1 ? shortest.setScale(1) : shortest;
    }
  }

  /** Printable ASCII. */
  public record StringValue(String value) implements Bare {}

  /** A short word. */
  public record TokenValue(String value) implements Bare {}

  /** Octets; compared by content. */
  public record ByteSequence(ByteBuffer value) implements Bare {
    public ByteSequence {
      value = value.asReadOnlyBuffer();
    }
  }

  /** True or false. */
  public record BooleanValue(boolean value) implements Bare {
    public static final BooleanValue TRUE = new BooleanValue(true);
  }

  /** A moment in seconds since 1970. */
  public record DateValue(long epochSeconds) implements Bare {}

  /** Unicode text. */
  public record DisplayString(String value) implements Bare {}
}
