package dev.sidecache.caching;

import dev.sidecache.http.ResponseHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What two answers have in common exactly if they tell a client the same: a digest of status, of
 * the fields that say what the content is, and of the content.
 */
public final class Fingerprint {
  private static final String[] FIELDS = {
    "Content-Type", "Content-Encoding", "Content-Language", "Location"
  };

  private final MessageDigest digest = Digests.sha256();

  private Fingerprint(int status) {
    digest.update((byte) status);
    digest.update((byte) (status >> 8));
  }

  /** Begins with a head; the content follows. */
  public static Fingerprint of(ResponseHead head) {
    Fingerprint fingerprint = new Fingerprint(head.status());
    for (String name : FIELDS) {
      fingerprint.add(head.fields().combined(name));
    }
    return fingerprint;
  }

  /** The fingerprint of an answer whose content is not known, but what stands for it. */
  public static long of(int status, String content) {
    Fingerprint fingerprint = new Fingerprint(status);
    fingerprint.add(content);
    return fingerprint.end();
  }

  private void add(@Nullable String value) {
    if (value != null) {
      digest.update(value.getBytes(StandardCharsets.UTF_8));
    }
    digest.update((byte) 0);
  }

  /** Adds content, its pieces in order; they are not consumed. */
  public void add(ByteBuffer... content) {
    for (ByteBuffer piece : content) {
      digest.update(piece.duplicate());
    }
  }

  /** The first 8 bytes; nothing can be added any more. */
  public long end() {
    return ByteBuffer.wrap(digest.digest()).getLong();
  }
}
