package dev.sidecache.identity;

import dev.sidecache.http.Cookies;
import dev.sidecache.http.RequestHead;
import java.util.List;
import java.util.Locale;

/**
 * Where a request carries a credential.
 *
 * @param kind field or cookie
 * @param name as written; fields compare without case, cookies with
 */
public record CredentialSource(Kind kind, String name) {

  /** The places of credentials. */
  public enum Kind {
    HEADER,
    COOKIE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The source that a text spells, {@code header:NAME} or {@code cookie:NAME}; an {@code
   * IllegalArgumentException} says what to write.
   */
  public static CredentialSource parse(String text) {
    for (Kind kind : Kind.values()) {
      String start = kind.word() + ":";
      if (text.startsWith(start) && isToken(text.substring(start.length()))) {
        return new CredentialSource(kind, text.substring(start.length()));
      }
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is no source of credentials; write header:NAME or cookie:NAME");
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 0x7f || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** The values that a request carries here, in order; empty: it carries none. */
  List<String> values(RequestHead head) {
    return kind == Kind.HEADER ? head.fields().allLike(name) : Cookies.values(head.fields(), name);
  }

  /** The name by which sources are equal. */
  String canonicalName() {
    return kind == Kind.HEADER ? name.toLowerCase(Locale.ROOT) : name;
  }

  /** The source for people: {@code header Authorization}. */
  String text() {
    return kind.word() + " " + name;
  }
}
