package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthServiceTest {
  private static final Service BACKEND =
      (request, responder) -> {
        request.body().cancel();
        ResponseHead head = new ResponseHead(218, Fields.empty());
        responder.respond(Response.of(head, Body.empty()));
      };

  private final AdminFixture fixture = new AdminFixture().feed();
  private final HealthState state = fixture.health;
  private final Service service =
      (request, responder) ->
          new HealthService(state, fixture.loops, "/-", BACKEND).serve(request, responder);

  private String ask(String path) throws Exception {
    Called call = Called.get(service, path);
    return call.status() + " " + call.json().get("status").asText();
  }

  @Nested
  class States {
    @Test
    void processThatStartsIsAliveButNotReady() throws Exception {
      assertThat(ask("/-/startupz")).isEqualTo("503 starting");
      assertThat(ask("/-/livez")).isEqualTo("200 healthy");
      assertThat(ask("/-/readyz")).isEqualTo("503 starting");
      assertThat(ask("/-/health")).isEqualTo("503 starting");
    }

    @Test
    void processThatHasStartedIsReady() throws Exception {
      state.started();
      assertThat(ask("/-/startupz")).isEqualTo("200 healthy");
      assertThat(ask("/-/livez")).isEqualTo("200 healthy");
      assertThat(ask("/-/readyz")).isEqualTo("200 healthy");
      assertThat(ask("/-/health")).isEqualTo("200 healthy");
    }

    @Test
    void processThatDrainsIsStartedAndAliveButNotReady() throws Exception {
      state.started();
      state.draining();
      assertThat(ask("/-/startupz")).isEqualTo("200 healthy");
      assertThat(ask("/-/livez")).isEqualTo("200 healthy");
      assertThat(ask("/-/readyz")).isEqualTo("503 draining");
      assertThat(ask("/-/health")).isEqualTo("503 draining");
    }

    @Test
    void originThatDoesNotAnswerTakesReadinessAndGivesItBack() throws Exception {
      state.started();
      state.originAnswers(false);
      assertThat(ask("/-/startupz")).isEqualTo("200 healthy");
      assertThat(ask("/-/readyz")).isEqualTo("503 unhealthy");
      state.originAnswers(true);
      assertThat(ask("/-/readyz")).isEqualTo("200 healthy");
    }

    @Test
    void cacheThatIsAwayChangesNothingOfReadiness() throws Exception {
      state.started();
      fixture.cache = new HealthState.Cache("redis_down");
      assertThat(ask("/-/readyz")).isEqualTo("200 healthy");
      assertThat(ask("/-/health")).isEqualTo("200 healthy");
    }
  }

  @Nested
  class Documents {
    @Test
    void cacheInUse() throws Exception {
      state.started();
      assertThat(Called.get(service, "/-/health").json())
          .isEqualTo(Called.golden("health-healthy"));
    }

    @Test
    void cacheAway() throws Exception {
      state.started();
      fixture.cache = new HealthState.Cache("redis_down");
      assertThat(Called.get(service, "/-/health").json())
          .isEqualTo(Called.golden("health-disabled"));
    }

    @Test
    void draining() throws Exception {
      state.started();
      state.draining();
      assertThat(Called.get(service, "/-/health").json())
          .isEqualTo(Called.golden("health-draining"));
    }

    @ParameterizedTest
    @CsvSource({
      "0, 0B",
      "1023, 1023B",
      "1024, 1.0K",
      "1536, 1.5K",
      "4404019, 4.2M",
      "50331648, 48.0M",
      "1073741824, 1.0G",
      "1125899906842624, 1024.0T"
    })
    void memoryIsForPeople(long bytes, String expected) {
      assertThat(AdminJson.forPeople(bytes)).isEqualTo(expected);
    }
  }

  @Nested
  class Paths {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "/",
          "/-",
          "/-/",
          "/livez",
          "/health",
          "/-/livez/",
          "/-/livezz",
          "/-/metrics",
          "/x/livez",
          "/-/healthy",
          "/-/startups",
          "/-livez",
          "/-/LIVEZ"
        })
    void everyOtherPathIsTheBackends(String path) {
      assertThat(Called.get(service, path).status()).isEqualTo(218);
    }

    @Test
    void queryDoesNotMatter() throws Exception {
      assertThat(ask("/-/livez?verbose")).isEqualTo("200 healthy");
    }

    @Test
    void headHasTheLengthAndNoContent() {
      Called call = Called.of(service, "HEAD", "/-/livez", "");
      assertThat(call.status()).isEqualTo(200);
      assertThat(call.content()).isEmpty();
      assertThat(call.response().body().lengthBytes())
          .isEqualTo("{\"status\":\"healthy\"}".length());
    }

    @Test
    void otherMethodsAreNotAllowed() {
      Called call = Called.of(service, "POST", "/-/livez", "x");
      assertThat(call.status()).isEqualTo(405);
      assertThat(call.field("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void answersAreNeverStored() {
      assertThat(Called.get(service, "/-/livez").field("Cache-Control")).isEqualTo("no-store");
    }
  }

  @Nested
  class Liveness {
    @Test
    void loopThatHangsIsTold() {
      fixture.loops.add(task -> {});
      Called call = Called.get(service, "/-/livez");
      assertThat(call.isAnswered()).isFalse();
      call.after(1_999, TimeUnit.MILLISECONDS);
      assertThat(call.isAnswered()).isFalse();
      call.after(1, TimeUnit.MILLISECONDS);
      assertThat(call.status()).isEqualTo(503);
    }

    @Test
    void lateLoopDoesNotAnswerTwice() {
      Runnable[] late = new Runnable[1];
      fixture.loops.add(task -> late[0] = task);
      Called call = Called.get(service, "/-/livez").after(2, TimeUnit.SECONDS);
      assertThat(call.status()).isEqualTo(503);
      late[0].run();
      call.after(1, TimeUnit.SECONDS);
      assertThat(call.status()).isEqualTo(503);
    }

    @Test
    void timerEndsWithTheAnswer() {
      Called call = Called.get(service, "/-/livez").after(3, TimeUnit.SECONDS);
      assertThat(call.status()).isEqualTo(200);
    }
  }
}
