package dev.sidecache.openapi;

import org.jspecify.annotations.Nullable;

/**
 * What never_cache should name for one operation.
 *
 * @param pattern of paths
 * @param why for people
 */
record Never(String pattern, String why) {
  static final String EVENT_STREAM = "text/event-stream";

  /** Null if nothing in the name or the answer demands it. */
  static @Nullable Never of(ApiOperation operation) {
    ApiPath path = operation.path();
    for (int i = 0; i < path.size(); i++) {
      String why = why(path.get(i));
      if (why != null) {
        return new Never(path.upTo(i + 1) + "/**", why);
      }
    }
    boolean fixed = path.segments().stream().noneMatch(ApiPath.Segment::parameter);
    return fixed && operation.mediaTypes().contains(EVENT_STREAM)
        ? new Never(path.pattern(), "an event stream")
        : null;
  }

  private static @Nullable String why(ApiPath.Segment segment) {
    if (Words.CREDENTIAL.in(segment)) {
      return "sign-in and credentials";
    }
    if (Words.PAYMENT.in(segment)) {
      return "payment";
    }
    if (Words.WEBHOOK.in(segment)) {
      return "calls by other services";
    }
    return Words.LIVE.in(segment) ? "changes all the time" : null;
  }
}
