package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import java.time.Instant;
import java.util.List;

/** Which fields of a response are stored. Source: RFC 9111, Section 3.1. */
final class Storing {
  private static final String[] MADE_ANEW = {"Age", "Content-Length", "X-Request-Id"};

  private Storing() {}

  /**
   * The fields of a response that may be stored: none that end at the next hop, none that are made
   * anew with each answer, none that its directives exclude.
   *
   * @param perIdentity whether it is stored for one user, who may have private fields again
   */
  static Fields storable(Fields fields, CacheControl directives, boolean perIdentity) {
    Fields kept = fields.endToEnd().without(MADE_ANEW);
    kept = without(kept, directives.noCacheFields());
    return perIdentity ? kept : without(kept, directives.privateFields());
  }

  private static Fields without(Fields fields, List<String> names) {
    return names.isEmpty() ? fields : fields.without(names.toArray(new String[0]));
  }

  /** The fields with a Date, which a cache adds if there is none. RFC 9110, Section 6.6.1. */
  static Fields dated(Fields fields, Instant responseTime) {
    return fields.contains("Date") ? fields : fields.plus("Date", HttpDate.format(responseTime));
  }
}
