package dev.sidecache.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a request when the origin is slow, away, dying or just closing a connection. */
class OriginIT {
  private static final String POST =
      "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\n\r\nabc";
  private static final String GET = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

  private ScriptedOrigin origin;
  private ForwardingProxy proxy;

  private void start(ScriptedOrigin.Script script) throws Exception {
    start(same -> same, script);
  }

  private void start(UnaryOperator<OriginService.Settings> settings, ScriptedOrigin.Script script)
      throws Exception {
    origin = ScriptedOrigin.start(script);
    proxy = ForwardingProxy.start(origin, same -> same, settings);
  }

  private static UnaryOperator<OriginService.Settings> timeouts(
      UnaryOperator<OriginService.Settings.Timeouts> change) {
    return same -> same.withTimeouts(change.apply(same.timeouts()));
  }

  private RawMessage exchange(String request) throws IOException {
    return RawClient.exchange(proxy.port(), request);
  }

  private static void assertProblem(RawMessage response, int status, String reason) {
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.field("Content-Type")).isEqualTo("application/problem+json");
    assertThat(response.text())
        .contains("\"status\":" + status, "\"reason\":\"" + reason + "\"")
        .doesNotContain("127.0.0.1");
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  @Nested
  class Unreachable {
    @Test
    void refusedConnectionIs502() throws Exception {
      start(connection -> {});
      origin.close();
      assertProblem(exchange(GET), 502, "upstream_refused");
    }

    @Test
    void closingWithoutAnAnswerIs502() throws Exception {
      start(ScriptedOrigin.Connection::readRequest);
      assertProblem(exchange(GET), 502, "upstream_reset");
      assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void resetWithoutAnAnswerIs502() throws Exception {
      start(
          connection -> {
            connection.readRequest();
            connection.reset();
          });
      assertProblem(exchange(GET), 502, "upstream_reset");
    }
  }

  @Nested
  class Slow {
    private final Duration brief = Duration.ofMillis(300);

    @Test
    void silenceIs504() throws Exception {
      start(
          timeouts(same -> same.withSilence(brief)),
          connection -> {
            connection.readRequest();
            connection.awaitEnd();
          });
      long begin = System.nanoTime();
      assertProblem(exchange(GET), 504, "upstream_timeout");
      assertThat(System.nanoTime() - begin).isGreaterThan(brief.toNanos() * 9 / 10);
    }

    @Test
    void silenceWithinTheContentCutsTheResponse() throws Exception {
      start(
          timeouts(same -> same.withSilence(brief)),
          connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            connection.awaitEnd();
          });
      assertThatThrownBy(() -> exchange(GET)).isInstanceOf(IOException.class);
    }

    @Test
    void totalTimeIsLimitedThoughPiecesCome() throws Exception {
      start(
          timeouts(same -> same.withTotal(brief)),
          connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
              connection.write("400\r\n" + "a".repeat(1024) + "\r\n");
            }
          });
      assertThatThrownBy(() -> exchange(GET)).isInstanceOf(IOException.class);
    }

    @Test
    void requestsBeyondTheLimitWaitAndThenAre503() throws Exception {
      CountDownLatch release = new CountDownLatch(1);
      CountDownLatch arrived = new CountDownLatch(2);
      start(
          same ->
              same.withMaxConnections(2)
                  .withTimeouts(same.timeouts().withQueue(Duration.ofMillis(300))),
          connection -> {
            connection.readRequest();
            arrived.countDown();
            assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            connection.write(ScriptedOrigin.ok("late"));
            connection.awaitEnd();
          });
      // Two loops with a connection each: of any three clients two share a loop.
      try (RawClient first = RawClient.connect(proxy.port()).send(GET);
          RawClient second = RawClient.connect(proxy.port()).send(GET)) {
        assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
        RawMessage third = exchange(GET);
        assertProblem(third, 503, "upstream_busy");
        assertThat(third.field("Retry-After")).isEqualTo("1");
        release.countDown();
        assertThat(first.readResponse().text()).isEqualTo("late");
        assertThat(second.readResponse().text()).isEqualTo("late");
      }
    }

    @Test
    void withoutAQueueNoRequestWaits() throws Exception {
      CountDownLatch release = new CountDownLatch(1);
      CountDownLatch arrived = new CountDownLatch(2);
      start(
          same -> same.withMaxConnections(2).withMaxQueue(0),
          connection -> {
            connection.readRequest();
            arrived.countDown();
            assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            connection.write(ScriptedOrigin.ok("late"));
            connection.awaitEnd();
          });
      try (RawClient first = RawClient.connect(proxy.port()).send(GET);
          RawClient second = RawClient.connect(proxy.port()).send(GET)) {
        assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
        long begin = System.nanoTime();
        assertProblem(exchange(GET), 503, "upstream_busy");
        Duration queue = OriginService.Settings.Timeouts.standard().queue();
        assertThat(System.nanoTime() - begin).isLessThan(queue.toNanos());
        release.countDown();
        assertThat(first.readResponse().text()).isEqualTo("late");
        assertThat(second.readResponse().text()).isEqualTo("late");
      }
    }

    @Test
    void waitingRequestGetsTheConnectionThatBecomesFree() throws Exception {
      CountDownLatch release = new CountDownLatch(1);
      CountDownLatch arrived = new CountDownLatch(2);
      start(
          same -> same.withMaxConnections(2),
          connection -> {
            while (connection.readRequest() != null) {
              arrived.countDown();
              assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
              connection.write(ScriptedOrigin.ok("late"));
            }
          });
      try (RawClient first = RawClient.connect(proxy.port()).send(GET);
          RawClient second = RawClient.connect(proxy.port()).send(GET);
          RawClient third = RawClient.connect(proxy.port()).send(GET)) {
        assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
        release.countDown();
        assertThat(first.readResponse().text()).isEqualTo("late");
        assertThat(second.readResponse().text()).isEqualTo("late");
        assertThat(third.readResponse().text()).isEqualTo("late");
      }
      assertThat(origin.connections()).isEqualTo(2);
    }
  }

  /** RFC 9112, Section 8: an incomplete response is never passed off as a whole one. */
  @Nested
  class CutOff {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "Content-Length: 10\r\n\r\nabc",
          "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
          "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
          "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
        })
    void closingWithinTheContentIsSeenByTheClient(String rest) throws Exception {
      start(
          connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\n" + rest);
          });
      assertThatThrownBy(() -> exchange(GET)).isInstanceOf(IOException.class);
    }

    @Test
    void closeDelimitedContentEndsRegularly() throws Exception {
      start(
          connection -> {
            connection.readRequest();
            connection.write("HTTP/1.0 200 OK\r\n\r\nabc");
          });
      RawMessage response = exchange(GET);
      assertThat(response.text()).isEqualTo("abc");
      assertThat(response.field("Transfer-Encoding")).isEqualTo("chunked");
    }

    @Test
    void closeDelimitedContentEndedByResetIsCutOff() throws Exception {
      CountDownLatch passed = new CountDownLatch(1);
      start(
          connection -> {
            connection.readRequest();
            connection.write("HTTP/1.0 200 OK\r\n\r\nabc");
            assertThat(passed.await(60, TimeUnit.SECONDS)).isTrue();
            connection.reset();
          });
      try (RawClient client = RawClient.connect(proxy.port())) {
        client.send(GET).reader().readHead();
        assertThat(client.reader().readChunk()).hasSize(3);
        passed.countDown();
        assertThatThrownBy(() -> client.reader().readChunk()).isInstanceOf(IOException.class);
      }
    }

    /** A client of HTTP/1.0 would take a regular end for the end of the content. */
    @Test
    void clientThatReadsUntilCloseIsReset() throws Exception {
      start(
          connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
          });
      assertThatThrownBy(() -> exchange("GET / HTTP/1.0\r\n\r\n")).isInstanceOf(IOException.class);
    }
  }

  @Nested
  class Reuse {
    @Test
    void requestOnAConnectionThatIsJustClosingIsSentAgain() throws Exception {
      start(
          connection -> {
            connection.readRequest();
            connection.write(ScriptedOrigin.ok("first"));
            connection.readRequest();
            // Closes with the second request read and unanswered.
          });
      try (RawClient client = RawClient.connect(proxy.port())) {
        assertThat(client.send(GET).readResponse().text()).isEqualTo("first");
        assertThat(client.send(GET).readResponse().text()).isEqualTo("first");
      }
      assertThat(origin.connections()).isEqualTo(2);
      assertThat(origin.requests()).hasSize(3);
    }

    @Test
    void retriesDoNotMultiplyTheLoad() throws Exception {
      int asked = 100;
      start(
          same -> same.withMaxConnections(2),
          connection -> {
            connection.readRequest();
            connection.write(ScriptedOrigin.ok("first"));
            connection.readRequest();
          });
      try (RawClient client = RawClient.connect(proxy.port())) {
        for (int i = 0; i < asked; i++) {
          assertThat(client.send(GET).readResponse().status()).isIn(200, 502);
        }
      }
      int most = RetryBudget.LEAST_RESERVE + asked / RetryBudget.REQUESTS_PER_RETRY;
      assertThat(origin.requests().size() - asked).isBetween(RetryBudget.LEAST_RESERVE, most);
    }

    @Test
    void requestThatChangesSomethingIsNever() throws Exception {
      start(
          connection -> {
            connection.readRequest();
            connection.write(ScriptedOrigin.ok("first"));
            connection.readRequest();
          });
      try (RawClient client = RawClient.connect(proxy.port())) {
        assertThat(client.send(GET).readResponse().text()).isEqualTo("first");
        assertProblem(client.send(POST).readResponse(), 502, "upstream_reset");
      }
      assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void withoutRetriesItFails() throws Exception {
      start(
          same -> same.withRetries(0),
          connection -> {
            connection.readRequest();
            connection.write(ScriptedOrigin.ok("first"));
            connection.readRequest();
          });
      try (RawClient client = RawClient.connect(proxy.port())) {
        assertThat(client.send(GET).readResponse().text()).isEqualTo("first");
        assertProblem(client.send(GET).readResponse(), 502, "upstream_reset");
      }
    }

    @Test
    void anAnswerThatHasBegunIsNotAskedForAgain() throws Exception {
      start(
          connection -> {
            connection.readRequest();
            connection.write(ScriptedOrigin.ok("first"));
            connection.readRequest();
            connection.write("HTTP/1.1 2");
          });
      try (RawClient client = RawClient.connect(proxy.port())) {
        assertThat(client.send(GET).readResponse().text()).isEqualTo("first");
        assertProblem(client.send(GET).readResponse(), 502, "upstream_reset");
      }
      assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void connectionClosedWhileIdleIsNotUsed() throws Exception {
      AtomicInteger count = new AtomicInteger();
      CountDownLatch closed = new CountDownLatch(1);
      start(
          connection -> {
            if (count.incrementAndGet() == 1) {
              connection.readRequest();
              connection.write(ScriptedOrigin.ok("first"));
              closed.countDown();
              return;
            }
            connection.readRequest();
            connection.write(ScriptedOrigin.ok("second"));
            connection.awaitEnd();
          });
      try (RawClient client = RawClient.connect(proxy.port())) {
        assertThat(client.send(GET).readResponse().text()).isEqualTo("first");
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(client.send(GET).readResponse().text()).isEqualTo("second");
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na",
          "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nKeep-Alive: timeout=0\r\n\r\na",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naX",
          "HTTP/1.1 204 No Content\r\n\r\nX",
        })
    void connectionThatMayNotBeKeptIsClosed(String response) throws Exception {
      start(
          connection -> {
            connection.readRequest();
            connection.write(response);
            connection.awaitEnd();
          });
      try (RawClient client = RawClient.connect(proxy.port())) {
        assertThat(client.send(GET).readResponse().status()).isBetween(200, 204);
        assertThat(client.send(GET).readResponse().status()).isBetween(200, 204);
      }
      assertThat(origin.connections()).isEqualTo(2);
    }

    @Test
    void connectionIsKeptAfterAFinalAnswerOnlyIfTheRequestWasSent() throws Exception {
      start(
          connection -> {
            connection.reader().readHead();
            connection.write(ScriptedOrigin.ok("early"));
            connection.awaitEnd();
          });
      String half = "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\nabc";
      for (int i = 1; i <= 2; i++) {
        try (RawClient client = RawClient.connect(proxy.port())) {
          RawMessage response = client.send(half).readResponse();
          assertThat(response.text()).isEqualTo("early");
          assertThat(response.field("Connection")).isEqualTo("close");
        }
        assertThat(origin.connections()).isEqualTo(i);
      }
    }
  }
}
