package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where spans are exported to.
 *
 * @param otlpEndpoint of a collector, without the signal's path; null: there are no spans
 * @param otlpHeaders of each export
 * @param serviceName whom the spans are of
 * @param samplePercent of the traces that begin here
 */
public record TracingSection(
    @Nullable URI otlpEndpoint,
    Map<String, String> otlpHeaders,
    String serviceName,
    int samplePercent) {

  public TracingSection {
    otlpHeaders = Collections.unmodifiableMap(new LinkedHashMap<>(otlpHeaders));
  }

  private static final Scalar<Map<String, String>> HEADERS =
      Scalars.text("headers such as api-key=SECRET", null, TracingSection::headers).hidden();

  private static final Key<URI> OTLP_ENDPOINT =
      Key.of(
              "otlp_endpoint",
              Scalars.URL.orNone(),
              "a collector's address for OTLP over HTTP, to which /v1/traces is added, or none")
          .orElse("none")
          .backendVariable("OTEL_EXPORTER_OTLP_ENDPOINT");
  private static final Key<Map<String, String>> OTLP_HEADERS =
      Key.of("otlp_headers", HEADERS, "of each export: name=value, with commas between several")
          .orElse("\"\"")
          .backendVariable("OTEL_EXPORTER_OTLP_HEADERS");
  private static final Key<String> SERVICE_NAME =
      Key.of("service_name", Scalars.TEXT, "whom the spans are of")
          .orElse("sidecache")
          .backendVariable("OTEL_SERVICE_NAME");
  private static final Key<Integer> SAMPLE_PERCENT =
      Key.of(
              "sample_percent",
              Scalars.integer(0, 100),
              "of the traces that begin here; for others their sender has decided")
          .orElse("100");

  static final Section<TracingSection> SHAPE =
      new Section<>(
          List.of(OTLP_ENDPOINT, OTLP_HEADERS, SERVICE_NAME, SAMPLE_PERCENT), TracingSection::from);

  private static TracingSection from(Values values) {
    return new TracingSection(
        values.find(OTLP_ENDPOINT),
        values.get(OTLP_HEADERS),
        values.get(SERVICE_NAME),
        values.get(SAMPLE_PERCENT));
  }

  /** Source: OpenTelemetry Protocol Exporter, Specifying headers via environment variables. */
  private static Parsed<Map<String, String>> headers(String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? "" : pair.substring(0, equals).strip();
      String value = value(pair.substring(equals + 1).strip());
      boolean last = pair.isBlank();
      if (!last && (!RuleScalars.isToken(name) || value == null)) {
        return Parsed.not(Code.BAD_NAME, "is not a list of headers", "write NAME=VALUE,NAME=VALUE");
      }
      if (!last && value != null) {
        headers.put(name, value);
      }
    }
    return Parsed.of(headers);
  }

  /** Percent-decoded; null if that is not possible, or not the value of a field. */
  private static @Nullable String value(String text) {
    try {
      String value = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      return value.chars().allMatch(c -> c >= ' ' && c < 0x7f) ? value : null;
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }
}
