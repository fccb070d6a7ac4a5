package dev.sidecache.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What is to be purged: exactly one kind. Immutable.
 *
 * <pre>{@code
 * cache.purge(Purge.tags("student:*"));
 * cache.purge(Purge.urls("/api/students/7").dryRun());
 * }</pre>
 */
public final class Purge {
  private final String member;
  private final List<String> items;
  private final boolean dryRun;
  private final boolean count;

  private Purge(String member, List<String> items, boolean dryRun, boolean count) {
    this.member = member;
    this.items = items;
    this.dryRun = dryRun;
    this.count = count;
  }

  private static Purge of(String member, List<String> items) {
    if (items.isEmpty()) {
      throw new IllegalArgumentException("purge: no " + member + " (expected: at least one)");
    }
    for (String item : items) {
      if (item.isBlank()) {
        throw new IllegalArgumentException("purge: blank item among " + member);
      }
    }
    return new Purge(member, items, false, false);
  }

  /**
   * Everything under these tags; {@code student:*} is each tag that begins with {@code student:}.
   */
  public static Purge tags(String... tags) {
    return of("tags", List.of(tags));
  }

  /** All queries, variants and identities of these paths. */
  public static Purge urls(String... urls) {
    return of("urls", List.of(urls));
  }

  /** {@code /x}: the path and all below; {@code /x/}: only what is below. */
  public static Purge prefixes(String... prefixes) {
    return of("prefixes", List.of(prefixes));
  }

  /** Everything of these routes. */
  public static Purge routes(String... routes) {
    return of("routes", List.of(routes));
  }

  /** The whole namespace. */
  public static Purge all() {
    return new Purge("all", List.of(), false, false);
  }

  /** The same, only told and not done. */
  public Purge dryRun() {
    return new Purge(member, items, true, count);
  }

  /** The same, counting what is removed in Redis, which reads the whole namespace. */
  public Purge count() {
    return new Purge(member, items, dryRun, true);
  }

  /** Whether it is only told and not done. */
  public boolean isDryRun() {
    return dryRun;
  }

  /** The document of the request, as the admin API takes it. */
  public byte[] toJson() {
    ObjectNode document = AdminApi.MAPPER.createObjectNode();
    if (items.isEmpty()) {
      document.put(member, true);
    } else {
      items.forEach(document.putArray(member)::add);
    }
    document.put("dry_run", dryRun).put("count", count);
    try {
      return AdminApi.MAPPER.writeValueAsBytes(document);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
