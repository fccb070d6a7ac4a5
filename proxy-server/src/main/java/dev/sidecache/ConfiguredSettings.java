package dev.sidecache;

import dev.sidecache.admin.AdminService;
import dev.sidecache.config.CacheSection;
import dev.sidecache.config.IdentitySection;
import dev.sidecache.config.ListenAddress;
import dev.sidecache.config.LogSection;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.config.ServerSection;
import dev.sidecache.config.TracingSection;
import dev.sidecache.config.UpstreamSection;
import dev.sidecache.consistency.Settings;
import dev.sidecache.exchange.GatewayParts;
import dev.sidecache.identity.CredentialSource;
import dev.sidecache.identity.Credentials;
import dev.sidecache.identity.JwtVerifier;
import dev.sidecache.listener.HttpListener;
import dev.sidecache.metrics.AccessLog;
import dev.sidecache.origin.OriginService;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Ttl;
import dev.sidecache.tracing.Tracing;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What each component is told of a configuration. */
final class ConfiguredSettings {
  private static final int MAX_VALUE_BYTES = 1 << 20;
  private static final Duration UNCACHEABLE_MEMORY = Duration.ofSeconds(10);

  /** Exchanges in flight may hold a quarter of what the heap may grow to, within these bounds. */
  private static final long LEAST_IN_FLIGHT = 16L << 20;

  private static final long MOST_IN_FLIGHT = 256L << 20;

  private static final long LEAST_OBSERVED = 4L << 20;
  private static final long MOST_OBSERVED = 32L << 20;

  /** How long a stored response of {@code ttl: origin} is reckoned to live at most. */
  private static final Duration LONGEST_ORIGIN_LIFETIME = Duration.ofDays(7);

  /** Fetches that no client waits for may use this part of the origin's connections. */
  private static final int BACKGROUND_SHARE = 4;

  private final ProxyConfig config;

  ConfiguredSettings(ProxyConfig config) {
    this.config = config;
  }

  HttpListener.Settings traffic() {
    HttpListener.Settings settings =
        HttpListener.Settings.of(address(config.server().listen()))
            .withLimits(
                new HttpListener.Settings.Limits(
                    config.server().maxConnections(),
                    config.server().maxConnectionsPerPeer(),
                    config.server().maxRequestsPerConnection()))
            .withTrustedProxies(trusted());
    ServerSection.Tls tls = config.server().tls();
    return tls == null ? settings : settings.withTls(tls.settings());
  }

  HttpListener.Settings admin(ListenAddress listen) {
    return HttpListener.Settings.of(address(listen)).withMaxConnections(256);
  }

  private static HttpListener.Settings.Address address(ListenAddress listen) {
    return new HttpListener.Settings.Address(
        listen.host() == null ? "" : listen.host(), listen.port());
  }

  private List<String> trusted() {
    return config.server().trustedProxies();
  }

  OriginService.Settings origin() {
    UpstreamSection upstream = config.upstream();
    return OriginService.Settings.of(URI.create(upstream.url().toString()))
        .withMaxConnections(upstream.maxConnections())
        .withMaxQueue(upstream.maxQueue())
        .withRetries(upstream.retries())
        .withTunnels(
            new OriginService.Settings.TunnelLimits(
                upstream.maxTunnels(), upstream.tunnelTimeout()))
        .withTimeouts(
            OriginService.Settings.Timeouts.standard()
                .withConnect(upstream.connectTimeout())
                .withSilence(upstream.timeout()))
        .withTrustedProxies(trusted());
  }

  Credentials credentials() {
    IdentitySection identity = config.identity();
    List<CredentialSource> from = new ArrayList<>();
    for (IdentitySection.Source source : identity.from()) {
      from.add(
          CredentialSource.parse(
              source.kind().name().toLowerCase(Locale.ROOT) + ":" + source.name()));
    }
    return new Credentials(
        new Credentials.Settings(from, jwt(identity.jwt()), identity.capTtlAtTokenExpiry()),
        config.cache().namespace());
  }

  /** Where the public keys of tokens are; null: none are needed. */
  @Nullable URI tokenKeys() {
    IdentitySection.Jwt jwt = config.identity().jwt();
    return jwt == null ? null : jwt.jwksUrl();
  }

  private static JwtVerifier.@Nullable Settings jwt(IdentitySection.@Nullable Jwt jwt) {
    if (jwt == null) {
      return null;
    }
    return new JwtVerifier.Settings(
        jwt.jwksUrl() == null ? null : jwt.jwksUrl().toString(),
        jwt.secret() == null ? null : jwt.secret().text(),
        jwt.claim(),
        jwt.issuer(),
        jwt.audience());
  }

  /** What the process may hold for exchanges in flight. */
  long inFlightBytes() {
    Long configured = config.server().maxInFlightBytes();
    long share = Runtime.getRuntime().maxMemory() / 4;
    return configured == null
        ? Math.max(LEAST_IN_FLIGHT, Math.min(MOST_IN_FLIGHT, share))
        : configured;
  }

  /** What observing may hold: a thirty-second part of the heap, within bounds. */
  long observedBytes() {
    return Math.max(LEAST_OBSERVED, Math.min(MOST_OBSERVED, Runtime.getRuntime().maxMemory() / 32));
  }

  GatewayParts.Settings gateway() {
    return new GatewayParts.Settings(
        fieldsForUs(config.cache()),
        config.upstream().timeout(),
        UNCACHEABLE_MEMORY,
        Math.max(1, config.upstream().maxConnections() / BACKGROUND_SHARE));
  }

  /** Fields of responses that clients are not to see. */
  private static List<String> fieldsForUs(CacheSection cache) {
    List<String> names = new ArrayList<>();
    if (cache.tagHeaders() == CacheSection.FieldsForUs.STRIP) {
      names.addAll(List.of("Cache-Tag", "Surrogate-Key"));
    }
    if (cache.targetHeaders() == CacheSection.FieldsForUs.STRIP) {
      names.addAll(cache.targetList());
    }
    return names;
  }

  /** The protocol over a store in this process. */
  Settings memoryConsistency() {
    return Settings.memory();
  }

  /**
   * The protocol over a shared store.
   *
   * @param address of the store, as logs may name it
   */
  Settings sharedConsistency(String address) {
    CacheSection cache = config.cache();
    return new Settings(
        address,
        cache.l1().lease(),
        cache.consistency() == CacheSection.Consistency.LITE
            ? Settings.Mode.LITE
            : Settings.Mode.DEFAULT,
        cache.mutationPolicy() == CacheSection.MutationPolicy.REJECT
            ? Settings.Policy.REJECT
            : Settings.Policy.FORWARD,
        cache.holdMax(),
        Settings.Timing.DEFAULT
            .withLookup(cache.redis().timeout())
            .withUpstream(config.upstream().timeout())
            .forLifetimes(longestLifetime()));
  }

  /** The longest content that any route stores. */
  long longestEntryBytes() {
    long longest = config.cache().maxEntrySizeBytes();
    for (Route route : config.rules().allRoutes()) {
      longest = Math.max(longest, route.policy().maxEntrySizeBytes());
    }
    return longest;
  }

  /** The longest time that a response may be of use. */
  private Duration longestLifetime() {
    Duration longest = Duration.ZERO;
    for (Route route : config.rules().allRoutes()) {
      Duration lifetime =
          route.ttl() instanceof Ttl.Fixed fixed ? fixed.lifetime() : LONGEST_ORIGIN_LIFETIME;
      Duration stale = longer(route.policy().staleIfError(), route.policy().staleWhileRevalidate());
      longest = longer(longest, lifetime.plus(longer(stale, Duration.ofDays(1))));
      for (Ttl own : route.statusTtl().values()) {
        longest = own instanceof Ttl.Fixed fixed ? longer(longest, fixed.lifetime()) : longest;
      }
    }
    return longest;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  AdminService.Settings adminService(String host) {
    String token = config.admin().token() == null ? "" : config.admin().token().text();
    return new AdminService.Settings(host, token, MAX_VALUE_BYTES, config.admin().ui());
  }

  /** Null: there are no spans. */
  Tracing.@Nullable Settings tracing(String version) {
    TracingSection section = config.tracing();
    URI endpoint = section.otlpEndpoint();
    return endpoint == null
        ? null
        : new Tracing.Settings(
            endpoint,
            section.otlpHeaders(),
            section.serviceName(),
            version,
            section.samplePercent());
  }

  AccessLog.Settings accessLog() {
    LogSection log = config.log();
    return new AccessLog.Settings(
        AccessLog.Access.valueOf(log.access().name()), AccessLog.Query.valueOf(log.query().name()));
  }
}
