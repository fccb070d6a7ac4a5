package dev.sidecache.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All meters of one process, and their text for Prometheus. Only {@code sidecache_}, {@code
 * process_} and {@code jvm_} metrics exist; histograms have fixed buckets from 0.5 ms to 30 s; no
 * percentiles, no {@code _max}.
 */
public final class MetricsRegistry implements AutoCloseable {
  private static final Duration[] BUCKETS = buckets();
  private static final String PLAIN = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String OPEN_METRICS_VERSION = "; version=1.0.0; charset=utf-8";

  private final CurrentTrace trace = new CurrentTrace();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(
          PrometheusConfig.DEFAULT, new WithoutMaxima(), Clock.SYSTEM, trace);
  private final ProcessMeters process;

  /** A registry with the meters of the process, the JVM and this build. */
  public MetricsRegistry(Build build) {
    meters.config().meterFilter(MeterFilter.denyUnless(id -> isOurs(id.getName())));
    process = new ProcessMeters(meters);
    gauge(
        "build.info",
        "Version of sidecache and of Java; always 1.",
        Tags.of("version", build.version(), "revision", build.revision(), "java", build.java()),
        () -> 1);
  }

  /** What was built, and on what it runs. */
  public record Build(String version, String revision, String java) {}

  /** The text of one scrape. */
  public record Scrape(String contentType, String text) {}

  /**
   * Reads all meters.
   *
   * @param accept the field of the request, which chooses between the Prometheus and the
   *     OpenMetrics text format; null: Prometheus
   */
  public Scrape scrape(@Nullable String accept) {
    boolean openMetrics = accept != null && accept.contains(OPEN_METRICS);
    String contentType = openMetrics ? OPEN_METRICS + OPEN_METRICS_VERSION : PLAIN;
    return new Scrape(contentType, meters.scrape(contentType));
  }

  @Override
  public void close() {
    process.close();
    meters.close();
  }

  /** The trace whose exemplars are being counted on a thread. */
  CurrentTrace trace() {
    return trace;
  }

  Counter counter(String name, String help, Tags tags) {
    return Counter.builder("sidecache." + name).description(help).tags(tags).register(meters);
  }

  /** A counter of seconds; {@code _seconds} becomes part of its name. */
  Counter secondsCounter(String name, String help, Tags tags) {
    return Counter.builder("sidecache." + name)
        .description(help)
        .baseUnit("seconds")
        .tags(tags)
        .register(meters);
  }

  /** A counter that somebody else counts; the registry keeps {@code count} alive. */
  void counter(String name, String help, Tags tags, DoubleSupplier count) {
    // NB: the counter itself holds what it reads from only weakly.
    FunctionCounter.builder("sidecache." + name, meters, read -> count.getAsDouble())
        .description(help)
        .tags(tags)
        .register(meters);
  }

  Timer timer(String name, String help, Tags tags) {
    return Timer.builder("sidecache." + name)
        .description(help)
        .tags(tags)
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }

  /** A gauge; the registry keeps {@code value} alive. */
  void gauge(String name, String help, Tags tags, DoubleSupplier value) {
    Gauge.builder("sidecache." + name, value, DoubleSupplier::getAsDouble)
        .description(help)
        .tags(tags)
        .strongReference(true)
        .register(meters);
  }

  void remove(Meter meter) {
    meters.remove(meter);
  }

  /** Ends all series of a gauge. */
  void removeGauge(String name) {
    meters.find("sidecache." + name).meters().forEach(meters::remove);
  }

  private static boolean isOurs(String name) {
    return name.startsWith("sidecache.") || name.startsWith("process.") || name.startsWith("jvm.");
  }

  private static Duration[] buckets() {
    long[] micros = {
      500,
      1_000,
      2_500,
      5_000,
      10_000,
      25_000,
      50_000,
      100_000,
      250_000,
      500_000,
      1_000_000,
      2_500_000,
      5_000_000,
      10_000_000,
      30_000_000
    };
    Duration[] buckets = new Duration[micros.length];
    for (int i = 0; i < micros.length; i++) {
      buckets[i] = Duration.ofNanos(1_000 * micros[i]);
    }
    return buckets;
  }

  /** NB: Micrometer adds a maximum to every timer, and a filter of meters cannot see it. */
  private static final class WithoutMaxima extends PrometheusRegistry {
    @Override
    public MetricSnapshots scrape() {
      return scrape(name -> !name.endsWith("_max"));
    }
  }
}
