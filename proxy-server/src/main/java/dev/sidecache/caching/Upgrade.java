package dev.sidecache.caching;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Route;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a connection may leave HTTP. Pure. Source: RFC 9110, Section 7.8. */
public final class Upgrade {
  private Upgrade() {}

  /**
   * The first protocol that the client offers and the route allows, in lower case; null if there is
   * none. Only GET of HTTP/1.1 without content may leave: so nothing of the request can be left
   * over, and nothing that changes data passes the rules by.
   */
  public static @Nullable String allowed(Match match, RequestHead head) {
    Route route = match.route();
    Set<String> allowed = route == null ? Set.of() : route.policy().upgrades();
    if (allowed.isEmpty()) {
      return null;
    }
    boolean fit =
        head.method().equals("GET")
            && head.version().equals("1.1")
            && head.methodOverride() == null
            && head.targetOverride() == null
            && match.invalidations().isEmpty()
            && !Admission.hasContent(head.fields());
    if (!fit) {
      return null;
    }
    for (String protocol : head.offeredProtocols()) {
      if (allowed.contains(protocol)) {
        return protocol;
      }
    }
    return null;
  }
}
