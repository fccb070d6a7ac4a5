package dev.sidecache;

import dev.sidecache.admin.Diagnosis;
import dev.sidecache.admin.OperatorRequests;
import dev.sidecache.admin.RouteTable;
import dev.sidecache.admin.Warming;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.config.WarmRequest;
import dev.sidecache.exchange.Warmer;
import dev.sidecache.http.Fields;
import dev.sidecache.message.Service;
import dev.sidecache.metrics.RouteTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** What an operator asks of a running proxy, made of its parts. */
final class Operation implements Warming {
  private final Service gateway;
  private final ProxyConfig config;
  private volatile String authority = "localhost";

  /**
   * @param gateway what warm requests go through
   * @param config what the process was started with
   */
  Operation(Service gateway, ProxyConfig config) {
    this.gateway = gateway;
    this.config = config;
  }

  /** By which clients on this machine reach the traffic port. */
  void reachedBy(String own) {
    authority = own;
  }

  /** By which clients on this machine reach the traffic port; {@code localhost} until then. */
  String authority() {
    return authority;
  }

  OperatorRequests.Parts parts(
      RouteTable routes, Diagnosis.Source doctor, OperatorRequests.Drain drain) {
    return new OperatorRequests.Parts(routes, doctor, this, drain);
  }

  /** Times as the admin API tells them: null for what was never seen. */
  static RouteTable.Times times(RouteTimes measured) {
    return new RouteTable.Times(
        millis(measured.hitP50()),
        millis(measured.hitP99()),
        millis(measured.originP50()),
        millis(measured.originP99()));
  }

  private static @Nullable Double millis(double measured) {
    return measured < 0 ? null : Math.round(measured * 100) / 100.0;
  }

  /** Those of the file, with their fields. */
  void warmConfigured(ScheduledExecutorService loop) {
    if (!config.warm().isEmpty()) {
      Warmer unused =
          Warmer.start(
              gateway,
              config.warm().stream().map(request -> entry(request, authority)).toList(),
              Warmer.AT_A_TIME,
              loop);
    }
  }

  @Override
  public List<Url> configured() {
    return config.warm().stream().map(request -> new Url(request.url(), null)).toList();
  }

  @Override
  public Run begin(List<Url> urls, int atATime, ScheduledExecutorService loop) {
    List<Warmer.Entry> entries = new ArrayList<>(urls.size());
    for (Url url : urls) {
      String host = url.authority() == null ? authority : url.authority();
      entries.add(new Warmer.Entry(url.target(), fields(url.target(), host)));
    }
    Warmer warmer = Warmer.start(gateway, entries, atATime, loop);
    return () -> {
      Warmer.Progress now = warmer.progress();
      return new State(now.total(), now.done(), now.stored(), now.failed(), now.failedTargets());
    };
  }

  /** Those of the configuration, if it names the URL: they may hold a credential. */
  private Fields fields(String target, String host) {
    for (WarmRequest request : config.warm()) {
      if (request.url().equals(target)) {
        return entry(request, host).fields();
      }
    }
    return Fields.of("Host", host);
  }

  private static Warmer.Entry entry(WarmRequest request, String authority) {
    Fields.Builder fields = Fields.builder();
    if (request.headers().keySet().stream().noneMatch("host"::equalsIgnoreCase)) {
      fields.add("Host", authority);
    }
    request.headers().forEach((name, value) -> fields.add(name, value.text()));
    return new Warmer.Entry(request.url(), fields.build());
  }
}
