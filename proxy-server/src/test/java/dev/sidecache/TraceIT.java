package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RecordingOrigin;
import dev.sidecache.testing.ScriptedOrigin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A trace that passes through: to the backend as it came, into the log, and as an exemplar. */
class TraceIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
  private static final String STATE = "vendor=value,other=1";
  private static final String RULES =
      "routes: [{ name: list, match: { path: /list }, ttl: 60, scope: shared }]\n";

  @Test
  void traceReachesBackendLogAndHistogram() throws Exception {
    List<String> log = new CopyOnWriteArrayList<>();
    try (RecordingOrigin origin =
            RecordingOrigin.start(request -> RecordingOrigin.Answer.of(ScriptedOrigin.ok("text")));
        RunningProxy proxy =
            RunningProxy.start(
                origin.url(),
                RunningProxy.head("", "") + RULES,
                Map.of(),
                InstantSource.system(),
                log::add)) {
      String request =
          "GET /list HTTP/1.1\r\nHost: api.example\r\ntraceparent: "
              + PARENT
              + "\r\ntracestate: "
              + STATE
              + "\r\n\r\n";
      assertThat(RawClient.exchange(proxy.address().getPort(), request).status()).isEqualTo(200);
      assertThat(RawClient.exchange(proxy.address().getPort(), request).field("Cache-Status"))
          .contains("; hit");
      proxy.get("/list", null);

      assertThat(origin.requests().get(0).field("traceparent")).isEqualTo(PARENT);
      assertThat(origin.requests().get(0).field("tracestate")).isEqualTo(STATE);
      Awaitility.await("logged").atMost(Duration.ofSeconds(10)).until(() -> log.size() == 3);
      assertThat(log.get(0)).contains("\"trace_id\":\"" + TRACE + "\"").contains("\"miss\"");
      assertThat(log.get(1)).contains("\"trace_id\":\"" + TRACE + "\"").contains("\"hit\"");
      assertThat(log.get(2)).doesNotContain("trace_id");
      assertThat(openMetrics(proxy.admin()))
          .containsPattern(
              "sidecache_request_duration_seconds_bucket\\{cache=\"miss\",route=\"list\",[^}]*} [0-9.]+"
                  + " # \\{span_id=\"00f067aa0ba902b7\",trace_id=\""
                  + TRACE
                  + "\"}");
    }
  }

  private static String openMetrics(URI admin) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(admin.resolve("/metrics"))
            .header("Accept", "application/openmetrics-text; version=1.0.0")
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
