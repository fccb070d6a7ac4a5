package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RedisSentinels;
import dev.sidecache.testing.VersionedOrigin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two proxies on a master that is replaced: nothing fails and nothing is stale. */
class SentinelTrafficIT {
  private static final long ORIGIN_MILLIS = 5;

  /** The deadline is 250 ms; the rest is for a machine that runs other tests beside this one. */
  private static final Duration BOUND = Duration.ofMillis(ORIGIN_MILLIS + 250 + 5_000);

  private RedisSentinels sentinels;
  private VersionedOrigin origin;
  private RunningProxy a;
  private RunningProxy b;
  private CheckedTraffic traffic;

  @BeforeEach
  void start() throws Exception {
    sentinels = RedisSentinels.start();
    origin = new VersionedOrigin().delay(ORIGIN_MILLIS);
    a = proxy();
    b = proxy();
    traffic = new CheckedTraffic(List.of(a, b));
    traffic.awaitHits(100);
    traffic.awaitWrites(10);
  }

  private RunningProxy proxy() throws Exception {
    Map<String, String> variables = Map.of("REDIS_URL", sentinels.url());
    return RunningProxy.start(origin.url(), CheckedTraffic.RULES, variables).awaitCache();
  }

  @AfterEach
  void stop() throws Exception {
    traffic.stop();
    a.close();
    b.close();
    origin.close();
    sentinels.close();
  }

  @Test
  void masterIsReplacedWhileItIsAlive() throws Exception {
    sentinels.failOver();
    traffic.awaitDisabled();
    assertThat(sentinels.servers().get(0).command("INFO", "replication"))
        .as("the old master, for seconds")
        .contains("role:master");

    traffic.awaitHits(200);
    traffic.awaitWrites(20);
    traffic.assertNothingWrong(BOUND);
  }

  @Test
  void masterIsKilled() throws Exception {
    sentinels.servers().get(0).kill();
    traffic.awaitDisabled();

    traffic.awaitHits(200);
    traffic.awaitWrites(20);
    traffic.assertNothingWrong(BOUND);
  }
}
