package dev.sidecache;

import static dev.sidecache.tracing.SpanReceiver.attributes;
import static dev.sidecache.tracing.SpanReceiver.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RecordingOrigin;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.tracing.SpanReceiver;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans as a collector receives them, and what becomes of requests where there is none. */
class TracingIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String RULES =
      "routes: [{ name: item, match: { path: \"/items/{id}\" }, ttl: 60, scope: shared }]\n";

  private final List<String> log = new CopyOnWriteArrayList<>();

  @TempDir Path directory;

  private RunningProxy proxy(String origin, String collector) throws Exception {
    return RunningProxy.start(
        origin,
        RunningProxy.head("", "") + RULES,
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            collector,
            "OTEL_EXPORTER_OTLP_HEADERS",
            "x-collector-key=a%20key",
            "OTEL_SERVICE_NAME",
            "students-cache"),
        InstantSource.system(),
        log::add);
  }

  private static RecordingOrigin origin() throws Exception {
    return RecordingOrigin.start(request -> RecordingOrigin.Answer.of(ScriptedOrigin.ok("text")));
  }

  private static RawClientAnswer get(RunningProxy proxy, String path, String flags)
      throws Exception {
    String trace = "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-" + flags + "\r\n";
    String request = "GET " + path + " HTTP/1.1\r\nHost: api.example:8443\r\n" + trace + "\r\n";
    var answer = RawClient.exchange(proxy.address().getPort(), request);
    return new RawClientAnswer(answer.status(), answer.field("Cache-Status"));
  }

  private record RawClientAnswer(int status, String cacheStatus) {}

  private static Span of(List<Span> spans, Span.SpanKind kind, String cache) {
    return spans.stream()
        .filter(span -> span.getKind() == kind)
        .filter(span -> cache == null || cache.equals(attributes(span).get("sidecache.cache")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + cache + " in " + spans));
  }

  @Test
  void aMissHasASpanOfItsOwnAndOneOfTheOriginsAHitOnlyTheFirst() throws Exception {
    try (SpanReceiver collector = SpanReceiver.start();
        RecordingOrigin origin = origin();
        RunningProxy proxy = proxy(origin.url(), collector.url())) {
      assertThat(get(proxy, "/items/7?secret=x", "01").status()).isEqualTo(200);
      assertThat(get(proxy, "/items/7?secret=x", "01").cacheStatus()).contains("; hit");

      List<Span> spans = collector.await(3);
      Span miss = of(spans, Span.SpanKind.SPAN_KIND_SERVER, "miss");
      Span hit = of(spans, Span.SpanKind.SPAN_KIND_SERVER, "hit");
      Span fetch = of(spans, Span.SpanKind.SPAN_KIND_CLIENT, null);
      assertThat(spans).hasSize(3).allMatch(span -> hex(span.getTraceId()).equals(TRACE));
      assertThat(hex(miss.getParentSpanId())).isEqualTo("00f067aa0ba902b7");
      assertThat(fetch.getParentSpanId()).isEqualTo(miss.getSpanId());
      assertThat(origin.requests().get(0).field("traceparent"))
          .isEqualTo("00-" + TRACE + "-" + hex(fetch.getSpanId()) + "-01");
      assertThat(miss.getName()).isEqualTo("GET /items/{id}");
      assertThat(attributes(miss))
          .containsExactly(
              entry("http.request.method", "GET"),
              entry("http.response.status_code", "200"),
              entry("http.route", "/items/{id}"),
              entry("network.protocol.version", "1.1"),
              entry("server.address", "api.example"),
              entry("server.port", "8443"),
              entry("sidecache.cache", "miss"),
              entry("sidecache.route", "item"),
              entry("url.path", "/items/7"),
              entry("url.scheme", "http"));
      assertThat(attributes(hit))
          .containsEntry("sidecache.tier", "l1")
          .containsKey("sidecache.age_s");
      assertThat(fetch.getName()).isEqualTo("GET");
      assertThat(attributes(fetch))
          .containsExactly(
              entry("http.request.method", "GET"),
              entry("http.response.status_code", "200"),
              entry("server.address", "127.0.0.1"),
              entry("server.port", Integer.toString(URI.create(origin.url()).getPort())),
              entry("url.full", origin.url() + "/items/7"));
      assertThat(collector.resource())
          .containsEntry("service.name", "students-cache")
          .containsEntry("service.version", "test");
      assertThat(collector.keys()).containsOnly("a key");
      awaitMetric(proxy, "spans_exported_total", 3);
    }
  }

  @Test
  void whoeverBeganTheTraceHasDecidedWhetherItIsSampled() throws Exception {
    try (SpanReceiver collector = SpanReceiver.start();
        RecordingOrigin origin = origin();
        RunningProxy proxy = proxy(origin.url(), collector.url())) {
      assertThat(get(proxy, "/items/1", "00").status()).isEqualTo(200);
      proxy.get("/items/2", null);

      List<Span> spans = collector.await(2);
      assertThat(origin.requests().get(0).field("traceparent"))
          .startsWith("00-" + TRACE + "-")
          .endsWith("-00");
      String begun = hex(of(spans, Span.SpanKind.SPAN_KIND_SERVER, "miss").getTraceId());
      assertThat(begun).isNotEqualTo(TRACE);
      assertThat(spans).hasSize(2).allMatch(span -> hex(span.getTraceId()).equals(begun));
      Awaitility.await("logged").until(() -> log.size() == 2);
      assertThat(log.get(1)).contains("\"trace_id\":\"" + begun + "\"");
    }
  }

  @Test
  void aFailureOfTheOriginIsNamed() throws Exception {
    String nobody;
    try (RecordingOrigin origin = origin()) {
      nobody = origin.url();
    }
    try (SpanReceiver collector = SpanReceiver.start();
        RunningProxy proxy = proxy(nobody, collector.url())) {
      assertThat(get(proxy, "/items/1", "01").status()).isEqualTo(502);

      List<Span> spans = collector.await(2);
      for (Span span : spans) {
        assertThat(span.getStatus().getCode().name()).isEqualTo("STATUS_CODE_ERROR");
      }
      assertThat(attributes(of(spans, Span.SpanKind.SPAN_KIND_CLIENT, null)))
          .containsEntry("error.type", "upstream_refused");
      assertThat(attributes(of(spans, Span.SpanKind.SPAN_KIND_SERVER, "error")))
          .containsEntry("error.type", "refused")
          .containsEntry("http.response.status_code", "502");
    }
  }

  @Test
  void aCollectorThatIsAwayCostsSpansAndNoRequest() throws Exception {
    String nobody;
    try (SpanReceiver collector = SpanReceiver.start()) {
      nobody = collector.url();
    }
    try (RecordingOrigin origin = origin();
        RunningProxy proxy = proxy(origin.url(), nobody)) {
      assertThat(get(proxy, "/items/1", "01").status()).isEqualTo(200);
      assertThat(get(proxy, "/items/1", "01").cacheStatus()).contains("; hit");

      awaitMetric(proxy, "spans_dropped_total{reason=\"export_failed\"}", 3);
      assertThat(proxy.metric("spans_exported_total")).isZero();
      assertThat(get(proxy, "/items/1", "01").status()).isEqualTo(200);
    }
  }

  private static void awaitMetric(RunningProxy proxy, String series, double value) {
    Awaitility.await(series)
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> proxy.metric(series) == value);
  }

  @Test
  void withoutCollectorNoClassOfOpenTelemetryIsLoaded() throws Exception {
    assertThat(classesOfSpans("")).isEmpty();
    assertThat(classesOfSpans("tracing: { otlp_endpoint: \"http://127.0.0.1:9\" }\n"))
        .contains("io.opentelemetry.api.trace.Span", "dev.sidecache.tracing.Tracing");
  }

  /** What a process that has served a request has loaded of them. */
  private List<String> classesOfSpans(String tracing) throws Exception {
    Path loaded = Files.createTempFile(directory, "classes-", ".log");
    try (RecordingOrigin origin = origin();
        SidecarProcess process =
            SidecarProcess.start(
                "version: 1\n"
                    + "server: { listen: \"127.0.0.1:0\" }\n"
                    + "admin: { listen: \"127.0.0.1:0\" }\n"
                    + tracing
                    + RULES,
                Map.of("UPSTREAM_URL", origin.url(), "SIDECACHE_STORE", "memory"),
                List.of("-XX:TieredStopAtLevel=1", "-Xlog:class+load:file=" + loaded),
                directory.resolve("errors"))) {
      String request =
          "GET /items/1 HTTP/1.1\r\nHost: a.example\r\ntraceparent: 00-"
              + TRACE
              + "-00f067aa0ba902b7-01\r\n\r\n";
      assertThat(RawClient.exchange(process.address().getPort(), request).status()).isEqualTo(200);
    }
    return Files.readAllLines(loaded).stream()
        .map(line -> line.replaceFirst("^\\S*\\s+", "").split(" ", 2)[0])
        .filter(
            name ->
                name.startsWith("io.opentelemetry.") || name.startsWith("dev.sidecache.tracing."))
        .toList();
  }
}
