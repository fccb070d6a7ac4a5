package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RouteDigest;
import dev.sidecache.rule.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a cache key tells of the request that its response answers, for people.
 *
 * @param route that took it
 * @param method GET for HEAD too
 * @param authority host and port; null where the host does not count
 * @param target its path, and of its query what counts
 * @param identity digest of whom it is for; null: of everybody, or of nobody known
 * @param varying the request fields that its response was chosen by, lower case
 */
public record StoredRequest(
    Route route,
    String method,
    @Nullable String authority,
    RequestTarget target,
    @Nullable String identity,
    List<String> varying) {
  private static final int DIGEST_SHOWN = 8;

  public StoredRequest {
    varying = List.copyOf(varying);
  }

  /**
   * The request of a key.
   *
   * @param routes those in force, {@link RuleSet#byDigest}
   * @return null for the key of a value, and for one made under other rules, which is never asked
   *     for again
   */
  public static @Nullable StoredRequest of(CacheKey key, Map<RouteDigest, Route> routes) {
    KeyReader reader = new KeyReader(key.toBytes());
    List<String> varying = new ArrayList<>(0);
    int form = reader.number();
    if (form == KeyWriter.VARIANT) {
      byte[] base = Objects.requireNonNull(reader.part(), "a variant has a base");
      for (int left = reader.number(); left > 0; left--) {
        varying.add(reader.text());
        byte[] unused = reader.part();
      }
      reader = new KeyReader(base);
      form = reader.number();
    }
    if (form != KeyWriter.BASE) {
      return null;
    }
    Route route = routes.get(new RouteDigest(reader.eight(), reader.eight()));
    return route == null ? null : read(reader, route, varying);
  }

  /** NB: the order is that of {@link KeyWriter#request}. */
  private static @Nullable StoredRequest read(KeyReader reader, Route route, List<String> varying) {
    String method = reader.text();
    String unusedScheme = reader.optionalText();
    String origin = reader.optionalText();
    String path = reader.text();
    String query = query(reader);
    int lists = route.key().headers().size() + route.key().cookies().size();
    for (; lists > 0; lists--) {
      reader.skipList();
    }
    skipContent(reader, route, method);
    String identity = reader.number() == 0 ? null : reader.optionalText();
    RequestTarget target = RequestTarget.parse(query == null ? path : path + "?" + query);
    if (target == null) {
      return null;
    }
    String authority = origin == null || !route.key().host() ? null : origin.split("\n", 2)[0];
    return new StoredRequest(route, method, authority, target, identity, varying);
  }

  private static @Nullable String query(KeyReader reader) {
    int size = reader.number();
    if (size == 0) {
      return null;
    }
    List<String> kept = new ArrayList<>(size);
    for (int left = size - 1; left > 0; left--) {
      kept.add(reader.text());
    }
    return String.join("&", kept);
  }

  private static void skipContent(KeyReader reader, Route route, String method) {
    if (reader.number() == 0) {
      return;
    }
    KeyParts.BodyKey content = Objects.requireNonNull(route.bodyKey(method), "content counts");
    if (content.format() == KeyParts.BodyKey.Format.RAW) {
      reader.skipList();
      reader.skipList();
    } else {
      String unusedType = reader.optionalText();
    }
    int unusedForm = reader.number();
    byte[] unusedContent = reader.part();
  }

  /** The start of {@link #identity}, enough to tell two apart. */
  public @Nullable String user() {
    return identity == null
        ? null
        : identity.substring(0, Math.min(DIGEST_SHOWN, identity.length()));
  }

  /** Path and query, behind the host where it counts. */
  public String url() {
    return (authority == null ? "" : authority) + target.pathAndQuery();
  }

  /** The tags that the route gives its response, as purges name them. */
  public List<String> tags() {
    Map<String, String> parameters = route.match().path().match(target.decodedPath());
    Match match = new Match(route, parameters == null ? Map.of() : parameters, null, List.of());
    RequestHead head = new RequestHead(method, "", "", target, "1.1", Fields.empty());
    List<String> names = new ArrayList<>();
    for (Tag tag : RuleTags.carried(match, head, new Identity(identity, null, ""))) {
      if (tag.kind() == Tag.Kind.TAG) {
        names.add(tag.text());
      }
    }
    return names;
  }
}
