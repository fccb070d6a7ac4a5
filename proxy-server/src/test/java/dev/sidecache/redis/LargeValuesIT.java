package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.store.StoredResponseCodec.Decoded;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.RedisServerProcess.RedisMonitor;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Failed;
import dev.sidecache.testing.StoreClient.Found;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LargeValuesIT {
  private static RedisServerProcess redis;
  private static StoreUnderTest tested;

  private final StoredResponseCodec codec =
      new StoredResponseCodec(
          new StoredResponseCodec.Settings(2048, StoreUnderTest.MAX_BODY),
          ByteBufAllocator.DEFAULT);
  private final List<Tag.Id> tags = tags("a");
  private final CacheKey key = key("large");
  private final String entryName = "test:c1:1:d:" + key.digest();
  private final String contentName = "test:c1:1:b:" + key.digest();

  @BeforeAll
  static void start() {
    redis = RedisServerProcess.start();
    tested = new StoreUnderTest(StoreUnderTest.address(redis.url()), 2).up();
  }

  @AfterAll
  static void stop() {
    tested.close();
    redis.close();
  }

  @BeforeEach
  void empty() {
    redis.command("FLUSHALL");
  }

  private ByteBuf form(String contentType, byte[] content) {
    return Forms.of(codec, key, contentType, content);
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);
    return noise;
  }

  /** The content that a lookup finds; null if none. */
  private byte[] found() {
    String form = expect(Found.class, tested.client.lookup(tags, key)).form();
    if (form.isEmpty()) {
      return null;
    }
    Decoded decoded = codec.decode(key, Unpooled.wrappedBuffer(HexFormat.of().parseHex(form)));
    ByteBuf body = ((StoredResponse) decoded.stored()).body();
    byte[] content = new byte[body.readableBytes()];
    body.readBytes(content);
    body.release();
    decoded.stored().release();
    return content;
  }

  @Test
  void contentLiesApartAndIsFoundWithItsEntry() {
    byte[] content = noise(1_000_000);
    expect(Acknowledged.class, tested.client.store(key, form("image/png", content), 60_000));

    assertThat(Long.parseLong(redis.command("STRLEN", entryName))).isLessThan(300);
    assertThat(redis.command("STRLEN", contentName)).isEqualTo("1000012");
    assertThat(Long.parseLong(redis.command("PTTL", contentName))).isBetween(50_000L, 60_000L);
    assertThat(found()).isEqualTo(content);
  }

  @Test
  void itTakesTwoCommandsEachWay() {
    tested.client.store(key, form("image/png", noise(100_000)), 60_000);
    try (RedisMonitor monitor = redis.monitor()) {
      tested.client.store(key, form("image/png", noise(100_000)), 60_000);
      assertThat(monitor.commands()).containsExactly("SET", "SET");
      found();
      assertThat(monitor.commands()).containsExactly("MGET", "GET");
    }
  }

  @Test
  void formsOf64KiBTravelWithTheOthersAndLargerOnesDoNot() {
    ByteBuf empty = form("image/png", new byte[0]);
    int overhead = empty.readableBytes();
    empty.release();
    byte[] most = noise(64 * 1024 - overhead);
    tested.client.store(key, form("image/png", most), 60_000);
    assertThat(redis.command("EXISTS", contentName)).isEqualTo("0");
    assertThat(found()).isEqualTo(most);

    byte[] more = noise(64 * 1024 - overhead + 1);
    tested.client.store(key, form("image/png", more), 60_000);
    assertThat(redis.command("EXISTS", contentName)).isEqualTo("1");
    assertThat(found()).isEqualTo(more);
  }

  @Test
  void missingOrForeignContentIsAMiss() {
    tested.client.store(key, form("image/png", noise(100_000)), 60_000);
    String first = redis.command("GET", contentName);
    redis.command("DEL", contentName);
    assertThat(found()).isNull();

    tested.client.store(key, form("image/png", noise(100_000)), 60_000);
    assertThat(found()).isNotNull();
    redis.command("SET", contentName, first, "PX", "60000");
    assertThat(found()).as("the content of the entry before").isNull();

    redis.command("SET", contentName, "", "PX", "60000");
    assertThat(found()).isNull();
  }

  @Test
  void largeTextIsDeflatedBeforeItTravels() {
    byte[] text = "{\"name\":\"Ada\",\"id\":1},".repeat(50_000).getBytes(StandardCharsets.UTF_8);
    expect(Acknowledged.class, tested.client.store(key, form("application/json", text), 60_000));

    assertThat(redis.command("EXISTS", contentName)).isEqualTo("0");
    assertThat(Long.parseLong(redis.command("STRLEN", entryName))).isLessThan(30_000);
    assertThat(found()).isEqualTo(text);
  }

  @Test
  void largeTextThatStaysLargeLiesApartDeflated() {
    StringBuilder digits = new StringBuilder();
    new Random(1).ints(400_000, 0, 10).forEach(digits::append);
    byte[] text = digits.toString().getBytes(StandardCharsets.UTF_8);
    expect(Acknowledged.class, tested.client.store(key, form("text/plain", text), 60_000));

    assertThat(Long.parseLong(redis.command("STRLEN", contentName))).isBetween(100_000L, 300_000L);
    assertThat(found()).isEqualTo(text);
  }

  @Test
  void largeValuesHoldNobodyUp() {
    byte[] content = noise(3_000_000);
    for (int i = 0; i < 5; i++) {
      expect(
          Acknowledged.class,
          tested.client.store(key("k" + i), form("image/png", content), 60_000));
    }

    assertThat(redis.command("CLIENT", "LIST"))
        .as("a connection of its own: two for two loops, one for large values, one of the test")
        .matches(list -> list.toString().lines().count() == 4);
  }

  @Test
  void bytesThatAreNoFormAreNotStoredApart() {
    assertThat(tested.client.store(key, noise(100_000), 60_000))
        .isEqualTo(new Failed(Failure.REJECTED));
  }
}
