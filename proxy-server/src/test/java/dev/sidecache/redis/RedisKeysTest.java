package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.caching.Tag.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RedisKeysTest {
  private final RedisKeys keys = new RedisKeys("shop", "v-2_a");

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.US_ASCII);
  }

  @Test
  void namesOfVersionsCarryTheNamespaceOnly() {
    assertThat(text(keys.epoch())).isEqualTo("shop:k1:{shop}:e");
    assertThat(text(keys.version(Tag.ANY_MUTATION.id()))).isEqualTo("shop:k1:{shop}:w");
    assertThat(text(keys.version(new Tag(Kind.TAG, "students").id())))
        .isEqualTo("shop:k1:{shop}:t:54opRBRuA-LrBrIZ_KKv2Q");

    RedisKeys other = new RedisKeys("shop", "3");
    Tag.Id tag = new Tag(Kind.URL, "/x").id();
    assertThat(other.version(tag)).isEqualTo(keys.version(tag));
  }

  @Test
  void namesOfEntriesCarryTheVersionToo() {
    CacheKey key = CacheKey.ofBytes(new byte[] {1, 2, 3});

    assertThat(text(keys.entry(key))).isEqualTo("shop:c1:v-2_a:d:A5BYxvLAy0ksUzsKTRTvdw");
    assertThat(text(keys.content(key))).isEqualTo("shop:c1:v-2_a:b:A5BYxvLAy0ksUzsKTRTvdw");
    assertThat(text(keys.claim(key))).isEqualTo("shop:c1:v-2_a:f:A5BYxvLAy0ksUzsKTRTvdw");
    assertThat(text(keys.probe())).as("beside the versions").isEqualTo("shop:k1:{shop}:p");
  }

  @Test
  void tagIsWrittenAsItsText() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      Tag.Id tag = new Tag.Id(random.nextLong(), random.nextLong());
      assertThat(text(keys.version(tag))).isEqualTo("shop:k1:{shop}:t:" + tag.text());
    }
  }

  @Test
  void versionThatIsLongOrOddIsHashed() {
    CacheKey key = CacheKey.ofBytes(new byte[0]);
    for (String odd : new String[] {"", "a b", "a:b", "ü", "x".repeat(41), "{v}"}) {
      assertThat(text(new RedisKeys("n", odd).entry(key)))
          .as(odd)
          .matches("n:c1:[A-Za-z0-9_-]{22}:d:[A-Za-z0-9_-]{22}");
    }
    assertThat(text(new RedisKeys("n", "x".repeat(40)).entry(key)))
        .startsWith("n:c1:" + "x".repeat(40) + ":d:");
  }
}
