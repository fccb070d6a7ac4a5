package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.State;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisRemedyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://h|connection refused|start Redis, or correct its address",
        "redis://h|node 10.0.0.1:6379: connection refused|make the address that it announces",
        "redis://h|node 10.0.0.1:6379: wrong user or password|correct user and password",
        "redis://h|connection closed before any answer|write rediss://",
        "rediss://h|connection closed before any answer|see the server's log",
        "rediss://h|sentinel: unknown host|correct the host name",
        "redis://h|refuses writes|what it waits for",
        "redis://h|something new|see the log of Redis",
      })
  void eachReasonHasARemedy(String url, String reason, String remedy) {
    assertThat(
            RedisRemedy.of(
                StoreUnderTest.address(url), new Availability(State.DOWN, reason, false)))
        .contains(remedy);
  }
}
