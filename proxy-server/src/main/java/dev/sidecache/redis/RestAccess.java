package dev.sidecache.redis;

import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Service;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How the HTTP API of an address is reached, where it has one.
 *
 * @param preference which way to take where there are two
 * @param once sends a request at most once
 * @param repeating sends a request again on a new connection, when a kept one broke before the
 *     answer began
 */
public record RestAccess(Preference preference, Service once, Service repeating) {

  /** The most requests at a time: what a small database and its plan bear. */
  public static final int MAX_REQUESTS = 16;

  /** For addresses that have no HTTP API. */
  public static final RestAccess NONE =
      new RestAccess(Preference.RESP, RestAccess::unreachable, RestAccess::unreachable);

  /** Which way to take to a database that is reachable over the Redis protocol and over HTTP. */
  public enum Preference {
    /** The Redis protocol if it can be spoken, else HTTP. */
    AUTO,
    RESP,
    REST
  }

  private static void unreachable(Request request, Responder responder) {
    request.body().cancel();
    responder.fail(new IllegalStateException("no HTTP API"));
  }

  /**
   * Whom the client for an address trusts, by its verification and certificates; null without TLS.
   *
   * @throws IllegalArgumentException if the address is {@link RedisSharedStore#unsupported}
   */
  public static @Nullable SslContext tls(RedisAddress address) {
    RedisAddress.Tls asked = address.tls();
    if (!asked.isOn()) {
      return null;
    }
    boolean named = asked.verify() == RedisAddress.Verify.FULL;
    SslContextBuilder context =
        SslContextBuilder.forClient().endpointIdentificationAlgorithm(named ? "HTTPS" : null);
    String caFile = asked.caFile();
    if (asked.verify() == RedisAddress.Verify.NONE) {
      context.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else if (caFile != null) {
      context.trustManager(new File(caFile));
    }
    try {
      return context.build();
    } catch (SSLException unavailable) {
      throw new IllegalStateException("this JDK has no TLS", unavailable);
    }
  }

  /** The way to this address. */
  Preference to(RedisAddress address) {
    if (address.kind() != RedisAddress.Kind.REST) {
      return Preference.RESP;
    }
    // NB: elsewhere port 6379 may be another Redis, and one without a password takes any.
    return address.overResp().kind() == RedisAddress.Kind.REST ? Preference.REST : preference;
  }
}
