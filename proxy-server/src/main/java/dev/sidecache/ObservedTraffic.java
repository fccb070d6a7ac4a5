package dev.sidecache;

import dev.sidecache.admin.Advising;
import dev.sidecache.advice.Advice;
import dev.sidecache.advice.Advisor;
import dev.sidecache.advice.Evidence;
import dev.sidecache.advice.Observatory;
import dev.sidecache.config.ProxyConfig;
import java.util.Locale;
import java.util.function.Supplier;

/** What was observed, with the configuration that runs. */
record ObservedTraffic(Observatory observatory, Supplier<ProxyConfig> config) implements Advising {
  @Override
  public String mode() {
    return config.get().mode().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Evidence evidence() {
    return observatory.evidence();
  }

  @Override
  public Observatory.Compared compared() {
    return observatory.comparedInShadow();
  }

  @Override
  public Advice advice(Evidence evidence, long minRequests) {
    ProxyConfig now = config.get();
    return Advisor.of(evidence, now.rules(), now.ttlPresets(), minRequests);
  }
}
