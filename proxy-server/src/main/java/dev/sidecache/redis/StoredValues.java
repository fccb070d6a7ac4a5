package dev.sidecache.redis;

import dev.sidecache.store.SharedStore.Epoch;
import dev.sidecache.store.SharedStore.Version;
import dev.sidecache.store.SharedStore.Versions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies under the version keys, read from replies. A value that is none of ours reads as
 * absent, hence as invalid. Source: consistency.md, Section 3.
 */
final class StoredValues {
  private static final int UID_LENGTH = 16;
  private static final long MAX_LEASE_MILLIS = 3_600_000;

  private StoredValues() {}

  /** {@code uid} or {@code uid;mid,mid}. */
  static @Nullable Version version(Reply reply) {
    if (!(reply instanceof Reply.Bytes value)) {
      return null;
    }
    byte[] bytes = value.bytes();
    boolean marked = bytes.length > UID_LENGTH && bytes[UID_LENGTH] == ';';
    if (!isUid(bytes) || (bytes.length > UID_LENGTH && !marked)) {
      return null;
    }
    return new Version(uid(bytes), marked && bytes.length > UID_LENGTH + 1);
  }

  private static boolean isUid(byte[] bytes) {
    if (bytes.length < UID_LENGTH) {
      return false;
    }
    for (int i = 0; i < UID_LENGTH; i++) {
      byte b = bytes[i];
      boolean digit =
          (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || (b >= '0' && b <= '9')
              || b == '-'
              || b == '_';
      if (!digit) {
        return false;
      }
    }
    return true;
  }

  private static String uid(byte[] bytes) {
    return new String(bytes, 0, UID_LENGTH, StandardCharsets.ISO_8859_1);
  }

  /** {@code uid@server@lease}. */
  static @Nullable Epoch epoch(Reply reply) {
    if (!(reply instanceof Reply.Bytes value) || !isUid(value.bytes())) {
      return null;
    }
    String text = new String(value.bytes(), StandardCharsets.ISO_8859_1);
    int second = text.indexOf('@', UID_LENGTH + 1);
    if (text.length() <= UID_LENGTH || text.charAt(UID_LENGTH) != '@' || second < 0) {
      return null;
    }
    int lease = RedisUrl.number(text.substring(second + 1), (int) MAX_LEASE_MILLIS);
    return lease < 0
        ? null
        : new Epoch(uid(value.bytes()), text.substring(UID_LENGTH + 1, second), lease);
  }

  static byte[] epochValue(String uid, String server, long leaseMillis) {
    return RedisKeys.ascii(uid + "@" + server + "@" + leaseMillis);
  }

  /** Replies to a reading of the epoch's key and then those of tags. */
  static Versions read(List<Reply> replies, String server) {
    List<@Nullable Version> versions = new ArrayList<>(replies.size());
    for (int i = 1; i < replies.size(); i++) {
      versions.add(version(replies.get(i)));
    }
    return new Versions(epoch(replies.get(0)), server, versions);
  }

  /** A number as INCRBY keeps it; 0 for anything else. */
  static long number(byte[] digits) {
    try {
      return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    } catch (NumberFormatException foreign) {
      return 0;
    }
  }
}
