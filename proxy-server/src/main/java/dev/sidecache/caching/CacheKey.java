package dev.sidecache.caching;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
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

  /** Collects the parts of a key. */
  static final class Builder {
    private byte[] bytes = new byte[256];
    private int length;

    /** Adds text; null differs from empty. */
    Builder add(@Nullable String part) {
      return part == null ? absent() : add(part.getBytes(StandardCharsets.UTF_8));
    }

    Builder add(byte[] part) {
      number(part.length + 1);
      ensure(part.length);
      System.arraycopy(part, 0, bytes, length, part.length);
      length += part.length;
      return this;
    }

    Builder absent() {
      return number(0);
    }

    /** Adds a count, by which a list of parts is told from its neighbours. */
    Builder number(int value) {
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
}
