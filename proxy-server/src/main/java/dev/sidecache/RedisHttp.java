package dev.sidecache;

import dev.sidecache.config.RedisSection;
import dev.sidecache.http1.Transport;
import dev.sidecache.origin.OriginObserver;
import dev.sidecache.origin.OriginService;
import dev.sidecache.redis.RedisAddress;
import dev.sidecache.redis.RestAccess;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The HTTP client for a Redis that has an HTTP API, if it has one. */
final class RedisHttp implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(1);

  /** Longer than any command waits: whoever asked gives up by himself. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final @Nullable OriginService client;
  private final RestAccess access;

  private RedisHttp(@Nullable OriginService client, RestAccess access) {
    this.client = client;
    this.access = access;
  }

  /**
   * The client for an address.
   *
   * @param observer is told of its connections and repeats
   */
  static RedisHttp of(
      RedisAddress address,
      RedisSection.Transport preference,
      Transport transport,
      OriginObserver observer) {
    if (address.kind() != RedisAddress.Kind.REST) {
      return new RedisHttp(null, RestAccess.NONE);
    }
    String scheme = address.tls().isOn() ? "https://" : "http://";
    // NB: all requests leave from one loop, and each loop has its part of the connections.
    int connections = RestAccess.MAX_REQUESTS * transport.size();
    OriginService.Settings settings =
        OriginService.Settings.of(URI.create(scheme + address.nodes().get(0)))
            .withMaxConnections(connections)
            .withTimeouts(
                OriginService.Settings.Timeouts.standard()
                    .withConnect(CONNECT)
                    .withSilence(SILENCE));
    OriginService client =
        new OriginService(settings, transport, observer, RestAccess.tls(address));
    return new RedisHttp(
        client,
        new RestAccess(
            RestAccess.Preference.valueOf(preference.name()), client, client.repeating()));
  }

  RestAccess access() {
    return access;
  }

  @Override
  public void close() {
    OriginService open = client;
    if (open != null) {
      open.close();
    }
  }
}
