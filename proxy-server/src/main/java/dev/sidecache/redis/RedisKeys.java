package dev.sidecache.redis;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The names under which things lie in Redis. All begin with the namespace, and every one of them
 * has an expiry.
 *
 * <table>
 * <caption>{@code N} is the namespace, {@code v} the value of {@code cache.version}, {@code h()} 16
 *     bytes of SHA-256 as base64url</caption>
 * <tr><td>{@code N:k1:{N}:e}</td><td>epoch</td><td>as versions</td></tr>
 * <tr><td>{@code N:k1:{N}:t:h(tag)}</td><td>version of a tag</td>
 *     <td>twice the longest entry's, at least 24 h; a mark's lease while marked</td></tr>
 * <tr><td>{@code N:k1:{N}:w}</td><td>version of "any mutation"</td><td>the same</td></tr>
 * <tr><td>{@code N:c1:v:d:h(key)}</td><td>stored form</td>
 *     <td>lifetime + grace, less up to 10 %</td></tr>
 * <tr><td>{@code N:c1:v:b:h(key)}</td><td>content of a large one</td>
 *     <td>lifetime + grace</td></tr>
 * <tr><td>{@code N:c1:v:f:h(key)}</td><td>who fetches a cold key</td>
 *     <td>how long that usually takes, 2 s at most</td></tr>
 * <tr><td>{@code N:k1:{N}:s:period}</td><td>commands spent, of a budget</td>
 *     <td>a day beyond the period</td></tr>
 * <tr><td>{@code N:k1:{N}:p}</td><td>probe whether writing works</td><td>1 s</td></tr>
 * </table>
 *
 * <p>Version keys carry neither {@code cache.version} nor the layout of entries, so that instances
 * of different releases invalidate each other; their braces put them into one slot of a cluster.
 */
final class RedisKeys {
  private static final int MAX_PLAIN_VERSION = 40;
  private static final byte[] BASE64URL =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(StandardCharsets.US_ASCII);

  private static final Tag.Id ANY_MUTATION = Tag.ANY_MUTATION.id();

  private final byte[] epoch;
  private final byte[] anyMutation;
  private final byte[] tagPrefix;
  private final String entryPrefix;
  private final String contentPrefix;
  private final String claimPrefix;
  private final byte[] probe;
  private final String spentPrefix;

  RedisKeys(String namespace, String version) {
    String versions = namespace + ":k1:{" + namespace + "}:";
    String entries = namespace + ":c1:" + plain(version) + ":";
    epoch = ascii(versions + "e");
    anyMutation = ascii(versions + "w");
    tagPrefix = ascii(versions + "t:");
    entryPrefix = entries + "d:";
    contentPrefix = entries + "b:";
    claimPrefix = entries + "f:";
    probe = ascii(versions + "p");
    spentPrefix = versions + "s:";
  }

  /** A version as part of a name: as it is if it is short and plain, else its hash. */
  private static String plain(String version) {
    boolean plain = !version.isEmpty() && version.length() <= MAX_PLAIN_VERSION;
    for (int i = 0; plain && i < version.length(); i++) {
      char c = version.charAt(i);
      plain = c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-');
    }
    if (plain) {
      return version;
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(version.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  byte[] epoch() {
    return epoch;
  }

  /** The key of a tag's version. */
  byte[] version(Tag.Id tag) {
    if (tag.equals(ANY_MUTATION)) {
      return anyMutation;
    }
    byte[] key = Arrays.copyOf(tagPrefix, tagPrefix.length + 22);
    int at = digits(tag.high(), 58, key, tagPrefix.length);
    // NB: the two halves share a digit: 64 bits are ten digits of six and four bits more.
    key[at++] = BASE64URL[(int) ((tag.high() & 0xf) << 2 | tag.low() >>> 62)];
    at = digits(tag.low() << 2, 58, key, at);
    key[at] = BASE64URL[(int) ((tag.low() & 0x3) << 4)];
    return key;
  }

  /** Writes ten digits, from the highest six bits on. */
  private static int digits(long bits, int shift, byte[] into, int at) {
    int to = at;
    for (int s = shift; to < at + 10; s -= 6) {
      into[to++] = BASE64URL[(int) (bits >>> s) & 0x3f];
    }
    return to;
  }

  /** What SCAN finds all entries by. */
  byte[] entries() {
    return ascii(entryPrefix + "*");
  }

  byte[] entry(CacheKey key) {
    return ascii(entryPrefix + key.digest());
  }

  /** The key of a large entry's content. */
  byte[] content(CacheKey key) {
    return ascii(contentPrefix + key.digest());
  }

  /** The key of the claim on an entry's fetch. */
  byte[] claim(CacheKey key) {
    return ascii(claimPrefix + key.digest());
  }

  byte[] probe() {
    return probe;
  }

  /** The key of the number of commands spent in a period. */
  byte[] spent(String period) {
    return ascii(spentPrefix + period);
  }
}
