package dev.sidecache.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backend.
 *
 * @param url where it is; its name is looked up again within 10 s
 * @param connectTimeout to an open connection
 * @param timeout to the first byte, and between two bytes
 * @param maxConnections in total
 * @param maxQueue requests that wait for one of them
 * @param breaker whether an origin that does not answer is spared
 * @param retries of a safe request whose connection broke before the response began
 * @param maxTunnels connections that have left HTTP, beside the others
 * @param tunnelTimeout how long nothing may pass on one of them
 * @param healthPath what readiness asks too, or null
 */
public record UpstreamSection(
    HttpAddress url,
    Duration connectTimeout,
    Duration timeout,
    int maxConnections,
    int maxQueue,
    Breaker breaker,
    int retries,
    int maxTunnels,
    Duration tunnelTimeout,
    @Nullable String healthPath) {

  /** Whether requests are refused while the backend does not answer. */
  public enum Breaker {
    AUTO,
    NONE
  }

  private static final Key<HttpAddress> URL =
      Key.of("url", HttpAddress.SHAPE, "the backend's address; here, --upstream or UPSTREAM_URL")
          .mandatory()
          .flag("--upstream")
          .variable("UPSTREAM_URL");
  private static final Key<Duration> CONNECT_TIMEOUT =
      Key.of("connect_timeout", Scalars.TIMEOUT, "to an open connection").orElse("2s");
  private static final Key<Duration> TIMEOUT =
      Key.of("timeout", Scalars.TIMEOUT, "to the first byte, and between two bytes").orElse("60s");
  private static final Key<Integer> MAX_CONNECTIONS =
      Key.of("max_connections", Scalars.integer(1, 100_000), "to the backend").orElse("256");
  private static final Key<Integer> MAX_QUEUE =
      Key.of(
              "max_queue",
              Scalars.integer(0, 100_000),
              "requests that wait for a connection; more are answered 503")
          .orElse("1024");
  private static final Key<Breaker> BREAKER =
      Key.of(
              "breaker",
              Scalars.word("auto or none", List.of(Breaker.values())),
              "auto: 503 at once, or a stale answer, while the backend does not answer")
          .orElse("auto");
  private static final Key<Integer> RETRIES =
      Key.of(
              "retries",
              Scalars.integer(0, 10),
              "of GET, HEAD, OPTIONS whose connection broke before the answer began")
          .orElse("1");
  private static final Key<Integer> MAX_TUNNELS =
      Key.of(
              "max_tunnels",
              Scalars.integer(0, 100_000),
              "upgraded connections, beside max_connections; more are answered 503")
          .orElse("1000");
  private static final Key<Duration> TUNNEL_TIMEOUT =
      Key.of("tunnel_timeout", Scalars.TIMEOUT, "an upgraded connection without traffic is closed")
          .orElse("5m");
  private static final Key<String> HEALTH_PATH =
      Key.of("health_path", RuleScalars.TARGET.orNone(), "what readiness asks too, or none")
          .orElse("none");

  static final Section<UpstreamSection> SHAPE =
      new Section<>(
          List.of(
              URL,
              CONNECT_TIMEOUT,
              TIMEOUT,
              MAX_CONNECTIONS,
              MAX_QUEUE,
              BREAKER,
              RETRIES,
              MAX_TUNNELS,
              TUNNEL_TIMEOUT,
              HEALTH_PATH),
          UpstreamSection::from);

  private static @Nullable UpstreamSection from(Values values) {
    HttpAddress url = values.find(URL);
    Duration connectTimeout = values.get(CONNECT_TIMEOUT);
    Duration timeout = values.get(TIMEOUT);
    int maxConnections = values.get(MAX_CONNECTIONS);
    int maxQueue = values.get(MAX_QUEUE);
    Breaker breaker = values.get(BREAKER);
    int retries = values.get(RETRIES);
    int maxTunnels = values.get(MAX_TUNNELS);
    Duration tunnelTimeout = values.get(TUNNEL_TIMEOUT);
    String healthPath = values.find(HEALTH_PATH);
    return url == null
        ? null
        : new UpstreamSection(
            url,
            connectTimeout,
            timeout,
            maxConnections,
            maxQueue,
            breaker,
            retries,
            maxTunnels,
            tunnelTimeout,
            healthPath);
  }
}
