package dev.sidecache.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token in the three parts of the JWS compact form, read and not verified. Source: RFC 7515,
 * Section 7.1; RFC 7519, Section 4.1.
 *
 * @param header top-level members of the JOSE header: texts, numbers and lists of texts
 * @param claims likewise of the claims
 * @param signed what the signature covers, as spelt
 * @param signature as spelt: base64url
 */
record Jwt(
    Map<String, Object> header, Map<String, Object> claims, String signed, String signature) {
  private static final int MAX_LENGTH = 16 << 10;

  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The token that a text is, or null if it is none. Never throws. */
  static @Nullable Jwt parse(String text) {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    boolean threeParts = first > 0 && second > first && text.indexOf('.', second + 1) < 0;
    // Every JOSE header begins with {" and so, encoded, with e.
    if (!threeParts || text.length() > MAX_LENGTH || text.charAt(0) != 'e') {
      return null;
    }
    try {
      Map<String, Object> header = members(decoded(text.substring(0, first)));
      Map<String, Object> claims = members(decoded(text.substring(first + 1, second)));
      Jwt token = new Jwt(header, claims, text.substring(0, second), text.substring(second + 1));
      return token.signatureBytes().length == 0 ? null : token;
    } catch (IOException | IllegalArgumentException none) {
      return null;
    }
  }

  byte[] signedBytes() {
    return signed.getBytes(StandardCharsets.ISO_8859_1);
  }

  byte[] signatureBytes() {
    return decoded(signature);
  }

  private static byte[] decoded(String part) {
    return Base64.getUrlDecoder().decode(part);
  }

  /** The members of an object that are texts, numbers or lists of texts; others as their token. */
  static Map<String, Object> members(byte[] json) throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      Map<String, Object> members = object(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw new IOException("more than one JSON text");
      }
      return members;
    }
  }

  /** The members of the object that the parser stands at the start of. */
  static Map<String, Object> object(JsonParser parser, @Nullable JsonToken start)
      throws IOException {
    if (start != JsonToken.START_OBJECT) {
      throw new IOException("no JSON object");
    }
    Map<String, Object> members = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      members.put(name, value(parser, parser.nextToken()));
    }
    return members;
  }

  private static Object value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new BigDecimal(parser.getText());
      case START_ARRAY -> texts(parser);
      default -> {
        parser.skipChildren();
        yield token;
      }
    };
  }

  private static List<String> texts(JsonParser parser) throws IOException {
    List<String> texts = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token == JsonToken.VALUE_STRING) {
        texts.add(parser.getText());
      }
      parser.skipChildren();
    }
    return texts;
  }

  /** The claim if it is text, else null. */
  @Nullable String text(String claim) {
    return claims.get(claim) instanceof String text ? text : null;
  }

  /** The header member if it is text, else null. */
  @Nullable String headerText(String name) {
    return header.get(name) instanceof String text ? text : null;
  }

  /** The end that the token tells, {@code exp}, or null if it tells none that is a date. */
  @Nullable Instant expires() {
    return date("exp");
  }

  /** A claim that is a NumericDate, or null. Source: RFC 7519, Section 2. */
  @Nullable Instant date(String claim) {
    if (!(claims.get(claim) instanceof BigDecimal seconds)) {
      return null;
    }
    boolean known =
        seconds.compareTo(BigDecimal.valueOf(Instant.MIN.getEpochSecond())) > 0
            && seconds.compareTo(BigDecimal.valueOf(Instant.MAX.getEpochSecond())) < 0;
    return known ? Instant.ofEpochSecond(seconds.longValue()) : null;
  }
}
