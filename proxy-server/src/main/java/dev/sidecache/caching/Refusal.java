package dev.sidecache.caching;

import java.util.Locale;

/**
 * Why a response is not stored. Each word in header, metric, log and explanation comes from its
 * constant.
 */
public enum Refusal {
  NO_STORE,
  PRIVATE,
  AUTHORIZATION,
  NO_LIFETIME,
  SET_COOKIE,
  STATUS,
  TOO_LARGE,
  STREAMING,
  PARTIAL,
  VARY_STAR,
  CLIENT_NO_STORE,
  SENSITIVE_FIELD,
  UNREADABLE,
  TOO_MANY_TAGS,
  INVALIDATED,
  STORE_FAILED,
  /** The process holds as much for exchanges in flight as it may. */
  IN_FLIGHT_LIMIT;

  private final String word = name().toLowerCase(Locale.ROOT);

  public String word() {
    return word;
  }
}
