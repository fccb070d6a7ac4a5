package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listener that stops loses nothing. Source: RFC 9112, Section 9.6. */
class DrainIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private ScriptedOrigin origin;
  private ForwardingProxy proxy;

  private void start(ScriptedOrigin.Answer answer) throws Exception {
    origin = ScriptedOrigin.answering(answer);
    proxy = ForwardingProxy.start(origin);
  }

  private String slowly(RawMessage request) throws InterruptedException {
    if (request.target().equals("/slow")) {
      arrived.countDown();
      assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
    }
    return ScriptedOrigin.ok("done");
  }

  @AfterEach
  void stop() throws Exception {
    release.countDown();
    proxy.close();
    origin.close();
  }

  /** An idle connection that is closed shows that the word has reached the connections' loops. */
  private void awaitDrainOfConnections() {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> proxy.listener().connections() == 1);
  }

  @Test
  void runningExchangeEndsAndTellsSo() throws Exception {
    start(this::slowly);
    try (RawClient client = RawClient.connect(proxy.port());
        RawClient idle = RawClient.connect(proxy.port())) {
      client.get("/slow");
      assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(idle.get("/").readResponse().status()).isEqualTo(200);
      Future<Void> drained = proxy.listener().drain(PATIENCE);
      assertThat(drained.isDone()).isFalse();
      awaitDrainOfConnections();
      release.countDown();
      RawMessage response = client.readResponse();
      assertThat(response.text()).isEqualTo("done");
      assertThat(response.field("Connection")).isEqualTo("close");
      assertThat(client.isClosedByPeer()).isTrue();
      client.hangUp();
      assertThat(drained.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(proxy.listener().connections()).isZero();
  }

  @Test
  void idleConnectionsAreClosedAndNoneIsTaken() throws Exception {
    start(this::slowly);
    try (RawClient used = RawClient.connect(proxy.port());
        RawClient fresh = RawClient.connect(proxy.port())) {
      assertThat(used.get("/").readResponse().field("Connection")).isNull();
      Future<Void> drained = proxy.listener().drain(PATIENCE);
      assertThat(used.isClosedByPeer()).isTrue();
      assertThat(fresh.isClosedByPeer()).isTrue();
      assertThatThrownBy(() -> RawClient.connect(proxy.port()))
          .isInstanceOf(ConnectException.class);
      used.hangUp();
      fresh.hangUp();
      assertThat(drained.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whatLastsLongerThanPatienceIsCut() throws Exception {
    start(this::slowly);
    try (RawClient client = RawClient.connect(proxy.port())) {
      client.get("/slow");
      assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
      Future<Void> drained = proxy.listener().drain(Duration.ofMillis(300));
      assertThat(drained.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void drainingTwiceIsDrainingOnce() throws Exception {
    start(this::slowly);
    Future<Void> first = proxy.listener().drain(PATIENCE);
    assertThat(proxy.listener().drain(PATIENCE)).isSameAs(first);
    assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
  }

  /**
   * Clients on kept connections, in full flight: each request that was sent is answered whole, or
   * its connection ended before any octet of an answer and after at least one exchange, which tells
   * the client to ask again elsewhere (RFC 9112, Section 9.3.1).
   */
  @Test
  void nothingIsLostUnderLoad() throws Exception {
    start(request -> ScriptedOrigin.ok("done"));
    AtomicInteger answered = new AtomicInteger();
    List<Throwable> lost = new CopyOnWriteArrayList<>();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      RawClient client = RawClient.connect(proxy.port());
      Thread thread = new Thread(() -> exchangeUntilClosed(client, answered, lost), "client-" + i);
      clients.add(thread);
      thread.start();
    }
    while (answered.get() < 200 && lost.isEmpty()) {
      Thread.onSpinWait();
    }
    Future<Void> drained = proxy.listener().drain(PATIENCE);
    for (Thread client : clients) {
      client.join();
    }
    assertThat(drained.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(lost).isEmpty();
  }

  private static void exchangeUntilClosed(
      RawClient client, AtomicInteger answered, List<Throwable> lost) {
    try (client) {
      RawMessage response = client.get("/").readResponse();
      while (response.field("Connection") == null) {
        assertThat(response.text()).isEqualTo("done");
        answered.incrementAndGet();
        response = client.get("/").readResponse();
      }
      assertThat(response.text()).isEqualTo("done");
    } catch (IOException | AssertionError failed) {
      lost.add(failed);
    }
  }
}
