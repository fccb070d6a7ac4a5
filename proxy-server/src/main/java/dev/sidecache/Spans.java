package dev.sidecache;

import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.message.Service;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.tracing.Tracing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Spans where they are wanted; elsewhere everything stays as it is, and no class of theirs loads.
 */
final class Spans implements AutoCloseable {
  private final @Nullable Tracing tracing;

  private Spans(@Nullable Tracing tracing) {
    this.tracing = tracing;
  }

  /**
   * As a configuration wants them.
   *
   * @param rules in force, asked at each request
   */
  static Spans of(
      ConfiguredSettings settings, String version, Supplier<RuleSet> rules, Meters meters) {
    Tracing.Settings wanted = settings.tracing(version);
    if (wanted == null) {
      return new Spans(null);
    }
    Tracing tracing = new Tracing(wanted, rules, settings.origin().url());
    meters.watch(tracing);
    return new Spans(tracing);
  }

  /** The service, each of whose requests has a span. */
  Service requests(Service service) {
    return tracing == null ? service : tracing.requests(service);
  }

  /** The origin, each request to which has a span. */
  Service origin(Service service) {
    return tracing == null ? service : tracing.origin(service);
  }

  /** These and whoever ends the spans. */
  List<ExchangeObserver> observers(List<ExchangeObserver> others) {
    List<ExchangeObserver> all = new ArrayList<>(others);
    if (tracing != null) {
      all.add(tracing.observer());
    }
    return all;
  }

  /** Exports what waits, within a few seconds. */
  @Override
  public void close() {
    if (tracing != null) {
      tracing.close();
    }
  }
}
