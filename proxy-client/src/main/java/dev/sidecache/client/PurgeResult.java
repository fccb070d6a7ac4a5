package dev.sidecache.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a purge did, or would do.
 *
 * @param id by which the proxy's log names it
 * @param dryRun whether nothing was done
 * @param items what was asked for; empty if that was everything
 * @param removed how much it made invalid
 * @param pending whether it waits for Redis: delivered before the cache answers again
 * @param hint the nearest names if an item is unknown, else null
 */
public record PurgeResult(
    String id,
    boolean dryRun,
    List<Item> items,
    Removed removed,
    boolean pending,
    @Nullable String hint) {
  public PurgeResult {
    items = List.copyOf(items);
  }

  /**
   * One item.
   *
   * @param kind {@code tag}, {@code url}, {@code prefix} or {@code route}
   * @param name as asked for
   * @param known whether anything was stored under it
   * @param covered the wider names that were used instead; empty if it was taken as it is
   */
  public record Item(String kind, String name, boolean known, List<String> covered) {
    public Item {
      covered = List.copyOf(covered);
    }
  }

  /**
   * How much became invalid.
   *
   * @param l1 in the proxy's memory
   * @param redis in Redis; null if that was not counted
   */
  public record Removed(long l1, @Nullable Long redis) {}

  /** Whether, as far as it was counted, nothing was stored under any item. */
  public boolean isEmpty() {
    Long redis = removed.redis;
    boolean counted = removed.l1 > 0 || (redis != null && redis > 0);
    return !counted && items.stream().noneMatch(Item::known);
  }

  /**
   * The result in a reply.
   *
   * @throws SidecacheException if it is none
   */
  public static PurgeResult of(AdminApi.Reply reply) {
    JsonNode document = reply.as(JsonNode.class);
    List<Item> items = new ArrayList<>();
    for (JsonNode item : document.path("items")) {
      items.add(item(item));
    }
    JsonNode redis = document.at("/removed/redis");
    return new PurgeResult(
        document.path("id").asText(),
        document.path("dry_run").asBoolean(),
        items,
        new Removed(document.at("/removed/l1").asLong(), redis.isNumber() ? redis.asLong() : null),
        document.path("pending").asBoolean(),
        document.path("hint").isTextual() ? document.path("hint").asText() : null);
  }

  private static Item item(JsonNode item) {
    String kind = "";
    for (String candidate : List.of("tag", "url", "prefix", "route")) {
      kind = item.has(candidate) ? candidate : kind;
    }
    List<String> covered = new ArrayList<>();
    item.path("covered").forEach(name -> covered.add(name.asText()));
    return new Item(kind, item.path(kind).asText(), item.path("known").asBoolean(), covered);
  }
}
