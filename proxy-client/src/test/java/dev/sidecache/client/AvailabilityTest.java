package dev.sidecache.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.client.testing.LogLines;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
  private final LogLines log = new LogLines();
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 50);
  private final Availability availability = new Availability("http://x:1", clock::get, 100);

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void eachChangeIsToldOnce() {
    availability.available();
    assertThat(log.lines()).isEmpty();
    availability.unavailable("redis_down");
    availability.unavailable("redis_down");
    availability.unreachable("no answer");
    availability.available();
    availability.available();
    availability.unavailable("again");
    assertThat(log.lines())
        .containsExactly(
            "WARNING sidecache disabled: redis_down; values are neither read nor kept",
            "INFO sidecache enabled: http://x:1",
            "WARNING sidecache disabled: again; values are neither read nor kept");
  }

  @Test
  void proxyThatDidNotAnswerIsLeftAloneForAWhile() {
    assertThat(availability.mayAsk()).isTrue();
    availability.unreachable("no answer");
    assertThat(availability.mayAsk()).isFalse();
    clock.addAndGet(99);
    assertThat(availability.mayAsk()).isFalse();
    clock.addAndGet(1);
    assertThat(availability.mayAsk()).isTrue();
  }

  @Test
  void proxyThatAnswersIsAskedAgain() {
    availability.unavailable("redis_down");
    assertThat(availability.mayAsk()).isTrue();
    availability.unreachable("no answer");
    availability.available();
    assertThat(availability.mayAsk()).isTrue();
  }
}
