package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.StructuredFields;
import org.jspecify.annotations.Nullable;

/**
 * What this cache did with a request, as a member of Cache-Status. Source: RFC 9211, Section 2.
 *
 * @param fwd why the request went to the origin; null: it did not
 * @param fwdStatus status of the origin's answer; 0: unknown, or the client's own
 * @param stored whether the answer was stored
 * @param collapsed whether the answer to another request was shared
 * @param ttlSeconds what remains of the lifetime; negative if stale; null: not said
 * @param key the key, for diagnosis; null: not said
 * @param detail a word of our own; null: none
 */
public record CacheStatus(
    @Nullable Fwd fwd,
    int fwdStatus,
    boolean stored,
    boolean collapsed,
    @Nullable Long ttlSeconds,
    @Nullable String key,
    @Nullable String detail) {

  /** Our name in the list. */
  public static final String CACHE = "sidecache";

  /** The detail of an answer that is neither a hit nor the origin's. */
  public static final String ONLY_IF_CACHED = "only_if_cached";

  private static final String STALE = "stale";
  private static final String FIELD = "Cache-Status";

  /** A fresh answer from the cache. */
  public static CacheStatus hit(long ttlSeconds, Tier tier) {
    return new CacheStatus(null, 0, false, false, ttlSeconds, null, tier.word());
  }

  /** A stale answer from the cache. */
  public static CacheStatus staleHit(long ttlSeconds) {
    return new CacheStatus(null, 0, false, false, ttlSeconds, null, STALE);
  }

  /** An answer from the origin. */
  public static CacheStatus forwarded(Fwd fwd) {
    return new CacheStatus(fwd, 0, false, false, null, null, null);
  }

  /** A refusal of our own: the client wanted nothing from the origin. */
  public static CacheStatus unsatisfiable() {
    return new CacheStatus(null, 0, false, false, null, null, ONLY_IF_CACHED);
  }

  /** A request that the cache was not asked about. */
  public static CacheStatus bypassed(Bypass reason) {
    Fwd fwd = reason == Bypass.METHOD ? Fwd.METHOD : Fwd.BYPASS;
    return forwarded(fwd).withDetail(reason.word());
  }

  /** The same with the status of the origin's answer. */
  public CacheStatus withFwdStatus(int status) {
    return new CacheStatus(fwd, status, stored, collapsed, ttlSeconds, key, detail);
  }

  /** The same for an answer that was stored. */
  public CacheStatus asStored(long ttl) {
    return new CacheStatus(fwd, fwdStatus, true, collapsed, ttl, key, detail);
  }

  /** The same for a stale answer that was served because the origin failed. */
  public CacheStatus asStale(long ttl) {
    return new CacheStatus(fwd, fwdStatus, stored, collapsed, ttl, key, STALE);
  }

  /** The same for an answer that was not stored. */
  public CacheStatus asRefused(Refusal reason) {
    return withDetail(reason.word());
  }

  /** The same for a request that shared the answer to another. */
  public CacheStatus asCollapsed() {
    return new CacheStatus(fwd, fwdStatus, stored, true, ttlSeconds, key, detail);
  }

  /** The same with the key, for those who may see it. */
  public CacheStatus withKey(String shown) {
    return new CacheStatus(fwd, fwdStatus, stored, collapsed, ttlSeconds, shown, detail);
  }

  /** The same with a word of our own. */
  public CacheStatus withDetail(String word) {
    return new CacheStatus(fwd, fwdStatus, stored, collapsed, ttlSeconds, key, word);
  }

  /** Our member of the list. */
  public String toField() {
    StringBuilder field = new StringBuilder(64).append(CACHE);
    if (fwd != null) {
      field.append("; fwd=").append(fwd.word());
    } else if (!ONLY_IF_CACHED.equals(detail)) {
      field.append("; hit");
    }
    if (fwdStatus != 0) {
      field.append("; fwd-status=").append(fwdStatus);
    }
    if (stored) {
      field.append("; stored");
    }
    if (collapsed) {
      field.append("; collapsed");
    }
    if (ttlSeconds != null) {
      field.append("; ttl=").append(ttlSeconds.longValue());
    }
    if (key != null) {
      field.append("; key=").append(StructuredFields.quoted(key));
    }
    if (detail != null) {
      field.append("; detail=");
      field.append(StructuredFields.isToken(detail) ? detail : StructuredFields.quoted(detail));
    }
    return field.toString();
  }

  /** Fields with our member after those of caches nearer to the origin. */
  public Fields appendTo(Fields fields) {
    return fields.plus(FIELD, toField());
  }
}
