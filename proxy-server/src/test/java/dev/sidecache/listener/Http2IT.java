package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.RawHttp2Client.Frame;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.SelfSigned;
import dev.sidecache.testing.TlsFiles;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 as a client sees it, over sockets and mostly with an origin behind. */
class Http2IT {
  @TempDir Path directory;

  private static Service answering(String text) {
    return (request, responder) -> {
      request.body().cancel();
      responder.respond(ok(text));
    };
  }

  private static Response ok(String text) {
    return Response.of(
        new ResponseHead(200, "OK", Fields.of("Keep-Alive", "a", "ETag", "\"b\"")),
        Body.of(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
  }

  private static ForwardingProxy start(Service service) throws Exception {
    return ForwardingProxy.start(Transport.open(1), same -> same, service);
  }

  /** RFC 9113, Section 3. */
  @Nested
  class Beginning {
    @Test
    void prefaceWithoutTlsIsPriorKnowledge() throws Exception {
      try (ForwardingProxy proxy = start(answering("a"));
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        client.get(1, "/");
        Http2Headers head = client.headers(1);
        assertThat(head.status()).hasToString("200");
        assertThat(head.get("content-length")).hasToString("1");
        assertThat(head.get("etag")).hasToString("\"b\"");
        assertThat(head.contains("date")).isTrue();
        assertThat(head.contains("keep-alive")).isFalse();
        assertThat(client.content(1)).isEqualTo("a");
        assertThat(proxy.listener().connections()).isEqualTo(1);
      }
    }

    @Test
    void prefaceMayComeOctetByOctet() throws Exception {
      try (ForwardingProxy proxy = start(answering("a"));
          RawHttp2Client client = RawHttp2Client.silent(proxy.port())) {
        for (byte octet : RawHttp2Client.PREFACE.getBytes(StandardCharsets.US_ASCII)) {
          client.send(new byte[] {octet});
        }
        client.frame(RawHttp2Client.SETTINGS, 0, 0).get(1, "/");
        assertThat(client.headers(1).status()).hasToString("200");
      }
    }

    @Test
    void alpnChoosesOverTls() throws Exception {
      SelfSigned local = SelfSigned.forHost("localhost", directory);
      TlsFiles files = TlsFiles.of(local, directory);
      HttpListener.Settings.Tls tls =
          HttpListener.Settings.Tls.of(files.certificate(), files.key());
      AtomicReference<Request> seen = new AtomicReference<>();
      Service service =
          (request, responder) -> {
            seen.set(request);
            answering("a").serve(request, responder);
          };
      try (ForwardingProxy proxy =
          ForwardingProxy.start(Transport.open(1), same -> same.withTls(tls), service)) {
        URI uri = URI.create("https://localhost:" + proxy.port() + "/b?c");
        for (HttpClient.Version version : HttpClient.Version.values()) {
          HttpClient client =
              HttpClient.newBuilder().sslContext(local.client()).version(version).build();
          HttpResponse<String> response =
              client.send(
                  HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(),
                  HttpResponse.BodyHandlers.ofString());
          assertThat(response.version()).isEqualTo(version);
          assertThat(response.body()).isEqualTo("a");
          assertThat(seen.get().head().scheme()).isEqualTo("https");
          assertThat(seen.get().head().authority()).isEqualTo("localhost:" + proxy.port());
          assertThat(seen.get().head().version())
              .isEqualTo(version == HttpClient.Version.HTTP_2 ? "2" : "1.1");
        }
      }
    }
  }

  /** RFC 9113, Section 8. */
  @Nested
  class Messages {
    @Test
    void requestReachesTheOriginAsOverHttp1() throws Exception {
      AtomicReference<String> seen = new AtomicReference<>();
      try (ScriptedOrigin origin =
              ScriptedOrigin.answering(
                  request -> {
                    seen.set(
                        request.startLine()
                            + " "
                            + request.field("Cookie")
                            + " "
                            + request.field("Host")
                            + " "
                            + request.field("Via"));
                    return ScriptedOrigin.ok("<" + request.body() + ">");
                  });
          ForwardingProxy proxy = ForwardingProxy.start(origin);
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        client.post(1, "/a/%7Eb?c=%41", "cookie", "d=e", "cookie", "f=g");
        client.frame(RawHttp2Client.DATA, 0, 1, "ab".getBytes(StandardCharsets.US_ASCII));
        client.frame(RawHttp2Client.DATA, RawHttp2Client.END_STREAM, 1, (byte) 'c');
        assertThat(client.headers(1).status()).hasToString("200");
        assertThat(client.content(1)).isEqualTo("<abc>");
        assertThat(seen.get())
            .startsWith("POST /a/~b?c=%41 HTTP/1.1 d=e; f=g test.example")
            .endsWith("2 sidecache");
      }
    }

    @Test
    void streamsRunBesideEachOther() throws Exception {
      CountDownLatch answered = new CountDownLatch(1);
      try (ScriptedOrigin origin =
              ScriptedOrigin.answering(
                  request -> {
                    if (request.target().equals("/1")) {
                      boolean unused = answered.await(30, TimeUnit.SECONDS);
                    }
                    return ScriptedOrigin.ok(request.target());
                  });
          ForwardingProxy proxy = ForwardingProxy.start(origin);
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        client.get(1, "/1").get(3, "/2");
        Frame first = client.await(RawHttp2Client.DATA);
        assertThat(first.stream()).isEqualTo(3);
        answered.countDown();
        assertThat(client.await(RawHttp2Client.DATA).text()).isEqualTo("/1");
      }
    }

    @Test
    void answerToHeadTellsTheLengthOnly() throws Exception {
      try (ForwardingProxy proxy = start(answering("abc"));
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        int flags = RawHttp2Client.END_HEADERS | RawHttp2Client.END_STREAM;
        client.frame(RawHttp2Client.HEADERS, flags, 1, RawHttp2Client.request("HEAD", "/"));
        Frame head = client.await(RawHttp2Client.HEADERS);
        assertThat(head.has(RawHttp2Client.END_STREAM)).isTrue();
        assertThat(client.decode(head).get("content-length")).hasToString("3");
      }
    }

    @Test
    void trailersGoToThoseWhoWantThem() throws Exception {
      String answer =
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nSum: 1\r\n\r\n";
      try (ScriptedOrigin origin = ScriptedOrigin.answering(request -> answer);
          ForwardingProxy proxy = ForwardingProxy.start(origin);
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        client.get(1, "/", "te", "trailers");
        assertThat(client.headers(1).contains("transfer-encoding")).isFalse();
        assertThat(client.headers(1).get("sum")).hasToString("1");
        client.get(3, "/");
        client.headers(3);
        assertThat(client.content(3)).isEqualTo("a");
      }
    }

    @Test
    void interimResponsesComeFirst() throws Exception {
      String answer = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ScriptedOrigin.ok("b");
      try (ScriptedOrigin origin = ScriptedOrigin.answering(request -> answer);
          ForwardingProxy proxy = ForwardingProxy.start(origin);
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        client.get(1, "/");
        assertThat(client.headers(1).status()).hasToString("103");
        assertThat(client.headers(1).status()).hasToString("200");
      }
    }
  }

  /** RFC 9113, Section 5.2. */
  @Nested
  class Flow {
    @Test
    void contentWaitsForTheWindow() throws Exception {
      int initialWindow = 4;
      try (ForwardingProxy proxy = start(answering("abcdef"));
          RawHttp2Client client = RawHttp2Client.connect(proxy.port(), initialWindow, 4)) {
        client.get(1, "/");
        assertThat(client.await(RawHttp2Client.DATA).text()).isEqualTo("abcd");
        client.frame(RawHttp2Client.WINDOW_UPDATE, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 9);
        assertThat(client.await(RawHttp2Client.DATA).text()).isEqualTo("ef");
      }
    }

    @Test
    void firstEventArrivesBeforeTheSecondIsWritten() throws Exception {
      CountDownLatch received = new CountDownLatch(1);
      ScriptedOrigin.Script events =
          connection -> {
            connection.readRequest();
            String fields = "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n";
            connection.write("HTTP/1.1 200 OK\r\n" + fields + "\r\n9\r\ndata: 1\n\n\r\n");
            if (received.await(30, TimeUnit.SECONDS)) {
              connection.write("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
            }
          };
      try (ScriptedOrigin origin = ScriptedOrigin.start(events);
          ForwardingProxy proxy = ForwardingProxy.start(origin);
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        client.get(1, "/");
        assertThat(client.await(RawHttp2Client.DATA).text()).isEqualTo("data: 1\n\n");
        received.countDown();
        assertThat(client.content(1)).isEqualTo("data: 2\n\n");
      }
    }

    @Test
    void windowOpensOnlyAsContentIsTaken() throws Exception {
      AtomicReference<Request> taken = new AtomicReference<>();
      CountDownLatch arrived = new CountDownLatch(1);
      Service keeping =
          (request, responder) -> {
            taken.set(request);
            request.body().open(new FailingSink(cause -> {}));
            arrived.countDown();
          };
      try (ForwardingProxy proxy = start(keeping);
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        client.post(1, "/");
        for (int i = 0; i < 4; i++) {
          client.frame(RawHttp2Client.DATA, 0, 1, new byte[16 * 1024]);
        }
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
        client.frame(RawHttp2Client.PING, 0, 0, new byte[8]);
        Frame next =
            client.await(
                frame ->
                    frame.type() == RawHttp2Client.PING
                        || (frame.type() == RawHttp2Client.WINDOW_UPDATE && frame.stream() == 1));
        assertThat(next.type()).as("nothing was taken").isEqualTo(RawHttp2Client.PING);
        taken.get().loop().execute(() -> taken.get().body().request(100));
        assertThat(client.await(RawHttp2Client.WINDOW_UPDATE).stream()).isIn(0, 1);
      }
    }
  }

  @Nested
  class Leaving {
    @Test
    void resetTellsTheServiceThatTheClientIsGone() throws Exception {
      CountDownLatch served = new CountDownLatch(1);
      CountDownLatch gone = new CountDownLatch(1);
      Service waiting =
          (request, responder) -> {
            responder.onGone(gone::countDown);
            served.countDown();
          };
      try (ForwardingProxy proxy = start(waiting);
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        client.get(1, "/");
        assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
        client.frame(RawHttp2Client.RST_STREAM, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 8);
        assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
      }
    }

    @Test
    void closingWithinAResponseCancelsItsBody() throws Exception {
      CountDownLatch cancelled = new CountDownLatch(1);
      Service endless =
          (request, responder) ->
              responder.respond(
                  Response.of(
                      new ResponseHead(200, "OK", Fields.empty()),
                      new EndlessBody(cancelled::countDown)));
      try (ForwardingProxy proxy = start(endless);
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        client.get(1, "/");
        client.headers(1);
        client.hangUp();
        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
      }
    }

    @Test
    void drainLetsStreamsEndAndTakesNoNewOnes() throws Exception {
      AtomicReference<Runnable> answer = new AtomicReference<>();
      CountDownLatch served = new CountDownLatch(1);
      Service waiting =
          (request, responder) -> {
            answer.set(
                () -> request.loop().execute(() -> answering("late").serve(request, responder)));
            served.countDown();
          };
      try (ForwardingProxy proxy = start(waiting);
          RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
        client.get(1, "/");
        assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
        var drained = proxy.listener().drain(Duration.ofSeconds(60));
        Frame goAway = client.await(RawHttp2Client.GOAWAY);
        assertThat(goAway.error()).isZero();
        answer.get().run();
        assertThat(client.headers(1).status()).hasToString("200");
        assertThat(client.content(1)).isEqualTo("late");
        assertThat(client.await(frame -> false).type()).isEqualTo(RawHttp2Client.CLOSED);
        assertThat(drained.await(30_000)).isTrue();
      }
    }
  }
}
