package dev.sidecache.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.testing.ManualClock;
import dev.sidecache.testing.ManualLoop;
import dev.sidecache.testing.OpenBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginProbeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final ManualClock clock = new ManualClock();
  private final ManualLoop loop = new ManualLoop(clock);
  private final List<Request> requests = new ArrayList<>();
  private final List<Boolean> told = new ArrayList<>();
  private Responder responder;
  private boolean givenUp;

  private final Service origin =
      (request, to) -> {
        requests.add(request);
        responder = to;
        to.onGone(() -> givenUp = true);
      };

  private void start() {
    OriginProbe.start(origin, "/health?deep=1", "api.example:3000", loop, told::add);
    loop.runDue();
  }

  private void answer(int status) {
    Body body = Body.of("ok".getBytes(StandardCharsets.UTF_8));
    responder.respond(Response.of(new ResponseHead(status, Fields.empty()), body));
  }

  @Test
  void healthPathIsAskedEveryFiveSeconds() {
    start();
    assertThat(requests).hasSize(1);
    assertThat(requests.get(0).head().method()).isEqualTo("GET");
    assertThat(requests.get(0).head().target().pathAndQuery()).isEqualTo("/health?deep=1");
    assertThat(requests.get(0).head().authority()).isEqualTo("api.example:3000");
    assertThat(requests.get(0).head().fields().first("Host")).isEqualTo("api.example:3000");
    answer(200);
    assertThat(told).containsExactly(true);

    loop.runFor(clock, Duration.ofMillis(4_999));
    assertThat(requests).hasSize(1);
    loop.runFor(clock, Duration.ofMillis(1));
    assertThat(requests).hasSize(2);
  }

  @Test
  void everyStatusBelow500IsAnAnswer() {
    start();
    for (int status : new int[] {204, 404, 499, 500, 503, 200}) {
      answer(status);
      loop.runFor(clock, Duration.ofSeconds(5));
    }
    assertThat(told).containsExactly(true, true, true, false, false, true);
  }

  @Test
  void failureIsNoAnswer() {
    start();
    responder.fail(new IOException("refused"));
    assertThat(told).containsExactly(false);

    loop.runFor(clock, Duration.ofSeconds(5));
    assertThat(told).as("no second word of the same question").containsExactly(false);
    answer(200);
    assertThat(told).containsExactly(false, true);
  }

  @Test
  void answerThatComesTooLateIsNone() {
    start();
    loop.runFor(clock, PATIENCE.minusMillis(1));
    assertThat(told).isEmpty();
    loop.runFor(clock, Duration.ofMillis(1));
    assertThat(told).containsExactly(false);
    assertThat(givenUp).isTrue();

    answer(200);
    responder.fail(new IOException("closed"));
    assertThat(told).containsExactly(false);
    loop.runFor(clock, Duration.ofSeconds(5));
    assertThat(requests).hasSize(2);
  }

  @Test
  void contentThatDoesNotEndIsCancelled() {
    start();
    OpenBody endless = new OpenBody();
    responder.respond(Response.of(new ResponseHead(200, Fields.empty()), endless));
    endless.feed("a");
    endless.feed("b");
    assertThat(told).containsExactly(true);

    loop.runFor(clock, PATIENCE);
    assertThat(endless.isCancelled()).isTrue();
    assertThat(told).containsExactly(true);
  }

  @Test
  void contentThatBreaksOffChangesNothing() {
    start();
    OpenBody broken = new OpenBody();
    responder.respond(Response.of(new ResponseHead(200, Fields.empty()), broken));
    broken.fail();
    loop.runFor(clock, PATIENCE);
    assertThat(told).containsExactly(true);
    assertThat(broken.isCancelled()).isFalse();
  }

  @Test
  void askingEndsWithTheLoop() {
    start();
    loop.shutdown();
    answer(200);
    assertThat(told).containsExactly(true);
    loop.runFor(clock, Duration.ofSeconds(20));
    assertThat(requests).hasSize(1);
  }

  @Test
  void pathThatIsNoneIsToldAtOnce() {
    assertThatThrownBy(() -> OriginProbe.start(origin, "health", "api.example", loop, told::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("upstream.health_path: health (expected: a path such as /health)");
  }
}
