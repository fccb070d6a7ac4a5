package dev.sidecache.caching;

import dev.sidecache.http.EntityTag;
import dev.sidecache.http.Fields;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The entity tag that this cache gives to a response whose origin gave none: a strong one, from the
 * bytes of the content. Its beginning tells it from those of origins, since it is never sent to
 * one.
 */
final class GeneratedEtag {
  private static final String MARK = "\"sidecache-";

  /** Fields that make a representation another one although the bytes are the same. */
  private static final String[] METADATA = {"Content-Type", "Content-Encoding", "Content-Language"};

  private GeneratedEtag() {}

  static boolean isOne(EntityTag tag) {
    return tag.opaque().startsWith(MARK);
  }

  static String of(Fields fields, ByteBuffer... content) {
    MessageDigest digest = Digests.sha256();
    for (String name : METADATA) {
      update(digest, fields.combined(name));
    }
    for (ByteBuffer piece : content) {
      digest.update(piece.duplicate());
    }
    byte[] half = Arrays.copyOf(digest.digest(), 16);
    return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(half) + '"';
  }

  private static void update(MessageDigest digest, @Nullable String value) {
    if (value != null) {
      digest.update(value.getBytes(StandardCharsets.UTF_8));
    }
    digest.update((byte) 0);
  }
}
