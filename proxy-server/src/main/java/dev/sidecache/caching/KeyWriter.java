package dev.sidecache.caching;

import dev.sidecache.http.Cookies;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RouteDigest;
import dev.sidecache.rule.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the bytes of cache keys: numbers as varints, texts and bytes preceded by their length plus
 * one, zero for what is absent, lists preceded by their size. So the bytes can be read in one way
 * only, and different parts never give one key.
 *
 * <pre>
 * base     1, route digest, method, origin, path, query, headers, cookies, content, identity
 * variant  2, base, (name, value) of each nominated field
 * value    3, name
 * </pre>
 */
final class KeyWriter {
  static final int BASE = 1;
  static final int VARIANT = 2;
  private static final int VALUE = 3;

  /** Longer content is represented by its SHA-256. */
  private static final int MAX_CONTENT_BYTES = 256;

  private byte[] bytes = new byte[128];
  private int length;

  KeyWriter request(Match match, RequestHead head, Identity identity, byte @Nullable [] content) {
    Route route = Objects.requireNonNull(match.route(), "no route");
    KeyParts parts = route.key();
    number(BASE);
    RouteDigest digest = match.requireDigest();
    eight(digest.high());
    eight(digest.low());
    add(head.method().equals("HEAD") ? "GET" : head.method());
    origin(parts.host(), head);
    add(head.target().path());
    query(KeyQuery.of(head.target().query(), parts.query()));
    for (String name : parts.headers()) {
      list(head.fields().allLike(name));
    }
    for (String name : parts.cookies()) {
      list(Cookies.values(head.fields(), name));
    }
    content(route.bodyKey(head.method()), head.fields(), content);
    return identity(route.scope(), identity);
  }

  KeyWriter variant(byte[] base, List<String> names, Fields request) {
    number(VARIANT).add(base).number(names.size());
    for (String name : names) {
      add(name);
      String value = Vary.value(name, request);
      if (value != null && Vary.isCredential(name)) {
        add(Digests.sha256().digest(value.getBytes(StandardCharsets.UTF_8)));
      } else {
        add(value);
      }
    }
    return this;
  }

  KeyWriter value(String name) {
    return number(VALUE).add(name);
  }

  private void eight(long value) {
    ensure(Long.BYTES);
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  private void origin(boolean counts, RequestHead head) {
    String override = head.originOverride();
    if (counts) {
      // No authority has an end of line.
      add(head.scheme())
          .add(override == null ? head.authority() : head.authority() + '\n' + override);
    } else {
      absent().add(override);
    }
  }

  private void query(KeyQuery query) {
    number(query.isAbsent() ? 0 : 1 + query.kept().size());
    for (int i = 0; i < query.kept().size(); i++) {
      add(query.kept().get(i));
    }
  }

  /** NB: raw content means what its type and coding say; JSON is one thing in every type. */
  private void content(KeyParts.@Nullable BodyKey key, Fields fields, byte @Nullable [] content) {
    if (key == null || content == null) {
      absent();
      return;
    }
    number(1);
    if (key.format() == KeyParts.BodyKey.Format.RAW) {
      list(fields.all("Content-Type")).list(fields.all("Content-Encoding"));
    } else {
      add(mediaType(fields.combined("Content-Type")));
    }
    boolean whole = content.length <= MAX_CONTENT_BYTES;
    number(whole ? 0 : 1).add(whole ? content : Digests.sha256().digest(content));
  }

  private static @Nullable String mediaType(@Nullable String contentType) {
    if (contentType == null) {
      return null;
    }
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.trim().toLowerCase(Locale.ROOT);
  }

  private KeyWriter identity(Scope scope, Identity identity) {
    return scope == Scope.SHARED ? number(0) : number(1).add(identity.digest());
  }

  private KeyWriter list(List<String> values) {
    number(values.size());
    for (int i = 0; i < values.size(); i++) {
      add(values.get(i));
    }
    return this;
  }

  /** Adds text; null differs from empty. */
  KeyWriter add(@Nullable String part) {
    if (part == null) {
      return absent();
    }
    int size = 0;
    for (int i = 0; i < part.length(); i++) {
      size += octets(part.charAt(i));
    }
    number(size + 1);
    ensure(size);
    for (int i = 0; i < part.length(); i++) {
      put(part.charAt(i));
    }
    return this;
  }

  private static int octets(char c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
  }

  /** NB: not the JDK's encoder, which gives every lone surrogate the same byte. */
  private void put(char c) {
    switch (octets(c)) {
      case 1 -> bytes[length++] = (byte) c;
      case 2 -> {
        bytes[length++] = (byte) (0xc0 | (c >> 6));
        bytes[length++] = (byte) (0x80 | (c & 0x3f));
      }
      default -> {
        bytes[length++] = (byte) (0xe0 | (c >> 12));
        bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        bytes[length++] = (byte) (0x80 | (c & 0x3f));
      }
    }
  }

  KeyWriter add(byte[] part) {
    number(part.length + 1);
    ensure(part.length);
    System.arraycopy(part, 0, bytes, length, part.length);
    length += part.length;
    return this;
  }

  KeyWriter absent() {
    return number(0);
  }

  /** Adds a count, by which a list of parts is told from its neighbours. */
  KeyWriter number(int value) {
    ensure(5);
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return this;
  }

  CacheKey build() {
    return new CacheKey(Arrays.copyOf(bytes, length));
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
