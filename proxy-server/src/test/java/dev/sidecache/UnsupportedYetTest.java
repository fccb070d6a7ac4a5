package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.config.RedisSection;
import dev.sidecache.redis.RedisAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnsupportedYetTest {
  private static ProxyConfig config(String yaml) {
    ConfigLoader.Result result =
        ConfigLoader.parse(
            "test.yaml",
            "version: 1\nupstream: { url: \"http://127.0.0.1:1\" }\n" + yaml,
            new ConfigLoader.Surroundings(Map.of(), Map.of(), 1L << 30));
    assertThat(result).isInstanceOf(ConfigLoader.Result.Valid.class);
    return ((ConfigLoader.Result.Valid) result).config();
  }

  @Test
  void whatIsDoneIsNotRefused() {
    assertThat(UnsupportedYet.errors(config("cache: { store: memory }\n"))).isEmpty();
  }

  @Test
  void fillLeaseIsOnWhereCommandsCostNothing() {
    String url = "cache: { redis: { url: \"%s\"%s } }\n";

    assertThat(fillLease(url.formatted("redis://h:6379", ""))).isTrue();
    assertThat(fillLease(url.formatted("redis://h:6379", ", fill_lease: false"))).isFalse();
    assertThat(fillLease(url.formatted("redis://h:6379", ", command_budget: 500000/month")))
        .isFalse();
    assertThat(fillLease(url.formatted("rediss://:pw@x.upstash.io:6379", ""))).isFalse();
    assertThat(fillLease(url.formatted("rediss://:pw@x.upstash.io:6379", ", fill_lease: true")))
        .isTrue();
  }

  private static boolean fillLease(String yaml) {
    RedisSection redis = config(yaml).cache().redis();
    return Stores.fillLease(redis, ((RedisAddress.Configured) redis.address()).address());
  }
}
