package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.exchange.Warmer.Entry;
import dev.sidecache.exchange.Warmer.Progress;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarmerTest {
  private static final String STORED = "sidecache; fwd=uri-miss; fwd-status=200; stored; ttl=60";

  private final ManualLoop loop = new ManualLoop(new ManualClock());
  private final List<Request> requests = new ArrayList<>();
  private final Deque<Responder> waiting = new ArrayDeque<>();
  private final List<Progress> outcomes = new ArrayList<>();

  private final Service gateway =
      (request, responder) -> {
        requests.add(request);
        waiting.add(responder);
      };

  private void start(Entry... entries) {
    Warmer.start(gateway, List.of(entries), 4, loop, outcomes::add);
    loop.runDue();
  }

  private void start(int entries) {
    start(
        IntStream.range(0, entries)
            .mapToObj(i -> new Entry("/" + i, Fields.empty()))
            .toArray(Entry[]::new));
  }

  private void answer(int status, String... cacheStatus) {
    Fields.Builder tail = Fields.builder();
    for (String line : cacheStatus) {
      tail.add("Cache-Status", line);
    }
    Body body = Body.of("{}".getBytes(StandardCharsets.UTF_8));
    ResponseHead head = new ResponseHead(status, Fields.empty());
    waiting.remove().respond(new Response(head, null, tail.build(), body));
    loop.runDue();
  }

  @Test
  void fourAreUnderWayAtATime() {
    start(6);
    assertThat(requests).hasSize(4);

    answer(200, STORED);
    assertThat(requests).hasSize(5);
    answer(200, STORED);
    answer(200, STORED);
    assertThat(requests).hasSize(6);
    assertThat(outcomes).isEmpty();

    answer(200, STORED);
    answer(200, STORED);
    answer(200, STORED);
    assertThat(outcomes).containsExactly(new Progress(6, 6, 6, 0, List.of()));
    assertThat(requests)
        .extracting(request -> request.head().path())
        .containsExactlyInAnyOrder("/0", "/1", "/2", "/3", "/4", "/5");
  }

  @Test
  void requestIsOneThatAClientCouldSend() {
    start(
        new Entry("/a?b=c", Fields.of("Host", "api.example", "Authorization", "Bearer x")),
        new Entry("/d", Fields.of("host", "Other.Example")));

    assertThat(requests.get(0).head().method()).isEqualTo("GET");
    assertThat(requests.get(0).head().authority()).isEqualTo("api.example");
    assertThat(requests.get(0).head().target().pathAndQuery()).isEqualTo("/a?b=c");
    assertThat(requests.get(0).head().fields().first("Authorization")).isEqualTo("Bearer x");
    assertThat(requests.get(1).head().authority()).isEqualTo("other.example");
    assertThat(requests.get(1).head().fields().all("Host")).containsExactly("Other.Example");
  }

  @Test
  void onlyOurOwnMemberTellsWhatIsStored() {
    start(4);
    answer(200, "sidecache; hit; ttl=3; detail=l2");
    answer(200, "sidecache; fwd=uri-miss; fwd-status=200; detail=no_store");
    answer(200, STORED, "sidecache; fwd=bypass");
    answer(200);
    assertThat(outcomes).containsExactly(new Progress(4, 4, 1, 0, List.of()));
  }

  @Test
  void failuresAreCountedAndTheRestGoesOn() {
    start(
        new Entry("no path", Fields.empty()),
        new Entry("/a", Fields.empty()),
        new Entry("/b", Fields.empty()),
        new Entry("/c", Fields.empty()));
    waiting.remove().fail(new IOException("refused"));
    loop.runDue();
    answer(404, "sidecache; fwd=uri-miss; fwd-status=404");
    answer(200, STORED);
    assertThat(outcomes).containsExactly(new Progress(4, 4, 1, 3, List.of("no path", "/a", "/b")));
  }

  @Test
  void answerThatBreaksOffIsAFailure() {
    start(1);
    OpenBody broken = new OpenBody();
    ResponseHead head = new ResponseHead(200, Fields.empty());
    Fields tail = Fields.of("Cache-Status", STORED);
    waiting.remove().respond(new Response(head, null, tail, broken));
    broken.feed("{");
    assertThat(outcomes).isEmpty();
    broken.fail();
    assertThat(outcomes).containsExactly(new Progress(1, 1, 0, 1, List.of("/0")));
  }

  @Test
  void listThatIsAnsweredAtOnceNeedsNoDeepStack() {
    Service immediate =
        (request, responder) ->
            responder.respond(
                Response.of(new ResponseHead(200, Fields.empty()), Body.empty())
                    .plus("Cache-Status", STORED));
    Entry entry = new Entry("/a", Fields.empty());

    Warmer.start(immediate, Collections.nCopies(20_000, entry), 4, loop, outcomes::add);
    loop.runDue();

    assertThat(outcomes).containsExactly(new Progress(20_000, 20_000, 20_000, 0, List.of()));
  }

  @Test
  void howFarItIsCanBeAsked() {
    Entry entry = new Entry("/a", Fields.empty());
    Warmer warmer = Warmer.start(gateway, Collections.nCopies(3, entry), 1, loop);
    loop.runDue();
    assertThat(requests).hasSize(1);
    assertThat(warmer.progress()).isEqualTo(new Progress(3, 0, 0, 0, List.of()));

    answer(200, STORED);
    assertThat(warmer.progress()).isEqualTo(new Progress(3, 1, 1, 0, List.of()));
    answer(404, STORED);
    assertThat(warmer.progress().failedTargets()).containsExactly("/a");
  }

  @Test
  void nothingToDoIsNothing() {
    start(0);
    assertThat(requests).isEmpty();
    assertThat(outcomes).isEmpty();
  }
}
