package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.testing.ManualClock;
import dev.sidecache.testing.ManualLoop;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The link over a scripted service, on a loop and a clock that move when told. */
class RestLinkTest {
  private static final String QUOTA = "{\"error\":\"ERR max requests limit exceeded\"}";
  private static final String NIL = "{\"result\":null}";

  private final ManualClock clock = new ManualClock();
  private final ManualLoop loop = new ManualLoop(clock);
  private final List<String> asked = new ArrayList<>();
  private final List<Responder> unanswered = new ArrayList<>();
  private final List<Object> outcomes = new ArrayList<>();
  private RestLink link;
  private int status = 200;
  private String content = NIL;
  private boolean silent;

  @BeforeEach
  void start() {
    RestAccess access = new RestAccess(RestAccess.Preference.REST, this::serve, this::serve);
    RestTraffic.Wire wire =
        new RestTraffic.Wire(
            access,
            new RestRequests(RestUnderTest.address("http://127.0.0.1:1", "t")),
            loop,
            Runnable::run,
            1 << 20);
    RestLink.Probes probes =
        new RestLink.Probes(() -> command("GET", "probe"), () -> command("SET", "probe"));
    link =
        new RestLink(
            wire, new LoopTimer(loop, clock::nanoTime), probes, RedisObserver.NONE, () -> {});
    link.start();
    loop.runDue();
    assertThat(link.availability().state()).isEqualTo(State.UP);
    asked.clear();
  }

  private void serve(Request request, Responder responder) {
    ByteBuf body = request.body().whole();
    asked.add(body.toString(StandardCharsets.ISO_8859_1));
    body.release();
    if (silent) {
      responder.onGone(() -> {});
      unanswered.add(responder);
    } else {
      answer(responder);
    }
  }

  private void answer(Responder responder) {
    ResponseHead head = new ResponseHead(status, Fields.empty());
    responder.respond(Response.of(head, Body.of(content.getBytes(StandardCharsets.UTF_8))));
  }

  private static Command command(String... words) {
    List<byte[]> bytes = new ArrayList<>();
    for (String word : words) {
      bytes.add(RedisKeys.ascii(word));
    }
    return Command.of(words[0].toLowerCase(java.util.Locale.ROOT), bytes);
  }

  private void send(String... words) {
    link.send(
        List.of(command(words)),
        List.of(
            new ReplyHandler() {
              @Override
              public void replied(Reply reply, String server) {
                outcomes.add(reply);
              }

              @Override
              public void failed(Failure failure) {
                outcomes.add(failure);
              }
            }),
        Duration.ofMillis(250).toNanos());
  }

  private void pass(Duration time) {
    loop.runFor(clock, time);
  }

  @Test
  void quotaIsProbedAfterAMinuteAndThenEverMoreSeldom() {
    content = QUOTA;
    send("GET", "a");
    assertThat(link.availability().state()).isEqualTo(State.QUOTA);
    asked.clear();

    List<Long> minutes = new ArrayList<>();
    for (long minute = 1; minute <= 46; minute++) {
      pass(Duration.ofMinutes(1));
      for (int i = 0; i < asked.size(); i++) {
        minutes.add(minute);
      }
      asked.clear();
    }

    assertThat(minutes).containsExactly(1L, 3L, 7L, 15L, 30L, 45L);
    assertThat(link.availability().state()).isEqualTo(State.QUOTA);
  }

  @Test
  void probeThatIsAnsweredEndsTheQuota() {
    content = QUOTA;
    send("GET", "a");
    content = NIL;
    pass(Duration.ofSeconds(59));
    assertThat(link.availability().state()).isEqualTo(State.QUOTA);
    pass(Duration.ofSeconds(1));

    assertThat(link.availability().state()).isEqualTo(State.UP);
  }

  @Test
  void commandsAreStillSentWhileTheQuotaIsUsedUp() {
    content = QUOTA;
    send("GET", "a");
    asked.clear();
    send("EVALSHA", "mark");

    assertThat(asked).containsExactly("[\"EVALSHA\",\"mark\"]");
  }

  @Test
  void fiveDeadlinesInARowAreSilence() {
    silent = true;
    for (int i = 0; i < 5; i++) {
      send("GET", "a");
    }
    pass(Duration.ofMillis(249));
    assertThat(link.availability().state()).isEqualTo(State.UP);
    pass(Duration.ofMillis(1));

    assertThat(outcomes).containsOnly(Failure.EXPIRED).hasSize(5);
    assertThat(link.availability().state()).isEqualTo(State.DOWN);
    send("GET", "a");
    assertThat(outcomes).endsWith(Failure.REJECTED);
  }

  @Test
  void aServerThatAnswersAgainIsBackWithinHalfASecond() {
    status = 503;
    send("GET", "a");
    assertThat(link.availability().reason()).isEqualTo("HTTP 503");
    status = 200;
    pass(Duration.ofMillis(500));

    assertThat(link.availability().state()).isEqualTo(State.UP);
  }

  @Test
  void sixteenRequestsAtATimeOthersWaitAndNotForEver() {
    silent = true;
    for (int i = 0; i < 20; i++) {
      send("GET", "a");
    }
    assertThat(asked).hasSize(16);
    silent = false;
    answer(unanswered.get(0));
    assertThat(asked).hasSize(20);
    assertThat(outcomes).hasSize(5);

    silent = true;
    outcomes.clear();
    send("GET", "a");
    send("GET", "b");
    pass(Duration.ofMillis(250));
    assertThat(outcomes).hasSize(15 + 2).allMatch(outcome -> outcome instanceof Failure);
  }

  @Test
  void moreThanCanWaitAreRefusedAtOnce() {
    silent = true;
    for (int i = 0; i < 16 + 1024; i++) {
      send("GET", "a");
    }
    assertThat(outcomes).isEmpty();
    send("GET", "a");

    assertThat(outcomes).containsExactly(Failure.REJECTED);
  }

  @Test
  void writesThatAreRefusedAreProbedByAWrite() {
    content = "{\"error\":\"MISCONF disk\"}";
    send("SET", "k");
    content = NIL;
    asked.clear();
    pass(Duration.ofMillis(500));

    assertThat(asked.get(0)).isEqualTo("[\"SET\",\"probe\"]");
    assertThat(asked.get(1)).isEqualTo("[\"INFO\"]");
    assertThat(link.availability().state()).isEqualTo(State.UP);
  }

  @Test
  void commandsInOrderAreOnePipeline() {
    content = "[{\"result\":1},{\"error\":\"ERR x\"}]";
    List<Object> replies = new ArrayList<>();
    ReplyHandler each =
        new ReplyHandler() {
          @Override
          public void replied(Reply reply, String server) {
            replies.add(reply);
          }

          @Override
          public void failed(Failure failure) {
            replies.add(failure);
          }
        };
    link.send(List.of(command("DEL", "a"), command("GET", "b")), List.of(each, each), 1_000_000);

    assertThat(asked).containsExactly("[[\"DEL\",\"a\"],[\"GET\",\"b\"]]");
    assertThat(replies).containsExactly(new Reply.Int(1), new Reply.Refused("ERR x"));
  }
}
