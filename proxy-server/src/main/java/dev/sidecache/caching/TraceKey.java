package dev.sidecache.caching;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Scope;
import java.util.List;
import java.util.Objects;

/** The parts of a key for people: fields, cookies and content by name only. */
final class TraceKey {
  private static final int DIGEST_START = 4;

  private TraceKey() {}

  /** The key of a plan with a route, such as {@code GET /api/students?page=2 | user 7b1c…}. */
  static String of(Plan plan) {
    Route route = Objects.requireNonNull(plan.route(), "no route");
    RequestHead head = plan.head();
    KeyParts parts = route.key();
    StringBuilder text = new StringBuilder();
    text.append(head.method().equals("HEAD") ? "GET" : head.method()).append(' ');
    text.append(head.target().path());
    KeyQuery query = KeyQuery.of(head.target().query(), parts.query());
    if (!query.isAbsent()) {
      text.append('?').append(String.join("&", query.kept()));
    }
    named(text, "headers", parts.headers());
    named(text, "cookies", parts.cookies());
    text.append(route.bodyKey(head.method()) == null ? "" : " | content");
    return text.append(" | ").append(whose(route, plan.identity())).toString();
  }

  private static void named(StringBuilder text, String label, List<String> names) {
    if (!names.isEmpty()) {
      text.append(" | ").append(label).append(' ').append(String.join(", ", names));
    }
  }

  private static String whose(Route route, Identity identity) {
    if (route.scope() == Scope.SHARED) {
      return "shared";
    }
    return identity.digest() == null ? "no identity" : "user " + start(identity.digest());
  }

  /** The names of query parameters that do not count. */
  static List<String> dropped(Plan plan) {
    Route route = Objects.requireNonNull(plan.route(), "no route");
    return KeyQuery.of(plan.head().target().query(), route.key().query()).dropped();
  }

  /** The start of a digest, enough to tell two apart. */
  static String start(String digest) {
    return digest.substring(0, Math.min(DIGEST_START, digest.length())) + "…";
  }
}
