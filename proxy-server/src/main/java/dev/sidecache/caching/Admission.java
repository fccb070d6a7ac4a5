package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.Route;
import org.jspecify.annotations.Nullable;

/** Whether a request may be looked up; the first refusal counts. */
final class Admission {
  private Admission() {}

  /** Why the request is not looked up, as far as its head tells, or null. */
  static @Nullable Bypass refusal(Match match, RequestHead head) {
    if (match.neverCache() != null) {
      return Bypass.NEVER_CACHE;
    }
    if (!head.offeredProtocols().isEmpty()) {
      return Upgrade.allowed(match, head) == null ? Bypass.UPGRADE_REFUSED : Bypass.UPGRADE;
    }
    Route route = match.route();
    if (route == null) {
      return head.isRetrieval() ? Bypass.NO_ROUTE : Bypass.METHOD;
    }
    if (route.mode() == Mode.BYPASS) {
      return Bypass.ROUTE_BYPASS;
    }
    if (!reads(match, route, head)) {
      return Bypass.METHOD;
    }
    if (head.fields().hasElement("Cache-Control", "no-store")) {
      return Bypass.CLIENT_NO_STORE;
    }
    // Content that is no part of the key must not shape what others get.
    return bodyKey(match, head) == null && hasContent(head.fields()) ? Bypass.BODY_TOO_LARGE : null;
  }

  /** Why a request that might be looked up is not: its route is only observed; else null. */
  static @Nullable Bypass mode(Match match) {
    Route route = match.route();
    return route == null
        ? null
        : switch (route.mode()) {
          case SERVE -> null;
          case OBSERVE -> Bypass.OBSERVE;
          case SHADOW -> Bypass.SHADOW;
          case BYPASS -> Bypass.ROUTE_BYPASS;
        };
  }

  /** How the request's content counts for its key; null: it does not. */
  static KeyParts.@Nullable BodyKey bodyKey(Match match, RequestHead head) {
    Route route = match.route();
    return route == null ? null : route.bodyKey(head.method());
  }

  /**
   * NB: a rule that names GET means that this GET changes something; but a POST that its route
   * caches counts as a read, whatever rules match it.
   */
  private static boolean reads(Match match, Route route, RequestHead head) {
    boolean changes = head.isRetrieval() && !match.invalidations().isEmpty();
    return route.reads(head.method()) && head.methodOverride() == null && !changes;
  }

  static boolean hasContent(Fields fields) {
    String length = fields.first("Content-Length");
    return fields.contains("Transfer-Encoding") || (length != null && !length.equals("0"));
  }
}
