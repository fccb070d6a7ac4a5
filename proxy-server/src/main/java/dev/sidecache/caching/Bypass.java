package dev.sidecache.caching;

import java.util.Locale;

/**
 * Why a request is not looked up. Each word in header, metric, log and explanation comes from its
 * constant.
 */
public enum Bypass {
  NEVER_CACHE,
  METHOD,
  NO_ROUTE,
  ROUTE_BYPASS,
  OBSERVE,
  SHADOW,
  /** Forwarded with the protocol that the client offers, for the route allows it. */
  UPGRADE,
  /** Forwarded without it. */
  UPGRADE_REFUSED,
  RANGE,
  CLIENT_NO_STORE,
  BODY_TOO_LARGE,
  /** The content that the key needs could not be held. */
  IN_FLIGHT_LIMIT,
  DISABLED,
  REDIS_DOWN,
  REDIS_QUOTA,
  REDIS_SETTLING;

  private final String word = name().toLowerCase(Locale.ROOT);

  public String word() {
    return word;
  }
}
