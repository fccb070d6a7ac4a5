package dev.sidecache.caching;

/** What is known of status codes. Source: RFC 9110, Section 15. */
final class Statuses {
  private Statuses() {}

  /**
   * Whether responses may be stored without an explicit lifetime. Source: RFC 9110, Section 15.1.
   */
  static boolean isHeuristicallyCacheable(int status) {
    return switch (status) {
      case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
      default -> false;
    };
  }

  /**
   * Whether this cache knows what a status asks of caches: those of RFC 9110, except 206 and 304,
   * which are no complete responses. Source: RFC 9111, Section 3.
   */
  static boolean isUnderstood(int status) {
    return switch (status) {
      case 200, 201, 202, 203, 204, 205 -> true;
      case 300, 301, 302, 303, 307, 308 -> true;
      case 426, 421, 422 -> true;
      case 500, 501, 502, 503, 504, 505 -> true;
      default -> status >= 400 && status <= 417;
    };
  }

  /**
   * Whether a status says that a request was refused before it changed anything. A status that does
   * not say so counts as a change: a needless miss is better than a stale answer. Source:
   * consistency.md, Section 6.
   */
  static boolean isRefusalToChange(int status) {
    return switch (status) {
      case 400, 401, 403, 404, 405, 409, 412, 422, 429 -> true;
      default -> false;
    };
  }

  /** Whether a status means that the origin has failed. Source: RFC 5861, Section 4. */
  static boolean isOriginFailure(int status) {
    return status == 500 || status == 502 || status == 503 || status == 504;
  }
}
