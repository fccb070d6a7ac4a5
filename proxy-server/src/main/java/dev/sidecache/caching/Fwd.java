package dev.sidecache.caching;

import java.util.Locale;

/** Why a request went to the origin, as specific as is known. Source: RFC 9211, Section 2.2. */
public enum Fwd {
  /** The cache was configured not to handle it, or could not be asked. */
  BYPASS,
  /** Its method is not answered from a cache. */
  METHOD,
  /** Nothing was stored for its URI. */
  URI_MISS,
  /** Something was stored for its URI, but not for its fields. */
  VARY_MISS,
  /** Nothing stored suited it, for a reason not known more closely. */
  MISS,
  /** Something fresh was stored, but the request did not accept it. */
  REQUEST,
  /** What was stored was stale. */
  STALE,
  /** What was stored was not all that it asked for. */
  PARTIAL;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The token of Cache-Status. */
  public String word() {
    return word;
  }
}
