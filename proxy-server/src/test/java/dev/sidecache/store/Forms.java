package dev.sidecache.store;

import static dev.sidecache.store.StoredSamples.key;

import dev.sidecache.http.Fields;
import dev.sidecache.store.StoredResponseCodec.Decoded;
import dev.sidecache.store.StoredResponseCodec.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Writes forms and reads them as text, letting go of every buffer. */
final class Forms {
  static final Duration LIFETIME = Duration.ofMinutes(1);
  static final Duration GRACE = Duration.ofSeconds(30);
  static final int MAX_BODY = 1 << 20;

  private Forms() {}

  static StoredResponseCodec codec(int deflateOver) {
    return new StoredResponseCodec(new Settings(deflateOver, MAX_BODY), ByteBufAllocator.DEFAULT);
  }

  static ByteBuf encoded(StoredResponseCodec with, StoredResponse response) {
    try {
      return with.encode(response, LIFETIME, GRACE);
    } finally {
      response.release();
    }
  }

  /** The response a form tells, read once and let go of: what it was is compared as text. */
  static String read(StoredResponseCodec with, String key, ByteBuf form) {
    Decoded decoded = with.decode(key(key), form);
    if (decoded == null) {
      return "miss";
    }
    try {
      return decoded.stored() instanceof StoredResponse response
          ? describe(response) + " " + decoded.retention()
          : decoded.toString();
    } finally {
      decoded.stored().release();
    }
  }

  static String describe(StoredResponse response) {
    ByteBuf body = response.body();
    StringBuilder text = new StringBuilder();
    text.append(response.head().head().status()).append(' ');
    Fields fields = response.head().head().fields();
    for (int i = 0; i < fields.size(); i++) {
      text.append(fields.name(i)).append(": ").append(fields.value(i)).append('|');
    }
    text.append(response.head().responseTime()).append(response.head().correctedInitialAge());
    text.append(response.stamp()).append(body.toString(StandardCharsets.UTF_8));
    body.release();
    return text.toString();
  }
}
