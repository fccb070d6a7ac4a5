package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** HTTP/1.1 as a client sees it, over sockets and with an origin behind. */
class Http1IT {
  private static final String HOST = "Host: a.example\r\n";

  private ScriptedOrigin origin;
  private ForwardingProxy proxy;

  private RawClient connect(ScriptedOrigin.Script script) throws Exception {
    origin = ScriptedOrigin.start(script);
    proxy = ForwardingProxy.start(origin);
    return RawClient.connect(proxy.port());
  }

  private RawClient connectAnswering(ScriptedOrigin.Answer answer) throws Exception {
    origin = ScriptedOrigin.answering(answer);
    proxy = ForwardingProxy.start(origin);
    return RawClient.connect(proxy.port());
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  /** RFC 9112, Section 9.3. */
  @Nested
  class Persistence {
    @Test
    void connectionStaysOpen() throws Exception {
      try (RawClient client = connectAnswering(request -> ScriptedOrigin.ok("a"))) {
        assertThat(client.get("/1").readResponse().field("Connection")).isNull();
        assertThat(client.get("/2").readResponse().status()).isEqualTo(200);
      }
      assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void connectionClosesWhenTheClientSaysSo() throws Exception {
      try (RawClient client = connectAnswering(request -> ScriptedOrigin.ok("a"))) {
        client.send("GET / HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
        assertThat(client.readResponse().field("Connection")).isEqualTo("close");
        assertThat(client.isClosedByPeer()).isTrue();
      }
    }

    @Test
    void http10ClosesUnasked() throws Exception {
      try (RawClient client = connectAnswering(request -> ScriptedOrigin.ok("a"))) {
        RawMessage response = client.send("GET / HTTP/1.0\r\n\r\n").readResponse();
        assertThat(response.field("Connection")).isEqualTo("close");
        assertThat(client.isClosedByPeer()).isTrue();
      }
    }

    @Test
    void http10StaysOpenWhenAsked() throws Exception {
      try (RawClient client = connectAnswering(request -> ScriptedOrigin.ok("a"))) {
        String request = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        assertThat(client.send(request).readResponse().field("Connection")).isEqualTo("keep-alive");
        assertThat(client.send(request).readResponse().text()).isEqualTo("a");
      }
    }

    @Test
    void contentOfUnknownLengthEndsWithTheConnectionForHttp10() throws Exception {
      String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
      try (RawClient client = connectAnswering(request -> chunked)) {
        client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        RawMessage response = client.readResponse();
        assertThat(response.field("Transfer-Encoding")).isNull();
        assertThat(response.field("Content-Length")).isNull();
        assertThat(response.field("Connection")).isEqualTo("close");
        assertThat(response.text()).isEqualTo("abc");
      }
    }
  }

  /** RFC 9112, Section 9.3.2. */
  @Nested
  class Pipelining {
    @Test
    void answersComeInTheOrderOfRequests() throws Exception {
      CountDownLatch second = new CountDownLatch(1);
      ScriptedOrigin.Answer answer =
          request -> {
            if (request.startLine().contains("/3")) {
              second.countDown();
            }
            return ScriptedOrigin.ok(request.target());
          };
      try (RawClient client = connectAnswering(answer)) {
        StringBuilder requests = new StringBuilder();
        for (int i = 1; i <= 50; i++) {
          requests.append("GET /").append(i).append(" HTTP/1.1\r\n" + HOST + "\r\n");
        }
        client.send(requests.toString());
        for (int i = 1; i <= 50; i++) {
          assertThat(client.readResponse().text()).isEqualTo("/" + i);
        }
        assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void requestsWithContentAndWithoutMix() throws Exception {
      try (RawClient client =
          connectAnswering(request -> ScriptedOrigin.ok("<" + request.body() + ">"))) {
        client.send(
            "POST / HTTP/1.1\r\n"
                + HOST
                + "Content-Length: 3\r\n\r\nabc"
                + "GET / HTTP/1.1\r\n"
                + HOST
                + "\r\n"
                + "POST / HTTP/1.1\r\n"
                + HOST
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "2\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
                + "GET / HTTP/1.1\r\n"
                + HOST
                + "\r\n");
        assertThat(client.readResponse().text()).isEqualTo("<abc>");
        assertThat(client.readResponse().text()).isEqualTo("<>");
        assertThat(client.readResponse().text()).isEqualTo("<def>");
        assertThat(client.readResponse().text()).isEqualTo("<>");
      }
    }

    @Test
    void clientThatEndedItsOutputGetsAllAnswers() throws Exception {
      try (RawClient client = connectAnswering(request -> ScriptedOrigin.ok("a"))) {
        client.send(("GET / HTTP/1.1\r\n" + HOST + "\r\n").repeat(3)).endOutput();
        for (int i = 0; i < 3; i++) {
          assertThat(client.readResponse().text()).isEqualTo("a");
        }
        assertThat(client.isClosedByPeer()).isTrue();
      }
    }
  }

  /** RFC 9110, Section 9.3.2; RFC 9112, Section 6.3. */
  @Nested
  class WithoutContent {
    @Test
    void answerToHeadTellsTheLengthOnly() throws Exception {
      String head = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n";
      try (RawClient client = connectAnswering(request -> head)) {
        String request = "HEAD / HTTP/1.1\r\n" + HOST + "\r\n";
        assertThat(client.send(request).readResponseToHead().field("Content-Length"))
            .isEqualTo("12");
        assertThat(client.send(request).readResponseToHead().status()).isEqualTo(200);
      }
      assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void noContentAndNotModifiedHaveNone() throws Exception {
      ScriptedOrigin.Answer answer =
          request ->
              request.startLine().contains("204")
                  ? "HTTP/1.1 204 No Content\r\n\r\n"
                  : "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 7\r\n\r\n";
      try (RawClient client = connectAnswering(answer)) {
        RawMessage none = client.get("/204").readResponse();
        assertThat(none.status()).isEqualTo(204);
        assertThat(none.field("Content-Length")).isNull();
        RawMessage same = client.get("/304").readResponse();
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.field("ETag")).isEqualTo("\"a\"");
        assertThat(client.get("/204").readResponse().status()).isEqualTo(204);
      }
      assertThat(origin.connections()).isEqualTo(1);
    }
  }

  /** RFC 9110, Section 10.1.1. */
  @Nested
  class Expectation {
    private static final String HEAD =
        "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n";

    @Test
    void continueIsSentOnceTheOriginWantsTheContent() throws Exception {
      try (RawClient client =
          connect(
              connection -> {
                assertThat(connection.reader().readHead().field("Expect"))
                    .isEqualTo("100-continue");
                connection.write("HTTP/1.1 100 Continue\r\n\r\n");
                connection.reader().readExactly(4);
                connection.write(ScriptedOrigin.ok("done"));
                connection.awaitEnd();
              })) {
        assertThat(client.send(HEAD).reader().readHead().status()).isEqualTo(100);
        assertThat(client.send("abcd").readResponse().text()).isEqualTo("done");
        assertThat(client.trySend("GET / HTTP/1.1\r\n")).isTrue();
      }
    }

    @Test
    void contentIsSentToAnOriginThatKeepsSilent() throws Exception {
      try (RawClient client = connectAnswering(request -> ScriptedOrigin.ok(request.body()))) {
        assertThat(client.send(HEAD).reader().readHead().status()).isEqualTo(100);
        assertThat(client.send("abcd").readResponse().text()).isEqualTo("abcd");
      }
    }

    @Test
    void refusalComesInsteadOfContinue() throws Exception {
      try (RawClient client =
          connect(
              connection -> {
                connection.reader().readHead();
                connection.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
                connection.awaitEnd();
              })) {
        RawMessage first = client.send(HEAD).reader().readHead();
        assertThat(first.status()).isEqualTo(413);
        assertThat(first.field("Connection")).isEqualTo("close");
        assertThat(client.isClosedByPeer()).isTrue();
      }
    }
  }

  /** RFC 9110, Section 15.2; RFC 9110, Section 6.5. */
  @Nested
  class Extras {
    @Test
    void earlyHintsArePassedOnAndThenTheAnswer() throws Exception {
      String hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
      try (RawClient client = connectAnswering(request -> hints + ScriptedOrigin.ok("a"))) {
        RawMessage interim = client.get("/").reader().readHead();
        assertThat(interim.status()).isEqualTo(103);
        assertThat(interim.field("Link")).isEqualTo("</a>");
        assertThat(client.readResponse().text()).isEqualTo("a");
        client.send("GET / HTTP/1.0\r\n\r\n");
        assertThat(client.reader().readHead().status()).isEqualTo(200);
      }
    }

    @Test
    void trailersGoToThoseWhoTakeThem() throws Exception {
      String answer =
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum:"
              + " 1\r\nSet-Cookie: a=b\r\n\r\n";
      try (RawClient client = connectAnswering(request -> answer)) {
        assertThat(client.get("/").readResponse().trailers()).isEmpty();
        client.send("GET / HTTP/1.1\r\n" + HOST + "TE: trailers\r\nConnection: TE\r\n\r\n");
        assertThat(client.readResponse().trailers()).containsExactly("X-Sum: 1");
      }
      assertThat(origin.requests().get(1).field("TE")).isEqualTo("trailers");
    }

    @Test
    void requestIdentifierIsMadeOrKeptAndEchoed() throws Exception {
      try (RawClient client = connectAnswering(request -> ScriptedOrigin.ok("a"))) {
        String made = client.get("/").readResponse().field("X-Request-Id");
        assertThat(made).hasSize(16).isEqualTo(origin.requests().get(0).field("X-Request-Id"));
        client.send("GET / HTTP/1.1\r\n" + HOST + "X-Request-Id: mine\r\n\r\n");
        assertThat(client.readResponse().fields("X-Request-Id")).containsExactly("mine");
        assertThat(origin.requests().get(1).fields("X-Request-Id")).containsExactly("mine");
      }
    }
  }
}
