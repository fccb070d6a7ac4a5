package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sidecache.client.ClientStats;
import dev.sidecache.client.Purge;
import dev.sidecache.client.PurgeResult;
import dev.sidecache.client.SidecacheClient;
import dev.sidecache.client.SidecacheException;
import dev.sidecache.http1.Transport;
import dev.sidecache.testing.ForwardingProxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client of the other module against the real admin port. */
class AdminPortIT {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AdminFixture fixture = new AdminFixture();
  private ForwardingProxy port;
  private SidecacheClient cache;

  @BeforeEach
  void open() throws Exception {
    fixture.health.started();
    port = ForwardingProxy.start(Transport.open(1), same -> same, fixture.local());
    cache = SidecacheClient.builder().admin(URI.create("http://127.0.0.1:" + port.port())).build();
  }

  @AfterEach
  void close() {
    cache.close();
    port.close();
  }

  @Test
  void valuesTravelWithKeysOfEveryKind() {
    List<String> keys =
        List.of("profile:7", "a/b", "a b", "100%", "caf\u00e9?x=1&y#z", "a;b", "a+b", ".x");
    for (String key : keys) {
      assertThat(cache.put(key, List.of(key), MINUTE, "profile:7")).as(key).isTrue();
      assertThat(fixture.values.kept).containsKey(key);
      assertThat(cache.get(key, new TypeReference<List<String>>() {})).contains(List.of(key));
      assertThat(cache.delete(key)).as(key).isTrue();
    }
    assertThat(fixture.values.kept).isEmpty();
    assertThat(fixture.values.terms).isEqualTo(new ValueStore.Terms(MINUTE, List.of("profile:7")));
  }

  @Test
  void prefixesAreCleared() {
    List.of("a:1", "a:2", "b").forEach(key -> cache.put(key, 1, MINUTE));
    assertThat(cache.clear("a:")).isEqualTo(2);
    assertThat(cache.clear()).isEqualTo(1);
  }

  @Test
  void whatTheStoreDoesNotKeepIsFalse() {
    fixture.values.refusal = "too_many_tags";
    assertThat(cache.put("a", 1, MINUTE)).isFalse();
    fixture.values.refusal = null;
    assertThat(cache.put("a", 1, MINUTE)).isTrue();
  }

  @Test
  void purgesAreUnderstoodAndToldOf() {
    fixture.outcome =
        new Purger.Outcome(
            List.of(new Purger.Item("student:*", true, List.of())), 5, null, true, null);
    PurgeResult result = cache.purge(Purge.tags("student:*"));
    assertThat(fixture.purges.get(0).items())
        .containsExactly(new PurgeRequest.Item("student:*", "student:*"));
    assertThat(result.items())
        .containsExactly(new PurgeResult.Item("tag", "student:*", true, List.of()));
    assertThat(result.pending()).isTrue();
    assertThatThrownBy(() -> cache.purge(Purge.tags("a*")))
        .isInstanceOf(SidecacheException.class)
        .hasMessageContaining("tags[0]: \"a*\" is no tag; write a name");
  }

  @Test
  void figuresArriveWhole() {
    fixture.feed();
    ClientStats stats = cache.stats();
    assertThat(stats.hits()).isEqualTo(7);
    assertThat(stats.keys()).isEqualTo(new ClientStats.Keys(412, 1833L));
    assertThat(cache.health().isHealthy()).isTrue();
    assertThat(cache.info().uptimeS()).isEqualTo(1800);
    fixture.health.draining();
    assertThat(cache.health().status()).isEqualTo("draining");
  }

  @Test
  void hostThatAPageHasReboundIsForbidden() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.port())) {
      String request = "GET /v1/info HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 403 ").contains("Host is neither localhost");
    }
  }
}
