package dev.sidecache.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.sidecache.rule.KeyParts;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Content as it counts for a cache key. JSON in canonical form: order of members, white space,
 * escapes and the spelling of numbers make no difference, everything else does; pointers choose
 * what counts. Source: RFC 8259; RFC 6901.
 */
public final class JsonKey {
  static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_LENGTH = 1000;

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final JsonParser parser;

  private JsonKey(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * The form of this content that is part of the key, or null if it cannot be read: no JSON text in
   * UTF-8, a member named twice, deeper than 64, a number beyond 1,000 digits. Raw content is its
   * own form. Never throws.
   */
  public static byte @Nullable [] of(byte[] content, KeyParts.BodyKey rule) {
    if (rule.format() == KeyParts.BodyKey.Format.RAW) {
      return content.clone();
    }
    char[] text = decoded(content);
    if (text == null) {
      return null;
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      return new JsonKey(parser).document(rule);
    } catch (IOException | ArithmeticException | NumberFormatException unreadable) {
      return null;
    }
  }

  private static char @Nullable [] decoded(byte[] content) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
      char[] chars = new char[text.remaining()];
      text.get(chars);
      return chars;
    } catch (CharacterCodingException malformed) {
      return null;
    }
  }

  private byte @Nullable [] document(KeyParts.BodyKey rule) throws IOException {
    JsonPointers only = rule.only().isEmpty() ? JsonPointers.HERE : JsonPointers.of(rule.only());
    if (parser.nextToken() == null) {
      return null;
    }
    byte[] form = value(only, JsonPointers.of(rule.ignore()));
    if (parser.nextToken() != null) {
      return null;
    }
    return form == null ? new byte[0] : form;
  }

  /** The form of the current value as far as it counts; null: none of it does. */
  private byte @Nullable [] value(@Nullable JsonPointers only, @Nullable JsonPointers ignore)
      throws IOException {
    JsonToken token = parser.currentToken();
    if (only == null || (ignore != null && ignore.isHere())) {
      // Children are parsed, so that the whole text is known to be JSON.
      parser.skipChildren();
      return null;
    }
    return switch (token) {
      case START_OBJECT -> object(only, ignore);
      case START_ARRAY -> array(only, ignore);
      default -> only.isHere() ? scalar(token) : null;
    };
  }

  private byte @Nullable [] object(JsonPointers only, @Nullable JsonPointers ignore)
      throws IOException {
    Map<String, byte[]> members = new TreeMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      byte[] value = value(only.child(name), ignore == null ? null : ignore.child(name));
      if (value != null) {
        members.put(name, value);
      }
    }
    if (members.isEmpty() && !only.isHere()) {
      return null;
    }
    CanonicalForm form = new CanonicalForm('{').number(members.size());
    members.forEach((name, value) -> form.text(name).raw(value));
    return form.bytes();
  }

  /** NB: elements are preceded by their index, so that what does not count leaves a gap. */
  private byte @Nullable [] array(JsonPointers only, @Nullable JsonPointers ignore)
      throws IOException {
    CanonicalForm form = new CanonicalForm('[');
    int counted = 0;
    int index = 0;
    for (; parser.nextToken() != JsonToken.END_ARRAY; index++) {
      String name = only.isLeaf() && ignore == null ? "" : Integer.toString(index);
      byte[] value = value(only.child(name), ignore == null ? null : ignore.child(name));
      if (value != null) {
        form.number(index + 1).raw(value);
        counted++;
      }
    }
    if (counted == 0 && !only.isHere()) {
      return null;
    }
    return form.number(0).number(only.isHere() ? index : 0).bytes();
  }

  private byte[] scalar(JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_STRING -> new CanonicalForm('"').text(parser.getText()).bytes();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_TRUE -> new CanonicalForm('t').bytes();
      case VALUE_FALSE -> new CanonicalForm('f').bytes();
      default -> new CanonicalForm('n').bytes();
    };
  }

  /** NB: without trailing zeros unscaled value and scale are one pair for one value. */
  private static byte[] number(String text) {
    BigDecimal value = new BigDecimal(text).stripTrailingZeros();
    return new CanonicalForm('0')
        .text(value.unscaledValue().toString())
        .text(Integer.toString(value.scale()))
        .bytes();
  }
}
