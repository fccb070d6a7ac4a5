package dev.sidecache.store;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Stored responses for tests. */
final class StoredSamples {
  static final Instant STORED_AT = Instant.parse("2026-03-01T09:30:00.123Z");
  static final Stamp STAMP =
      Stamp.of(
          List.of(Tag.ALL.id(), new Tag(Tag.Kind.TAG, "students").id()),
          List.of("AAAAAAAAAAAAAAAA", "bbbb-bbbb_bbbb01"));

  private StoredSamples() {}

  static CacheKey key(String text) {
    return CacheKey.ofBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  static ResponseHead head(String... fields) {
    return new ResponseHead(200, "OK", Fields.of(fields));
  }

  static StoredResponse response(String key, String body) {
    return response(key, head("Content-Type", "application/json", "ETag", "\"v1\""), bytes(body));
  }

  /** Takes over {@code body}. */
  static StoredResponse response(String key, ResponseHead head, ByteBuf body) {
    StoredHead stored = new StoredHead(head, STORED_AT, Duration.ofSeconds(7));
    return new StoredResponse(key(key), stored, body, STAMP);
  }

  static ByteBuf bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
  }
}
