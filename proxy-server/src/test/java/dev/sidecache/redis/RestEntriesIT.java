package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Found;
import dev.sidecache.testing.UpstashEmulator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Stores over the Redis protocol and over HTTP, of bytes and of text, read each other's entries.
 */
class RestEntriesIT {
  private static RedisServerProcess redis;
  private static UpstashEmulator rawApi;
  private static UpstashEmulator textApi;
  private static StoreUnderTest resp;
  private static RestUnderTest raw;
  private static RestUnderTest text;

  private final StoredResponseCodec codec =
      new StoredResponseCodec(
          new StoredResponseCodec.Settings(2048, StoreUnderTest.MAX_BODY),
          ByteBufAllocator.DEFAULT);
  private final CacheKey key = key("entry");
  private final String name = "test:c1:1:d:" + key.digest();

  @BeforeAll
  static void start() {
    redis = RedisServerProcess.start();
    rawApi = new UpstashEmulator(redis.port());
    textApi = new UpstashEmulator(redis.port()).withoutPathForm();
    resp = new StoreUnderTest(redis.url()).up();
    raw = new RestUnderTest(rawApi.url()).up();
    text = new RestUnderTest(textApi.url()).up();
  }

  @AfterAll
  static void stop() {
    resp.close();
    raw.close();
    text.close();
    rawApi.close();
    textApi.close();
    redis.close();
  }

  @BeforeEach
  void empty() {
    redis.command("FLUSHALL");
  }

  private static Map<String, StoreClient> clients() {
    return Map.of("resp", resp.client, "raw", raw.client, "text", text.client);
  }

  private ByteBuf form(String contentType, byte[] content) {
    return Forms.of(codec, key, contentType, content);
  }

  private byte[] found(StoreClient by) {
    String form = expect(Found.class, by.lookup(tags("a"), key)).form();
    assertThat(form).as(raw.changes + " " + text.changes + resp.changes).isNotEmpty();
    StoredResponseCodec.Decoded decoded =
        codec.decode(key, Unpooled.wrappedBuffer(HexFormat.of().parseHex(form)));
    ByteBuf body = ((StoredResponse) decoded.stored()).body();
    byte[] content = new byte[body.readableBytes()];
    body.readBytes(content);
    body.release();
    decoded.stored().release();
    return content;
  }

  private void everyoneReadsEveryone(String contentType, byte[] content) {
    clients()
        .forEach(
            (writer, by) -> {
              expect(Acknowledged.class, by.store(key, form(contentType, content), 60_000));
              clients()
                  .forEach(
                      (reader, with) ->
                          assertThat(found(with))
                              .as(reader + " reads what " + writer + " wrote")
                              .isEqualTo(content));
            });
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);
    return noise;
  }

  @Test
  void smallEntries() {
    everyoneReadsEveryone("image/png", noise(1_000));
  }

  @Test
  void largeEntriesWhoseContentLiesApart() {
    everyoneReadsEveryone("image/png", noise(300_000));
  }

  @Test
  void largeEntriesThatAreDeflated() {
    everyoneReadsEveryone(
        "application/json", "[\"a\",\"b\"],".repeat(30_000).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void onlyTextIsStoredAsText() {
    expect(Acknowledged.class, raw.client.store(key, form("image/png", noise(100)), 60_000));
    assertThat(redis.command("GETRANGE", name, "0", "0")).isEqualTo("\u00c1");
    assertThat(Long.parseLong(redis.command("PTTL", name))).isBetween(50_000L, 60_000L);

    expect(Acknowledged.class, text.client.store(key, form("image/png", noise(100)), 60_000));
    assertThat(redis.command("GETRANGE", name, "0", "0")).isEqualTo("B");
    assertThat(Long.parseLong(redis.command("PTTL", name))).isBetween(50_000L, 60_000L);
  }

  @Test
  void textThatIsNoneIsAMiss() {
    redis.command("SET", name, "B!no base64");

    assertThat(expect(Found.class, text.client.lookup(tags("a"), key)).form()).isEmpty();
    assertThat(expect(Found.class, resp.client.lookup(tags("a"), key)).form()).isEmpty();
  }

  @Test
  void bytesTravelByPathAndTextInJson() {
    rawApi.received.clear();
    textApi.received.clear();
    expect(Acknowledged.class, raw.client.store(key, form("image/png", noise(100)), 60_000));
    expect(Acknowledged.class, text.client.store(key, form("image/png", noise(100)), 60_000));

    assertThat(rawApi.received).hasSize(1);
    assertThat(rawApi.received.get(0).target()).startsWith("/SET/" + name + "?PX=");
    assertThat(textApi.received).hasSize(1);
    assertThat(textApi.received.get(0).target()).isEqualTo("/");
    assertThat(new String(textApi.received.get(0).content(), StandardCharsets.UTF_8))
        .startsWith("[\"SET\",\"" + name);
  }

  @Test
  void whatWasWrittenLastIsToldWithTheNextRequest() {
    rawApi.received.clear();
    raw.client.read(tags("a"));
    raw.client.read(tags("a"));

    int first = Integer.parseInt(rawApi.received.get(0).fields().get("upstash-sync-token"));
    int second = Integer.parseInt(rawApi.received.get(1).fields().get("upstash-sync-token"));
    assertThat(second).isGreaterThan(first);
  }
}
