package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.Match;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a stored response is found by: a list of parts, each preceded by its length, so that
 * different requests never have one key. Compared by all its bytes. Source: RFC 9111, Section 2.
 */
public final class CacheKey {
  private final byte[] bytes;
  private final int hash;

  /** Takes the bytes over. */
  CacheKey(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /**
   * The key of the request that a plan is made for, under a route.
   *
   * @param match with a route
   * @param body canonical content; null where it does not count
   */
  public static CacheKey of(
      Match match, RequestHead head, Identity identity, byte @Nullable [] body) {
    return new KeyWriter().request(match, head, identity, body).build();
  }

  /**
   * The key of one variant: the base key and what the request says in the nominated fields. Two
   * requests share it if each of these has the same value in both: lines combined, white space
   * around them dropped, of lists also case and empty elements; absent differs from empty. Source:
   * RFC 9111, Section 4.1.
   *
   * @param base the request's key
   * @param names fields nominated by Vary, lower case, sorted
   * @param request the request's fields
   */
  public static CacheKey variant(CacheKey base, List<String> names, Fields request) {
    return new KeyWriter().variant(base.bytes, names, request).build();
  }

  /** The key of a value that the admin API keeps under a name; no request and no variant has it. */
  public static CacheKey ofValue(String name) {
    return new KeyWriter().value(name).build();
  }

  /** The key that a store has kept as bytes. */
  public static CacheKey ofBytes(byte[] bytes) {
    return new CacheKey(bytes.clone());
  }

  /** The key as a store keeps it. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  public boolean hasBytes(byte[] other) {
    return Arrays.equals(bytes, other);
  }

  public int lengthBytes() {
    return bytes.length;
  }

  /** The first 16 bytes of SHA-256 as 22 characters of base64url: the name in a shared store. */
  public String digest() {
    byte[] digest = Digests.sha256().digest(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 16));
  }

  /** 8 hexadecimal digits for people: the start of the digest. */
  public String shortDigest() {
    return HexFormat.of().formatHex(Digests.sha256().digest(bytes), 0, 4);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CacheKey that && hash == that.hash && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return shortDigest();
  }
}
