package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.Body;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a client may not do, and what becomes of one that leaves. */
class ClientLimitsIT {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String POST =
      "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\n";

  private ForwardingProxy proxy;

  @AfterEach
  void stop() {
    proxy.close();
  }

  private RawClient connect(UnaryOperator<HttpListener.Settings> settings, Service service)
      throws Exception {
    proxy = ForwardingProxy.start(Transport.open(2), settings, service);
    return RawClient.connect(proxy.port());
  }

  private static Service answering(String text) {
    return (request, responder) -> {
      request.body().cancel();
      responder.respond(ok(text));
    };
  }

  private static Response ok(String text) {
    ByteBuf content = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    return Response.of(new ResponseHead(200, "OK", Fields.empty()), Body.of(content));
  }

  private static UnaryOperator<HttpListener.Settings> timeouts(
      Duration head, Duration body, Duration write, Duration idle) {
    return same -> same.withTimeouts(new HttpListener.Settings.Timeouts(head, body, write, idle));
  }

  /** CWE-770; CVE-2007-6750. */
  @Nested
  class Time {
    private final Duration brief = Duration.ofMillis(300);

    @Test
    void slowHeadIsAnsweredWith408() throws Exception {
      try (RawClient client = connect(timeouts(brief, LONG, LONG, LONG), answering("a"))) {
        assertThat(client.get("/").readResponse().text()).isEqualTo("a");
        long begin = System.nanoTime();
        RawMessage response = client.send("GET / HTTP/1.1\r\nHos").readResponse();
        assertThat(response.status()).isEqualTo(408);
        assertThat(response.field("Connection")).isEqualTo("close");
        assertThat(System.nanoTime() - begin).isGreaterThan(brief.toNanos() * 9 / 10);
        assertThat(client.isClosedByPeer()).isTrue();
      }
    }

    @Test
    void headThatComesOctetByOctetIsAsSlow() throws Exception {
      try (RawClient client = connect(timeouts(brief, LONG, LONG, LONG), answering("a"))) {
        client.send("GET / HTTP/1.1\r\nX-Slow: ");
        long begin = System.nanoTime();
        // Far fewer octets than the header section may have, so that only the time counts.
        for (int sent = 0; System.nanoTime() - begin < 10 * brief.toNanos(); ) {
          boolean due = System.nanoTime() - begin > sent * brief.toNanos() / 1000;
          if (due && !client.trySend("a")) {
            break;
          }
          sent += due ? 1 : 0;
          Thread.onSpinWait();
        }
        assertThat(client.readResponse().status()).isEqualTo(408);
      }
    }

    @Test
    void idleConnectionIsClosedSilently() throws Exception {
      try (RawClient client = connect(timeouts(LONG, LONG, LONG, brief), answering("a"))) {
        assertThat(client.get("/").readResponse().text()).isEqualTo("a");
        assertThat(client.isClosedByPeer()).isTrue();
      }
    }

    @Test
    void contentThatStopsIsAnsweredWith408() throws Exception {
      Service reader =
          (request, responder) -> {
            request.body().open(new FailingSink(responder::fail));
            request.body().request(100);
          };
      try (RawClient client = connect(timeouts(LONG, brief, LONG, LONG), reader)) {
        assertThat(client.send(POST + "abc").readResponse().status()).isEqualTo(408);
        assertThat(client.isClosedByPeer()).isTrue();
      }
    }

    @Test
    void contentThatNobodyAsksForMayWait() throws Exception {
      CountDownLatch asked = new CountDownLatch(1);
      Service slow =
          (request, responder) -> {
            var unused =
                request
                    .loop()
                    .schedule(
                        () -> {
                          asked.countDown();
                          request.body().cancel();
                          responder.respond(ok("late"));
                        },
                        3 * brief.toMillis(),
                        TimeUnit.MILLISECONDS);
          };
      try (RawClient client = connect(timeouts(LONG, brief, LONG, LONG), slow)) {
        assertThat(client.send(POST).readResponse().text()).isEqualTo("late");
        assertThat(asked.getCount()).isZero();
      }
    }

    @Test
    void clientThatTakesNothingIsCutOff() throws Exception {
      CountDownLatch cancelled = new CountDownLatch(1);
      Service endless =
          (request, responder) ->
              responder.respond(
                  Response.of(
                      new ResponseHead(200, "OK", Fields.empty()),
                      new EndlessBody(cancelled::countDown)));
      try (RawClient client = connect(timeouts(LONG, LONG, brief, LONG), endless)) {
        client.get("/");
        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Nested
  class Connections {
    @Test
    void oneTooManyIsAnsweredWith503() throws Exception {
      try (RawClient first = connect(same -> same.withMaxConnections(1), answering("a"))) {
        assertThat(first.get("/").readResponse().text()).isEqualTo("a");
        try (RawClient second = RawClient.connect(proxy.port())) {
          RawMessage response = second.readResponse();
          assertThat(response.status()).isEqualTo(503);
          assertThat(response.field("Retry-After")).isNotNull();
          assertThat(response.text()).contains("\"reason\":\"connection_limit\"");
          assertThat(second.isClosedByPeer()).isTrue();
        }
        assertThat(first.get("/").readResponse().text()).isEqualTo("a");
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
      try (RawClient client = connect(same -> same, waiting)) {
        client.get("/");
        assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
        client.reset();
        assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
      }
    }

    @Test
    void leavingWithinAResponseCancelsItsBody() throws Exception {
      CountDownLatch cancelled = new CountDownLatch(1);
      Service endless =
          (request, responder) ->
              responder.respond(
                  Response.of(
                      new ResponseHead(200, "OK", Fields.empty()),
                      new EndlessBody(cancelled::countDown)));
      try (RawClient client = connect(same -> same, endless)) {
        client.get("/").reader().readHead();
      }
      assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void contentCutOffByTheClientFails() throws Exception {
      AtomicReference<Throwable> failure = new AtomicReference<>();
      CountDownLatch failed = new CountDownLatch(1);
      Service reader =
          (request, responder) -> {
            request
                .body()
                .open(
                    new FailingSink(
                        cause -> {
                          failure.set(cause);
                          failed.countDown();
                          responder.fail(cause);
                        }));
            request.body().request(100);
          };
      try (RawClient client = connect(same -> same, reader)) {
        client.send(POST + "abc").endOutput();
        assertThat(client.readResponse().status()).isEqualTo(400);
        assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(failure.get()).hasMessageContaining("cut off");
      }
    }

    /** The answer to a request whose content was refused reaches a client that sends on. */
    @Test
    void answerArrivesAlthoughContentIsStillComing() throws Exception {
      String head = "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 50000000\r\n\r\n";
      try (RawClient client = connect(same -> same, answering("no"))) {
        client.send(head);
        byte[] content = new byte[64 * 1024];
        for (int i = 0; i < 32; i++) {
          client.send(content);
        }
        RawMessage response = client.readResponse();
        assertThat(response.text()).isEqualTo("no");
        assertThat(response.field("Connection")).isEqualTo("close");
      }
    }
  }

  @Nested
  class Listening {
    @Test
    void emptyHostListensOnBothFamilies() throws Exception {
      proxy =
          ForwardingProxy.start(
              Transport.open(1),
              same -> HttpListener.Settings.of(new HttpListener.Settings.Address("", 0)),
              answering("a"));
      for (String address : new String[] {"127.0.0.1", "::1"}) {
        try (RawClient client =
            RawClient.connect(InetAddress.getAllByName(address)[0], proxy.port())) {
          assertThat(client.get("/").readResponse().text()).as(address).isEqualTo("a");
        }
      }
    }

    @Test
    void nioServesAsWell() throws Exception {
      proxy =
          ForwardingProxy.start(
              Transport.open(Transport.Kind.NIO, 1), same -> same, answering("a"));
      try (RawClient client = RawClient.connect(proxy.port())) {
        assertThat(client.get("/").readResponse().text()).isEqualTo("a");
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").endOutput();
        assertThat(client.readResponse().text()).isEqualTo("a");
        assertThat(client.isClosedByPeer()).isTrue();
      }
    }
  }
}
