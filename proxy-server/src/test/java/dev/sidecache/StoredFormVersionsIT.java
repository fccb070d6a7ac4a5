package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.ScriptedOrigin;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two versions over one Redis: what another one has stored is a miss, never an error. */
class StoredFormVersionsIT {
  private static final int LAYOUT = 1;
  private static final int CHECKSUM_BYTES = 4;
  private static final String RULES =
      """
      cache: { redis: { timeout: 2s } }
      routes:
        - { name: students, match: { path: /students }, ttl: 1h, key: { host: false } }
      """;
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

  private final RedisServerProcess redis = RedisServerProcess.start();
  private final RedisClient client = RedisClient.create(redis.url());
  private ScriptedOrigin origin;

  @BeforeEach
  void start() throws Exception {
    origin = ScriptedOrigin.answering(request -> ANSWER);
  }

  @AfterEach
  void stop() throws Exception {
    client.shutdown();
    origin.close();
    redis.close();
  }

  private RunningProxy proxy() throws Exception {
    return RunningProxy.start(
            "http://127.0.0.1:" + origin.port(), RULES, Map.of("REDIS_URL", redis.url()))
        .awaitCache();
  }

  private void store() throws Exception {
    try (RunningProxy earlier = proxy()) {
      assertThat(status(earlier)).contains("stored");
      await().until(() -> layouts().equals(List.of(LAYOUT)));
    }
  }

  private static String status(RunningProxy proxy) throws Exception {
    HttpResponse<String> answer = proxy.get("/students", null);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{}");
    return RunningProxy.cacheStatus(answer);
  }

  /** The layouts of the stored responses in Redis. */
  private List<Integer> layouts() {
    List<Integer> layouts = new ArrayList<>();
    alter(
        form -> {
          layouts.add(form[1] & 0xFF);
          return form;
        });
    return layouts;
  }

  /** Replaces each stored response; its time to live stays. */
  private void alter(UnaryOperator<byte[]> change) {
    try (StatefulRedisConnection<byte[], byte[]> connection =
        client.connect(ByteArrayCodec.INSTANCE)) {
      RedisCommands<byte[], byte[]> commands = connection.sync();
      for (byte[] key : commands.keys("*")) {
        if (commands.type(key).equals("string") && commands.strlen(key) > 8) {
          byte[] form = commands.get(key);
          if (form[0] == (byte) 0xC1) {
            commands.set(key, change.apply(form), SetArgs.Builder.keepttl());
          }
        }
      }
    }
  }

  /** As another version may write it, and undamaged. */
  private static byte[] ofLayout(byte[] form, int layout) {
    byte[] other = form.clone();
    other[1] = (byte) layout;
    CRC32C crc = new CRC32C();
    crc.update(other, 0, other.length - CHECKSUM_BYTES);
    ByteBuffer.wrap(other).putInt(other.length - CHECKSUM_BYTES, (int) crc.getValue());
    return other;
  }

  @Test
  void whatTheSameVersionHasStoredIsAHit() throws Exception {
    store();
    alter(form -> ofLayout(form, LAYOUT));

    try (RunningProxy later = proxy()) {
      assertThat(status(later)).contains("sidecache; hit").contains("detail=l2");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 255})
  void whatAnotherVersionHasStoredIsAMissAndReplaced(int layout) throws Exception {
    store();
    alter(form -> ofLayout(form, layout));

    try (RunningProxy later = proxy()) {
      assertThat(status(later)).contains("fwd=uri-miss").contains("stored");
      assertThat(status(later)).contains("sidecache; hit");
      await().until(() -> layouts().equals(List.of(LAYOUT)));
    }
  }
}
