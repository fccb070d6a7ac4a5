package dev.sidecache.rule;

import dev.sidecache.http.RequestHead;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is never cached, whatever the routes say.
 *
 * @param paths patterns of decoded paths
 * @param requestHeaders a request with one of these fields is neither answered from the cache nor
 *     stored; lower case
 * @param contentTypes media types without parameters whose responses are not stored; lower case
 * @param responseFields JSON member names, folded (no case, {@code _}, {@code -}), whose responses
 *     are not stored
 */
public record NeverCache(
    List<PathPattern> paths,
    List<String> requestHeaders,
    Set<String> contentTypes,
    Set<String> responseFields) {

  /** The member names that the word {@code default} stands for. */
  public static final List<String> DEFAULT_RESPONSE_FIELDS =
      List.of(
          "access_token",
          "refresh_token",
          "id_token",
          "password",
          "password_hash",
          "card_number",
          "cvv",
          "secret");

  /** Excludes nothing. */
  public static final NeverCache NOTHING = new NeverCache(List.of(), List.of(), Set.of(), Set.of());

  public NeverCache {
    paths = List.copyOf(paths);
    requestHeaders = List.copyOf(requestHeaders);
    contentTypes = Set.copyOf(contentTypes);
    responseFields = Set.copyOf(responseFields);
  }

  /** What of this the request matches, for people ({@code path /api/auth/**}), or null. */
  public @Nullable String matching(RequestHead head) {
    String path = matchingPath(head.target().readings());
    if (path != null) {
      return path;
    }
    for (String name : requestHeaders) {
      if (head.fields().contains(name)) {
        return "header " + name;
      }
    }
    return null;
  }

  /** What of this one of these readings of a path matches, for people, or null. */
  @Nullable String matchingPath(List<String> readings) {
    for (PathPattern path : paths) {
      for (String reading : readings) {
        if (path.matchIgnoringCase(reading) != null) {
          return "path " + path.text();
        }
      }
    }
    return null;
  }
}
