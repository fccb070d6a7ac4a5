package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link HostileRequests} over sockets: what is refused is answered once, closes its connection and
 * never reaches the origin, and a request smuggled behind it is never seen.
 */
class HostileRequestsIT {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n";

  private static ScriptedOrigin origin;
  private static ForwardingProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    origin = ScriptedOrigin.answering("origin");
    proxy = ForwardingProxy.start(origin);
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    origin.close();
  }

  static List<HostileRequests.Case> refused() {
    return HostileRequests.all();
  }

  static List<OddRequests.Case> served() {
    return OddRequests.all();
  }

  @Test
  void theSuiteIsLargeEnough() {
    assertThat(refused()).hasSizeGreaterThan(100);
    assertThat(served()).hasSizeGreaterThan(15);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusedOnceAndClosed(HostileRequests.Case row) throws Exception {
    try (RawClient client = RawClient.connect(proxy.port())) {
      RawMessage response = client.send(row.octets() + SMUGGLED).readResponse();
      assertThat(response.status()).as(row.source()).isEqualTo(row.status());
      assertThat(response.field("Connection")).isEqualTo("close");
      assertThat(response.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(client.isClosedByPeer()).isTrue();
    }
    assertThat(origin.requests()).noneMatch(request -> request.startLine().contains("smuggled"));
  }

  @ParameterizedTest
  @MethodSource("served")
  void servedWhole(OddRequests.Case row) throws Exception {
    try (RawClient client = RawClient.connect(proxy.port())) {
      RawMessage response = client.send(row.octets()).readResponse();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo("origin");
    }
  }

  /** What comes octet by octet is understood as what comes at once. */
  @ParameterizedTest
  @MethodSource("refused")
  void refusedOctetByOctet(HostileRequests.Case row) throws Exception {
    if (row.octets().length() > 1000) {
      return;
    }
    try (RawClient client = RawClient.connect(proxy.port())) {
      for (char octet : row.octets().toCharArray()) {
        if (!client.trySend(String.valueOf(octet))) {
          break;
        }
      }
      assertThat(client.readResponse().status()).isEqualTo(row.status());
    }
  }
}
