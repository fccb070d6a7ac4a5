package dev.sidecache.tracing;

import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.http.Fields;
import dev.sidecache.http.Traceparent;
import dev.sidecache.message.Service;
import dev.sidecache.rule.RuleSet;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span of each request and one of each request to the origin, and exports those that are
 * sampled by OTLP over HTTP. Whoever began a trace has decided whether it is sampled. Source:
 * OpenTelemetry's semantic conventions for HTTP spans, version 1.23 and later; W3C Trace Context.
 */
public final class Tracing implements AutoCloseable {
  static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
  static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private static final String TRACEPARENT = "traceparent";
  static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(10);
  private static final String SIGNAL_PATH = "/v1/traces";

  private final SpanQueue queue;
  private final SdkTracerProvider provider;
  private final TracedRequests requests;
  private final URI origin;

  /**
   * Where spans go, and which.
   *
   * @param endpoint of a collector that takes OTLP over HTTP, without the signal's path
   * @param headers of each export, such as a collector's key
   * @param serviceName whom the spans are of
   * @param version of the service
   * @param samplePercent of the traces that begin here, 0 to 100
   */
  public record Settings(
      URI endpoint,
      Map<String, String> headers,
      String serviceName,
      String version,
      int samplePercent) {
    public Settings {
      headers = Map.copyOf(headers);
      if (samplePercent < 0 || samplePercent > 100) {
        throw new IllegalArgumentException(
            "samplePercent: " + samplePercent + " (expected: 0 to 100)");
      }
    }

    /** Without the headers. */
    @Override
    public String toString() {
      return "Settings[endpoint=" + endpoint + ", serviceName=" + serviceName + "]";
    }
  }

  /**
   * @param rules in force, whose patterns name requests
   * @param origin where requests are forwarded to
   */
  public Tracing(Settings settings, Supplier<RuleSet> rules, URI origin) {
    this(settings, rules, origin, exporter(settings));
  }

  Tracing(Settings settings, Supplier<RuleSet> rules, URI origin, SpanExporter exporter) {
    this.origin = origin;
    this.queue = new SpanQueue(exporter, settings.endpoint().toString());
    this.provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.create(
                            Attributes.of(
                                AttributeKey.stringKey("service.name"),
                                settings.serviceName(),
                                AttributeKey.stringKey("service.version"),
                                settings.version()))))
            .setSampler(
                Sampler.parentBased(Sampler.traceIdRatioBased(settings.samplePercent() / 100.0)))
            .addSpanProcessor(queue)
            .build();
    this.requests = new TracedRequests(tracer(), rules);
  }

  private static SpanExporter exporter(Settings settings) {
    String base = settings.endpoint().toString();
    OtlpHttpSpanExporterBuilder builder =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(
                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + SIGNAL_PATH)
            .setTimeout(EXPORT_TIMEOUT);
    settings.headers().forEach(builder::addHeader);
    return builder.build();
  }

  private Tracer tracer() {
    return provider.get("dev.sidecache");
  }

  /** The service, each of whose requests has a span; {@link #observer} ends them. */
  public Service requests(Service service) {
    return requests.before(service);
  }

  /** Who has to be told of exchanges, so that their spans end. */
  public ExchangeObserver observer() {
    return requests;
  }

  /** The origin, each request to which has a span, if it belongs to a trace. */
  public Service origin(Service service) {
    return new TracedOrigin(tracer(), service, origin);
  }

  /** Spans that a collector took. */
  public double exported() {
    return queue.exported();
  }

  /** Spans that found the queue full. */
  public double droppedAtQueue() {
    return queue.droppedAtQueue();
  }

  /** Spans that no collector took. */
  public double droppedAtExport() {
    return queue.droppedAtExport();
  }

  /** Exports what waits, within a few seconds. */
  @Override
  public void close() {
    queue.close();
    provider.close();
  }

  /** The context of a span's parent; the root if there is none. */
  static Context parent(@Nullable Traceparent trace) {
    if (trace == null) {
      return Context.root();
    }
    return Context.root()
        .with(
            Span.wrap(
                SpanContext.createFromRemoteParent(
                    trace.traceId(),
                    trace.parentId(),
                    trace.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                    TraceState.getDefault())));
  }

  /** The fields with this span as the parent of what receives them. */
  static Fields withParent(Fields fields, SpanContext span) {
    return fields.with(
        TRACEPARENT,
        "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex());
  }

  /** The method, or {@code _OTHER} for one that few know. */
  static String method(String method) {
    return switch (method) {
      case "CONNECT",
          "DELETE",
          "GET",
          "HEAD",
          "OPTIONS",
          "PATCH",
          "POST",
          "PUT",
          "QUERY",
          "TRACE" ->
          method;
      default -> "_OTHER";
    };
  }
}
