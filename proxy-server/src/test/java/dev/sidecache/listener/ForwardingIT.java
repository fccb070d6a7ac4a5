package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import org.junit.jupiter.api.Test;

/** Requests through listener and origin, over sockets. */
class ForwardingIT {

  @Test
  void requestIsForwardedAndConnectionsAreKept() throws Exception {
    try (ScriptedOrigin origin = ScriptedOrigin.answering("hello");
        ForwardingProxy proxy = ForwardingProxy.start(origin);
        RawClient client = RawClient.connect(proxy.port())) {
      for (int i = 0; i < 3; i++) {
        RawMessage response = client.get("/path?q=1").readResponse();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("hello");
        assertThat(response.field("Connection")).isNull();
        assertThat(response.field("Date")).isNotNull();
      }
      assertThat(origin.connections()).isEqualTo(1);
      assertThat(origin.requests()).hasSize(3);
      assertThat(origin.requests().get(0).startLine()).isEqualTo("GET /path?q=1 HTTP/1.1");
      assertThat(origin.requests().get(0).field("Host")).isEqualTo("test.example");
      assertThat(origin.requests().get(0).field("Via")).isEqualTo("1.1 sidecache");
    }
  }
}
