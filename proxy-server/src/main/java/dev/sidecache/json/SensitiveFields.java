package dev.sidecache.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks for member names in a JSON text that forbid to store it. */
public final class SensitiveFields {
  private static final JsonFactory FACTORY = new JsonFactory();

  private SensitiveFields() {}

  /** What a search found. */
  public enum Finding {
    /** No such member. */
    NONE,
    /** Such a member. */
    FOUND,
    /** No answer: the content is no JSON text, too deep, or coded in a way that is not read. */
    UNREADABLE
  }

  /**
   * The end of a search.
   *
   * @param finding what was found
   * @param name the first such member's name, folded; null without one
   */
  public record Result(Finding finding, @Nullable String name) {
    static final Result NONE = new Result(Finding.NONE, null);
    static final Result UNREADABLE = new Result(Finding.UNREADABLE, null);
  }

  /**
   * Searches content at any depth for members whose folded name is one of {@code names}. Escaped
   * names count as what they spell. Empty content has no member. Never throws.
   *
   * @param content from position to limit; both stay
   * @param coding the Content-Encoding; null: none. {@code gzip} and {@code deflate} are read, up
   *     to 64 MiB
   * @param names folded
   */
  public static Result find(ByteBuffer content, @Nullable String coding, Set<String> names) {
    if (!content.hasRemaining()) {
      return Result.NONE;
    }
    try (InputStream decoded = ContentDecoder.open(content, coding);
        JsonParser parser = FACTORY.createParser(decoded)) {
      return search(parser, names);
    } catch (IOException unreadable) {
      return Result.UNREADABLE;
    }
  }

  private static Result search(JsonParser parser, Set<String> names) throws IOException {
    int depth = 0;
    int texts = 0;
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token == JsonToken.FIELD_NAME) {
        String name = fold(parser.currentName());
        if (names.contains(name)) {
          return new Result(Finding.FOUND, name);
        }
      } else {
        texts += depth == 0 ? 1 : 0;
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
    }
    return texts == 1 ? Result.NONE : Result.UNREADABLE;
  }

  /** A member name without case, {@code _} and {@code -}. */
  public static String fold(String name) {
    StringBuilder folded = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '_' && c != '-') {
        folded.append(Character.toLowerCase(c));
      }
    }
    return folded.toString();
  }
}
