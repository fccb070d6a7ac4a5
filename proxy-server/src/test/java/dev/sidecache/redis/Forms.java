package dev.sidecache.redis;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Stored forms of responses as a proxy writes them. */
final class Forms {
  private Forms() {}

  /** The form of a response with this content, kept for a minute; the caller owns it. */
  static ByteBuf of(StoredResponseCodec codec, CacheKey key, String contentType, byte[] content) {
    StoredHead head =
        new StoredHead(
            new ResponseHead(200, Fields.of("Content-Type", contentType)),
            Instant.now(),
            Duration.ZERO);
    StoredResponse response =
        new StoredResponse(
            key,
            head,
            Unpooled.directBuffer(content.length).writeBytes(content),
            Stamp.of(List.of(Tag.ALL.id()), List.of("AAAAAAAAAAAAAAAA")));
    try {
      return codec.encode(response, Duration.ofMinutes(1), Duration.ZERO);
    } finally {
      response.release();
    }
  }
}
