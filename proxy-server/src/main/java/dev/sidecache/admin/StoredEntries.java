package dev.sidecache.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sidecache.caching.Freshness;
import dev.sidecache.caching.StoredRequest;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.Fields;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RouteDigest;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.store.StoredResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What lies in this process's tier, for people. What was stored under rules that are gone is left
 * out: it is never served again. No field value is told, and content only where it is asked for.
 */
public final class StoredEntries {
  private final Supplier<RuleSet> rules;
  private final MemoryTier memory;
  private final Background background;
  private final InstantSource clock;

  /**
   * The entries of a tier.
   *
   * @param rules those in force, asked each time
   * @param background goes through the tier, which is not for an event loop
   */
  public StoredEntries(
      Supplier<RuleSet> rules, MemoryTier memory, Executor background, InstantSource clock) {
    this.rules = rules;
    this.memory = memory;
    this.background = new Background(background);
    this.clock = clock;
  }

  /**
   * Which entries are wanted, all conditions together.
   *
   * @param route by name; null: all
   * @param prefix how their path begins, percent-encoded; null: anyhow
   * @param tag that they carry; null: any
   * @param after the id behind which the page begins; empty: the first
   * @param limit how many at most
   */
  record Search(
      @Nullable String route,
      @Nullable String prefix,
      @Nullable Tag tag,
      String after,
      int limit) {}

  /**
   * Some entries in the order of their ids.
   *
   * @param next the cursor of the next page; null: this is the last
   * @param entries how many there are in all, whatever was asked for
   */
  record Page(List<Entry> keys, @Nullable String next, long entries) {}

  /**
   * One entry.
   *
   * @param id by which it is asked for
   * @param url path and what counts of the query, behind the host where that counts
   * @param user the start of the digest of whom it is for; null: of everybody
   * @param vary request fields that it was chosen by
   * @param ttlS what remains of its lifetime; below zero once it is stale
   * @param bytes of content
   */
  record Entry(
      String id,
      String route,
      String method,
      String url,
      @Nullable String user,
      List<String> vary,
      int status,
      long ageS,
      long ttlS,
      long bytes) {}

  /**
   * All of one entry.
   *
   * @param tags that the route and the response give it
   * @param fields names of the response's fields
   * @param body content that is text; null if it is none, or was not asked for
   * @param bodyBase64 other content, in base64
   */
  record Inspected(
      @JsonUnwrapped Entry entry,
      List<String> tags,
      List<String> fields,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String body,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String bodyBase64) {}

  /** Finds a page of entries; the handler is called on a thread of the background. */
  void search(Search search, Consumer<Page> handler) {
    background.run(
        () -> handler.accept(page(search)),
        () -> handler.accept(new Page(List.of(), null, memory.entries())));
  }

  private Page page(Search search) {
    TreeMap<String, Entry> found = new TreeMap<>();
    Map<RouteDigest, Route> routes = rules.get().byDigest();
    Instant now = clock.instant();
    memory.forEachResponse(
        stored -> {
          StoredRequest request = StoredRequest.of(stored.key(), routes);
          if (request == null || !wants(search, request, stored)) {
            return;
          }
          String id = stored.key().digest();
          if (id.compareTo(search.after) > 0) {
            found.put(id, entry(id, request, stored, now));
          }
          if (found.size() > search.limit + 1) {
            found.pollLastEntry();
          }
        });
    List<Entry> page = new ArrayList<>(found.values());
    boolean more = page.size() > search.limit;
    List<Entry> kept = more ? page.subList(0, search.limit) : page;
    return new Page(kept, more ? kept.get(search.limit - 1).id : null, memory.entries());
  }

  private static boolean wants(Search search, StoredRequest request, StoredResponse stored) {
    return (search.route == null || search.route.equals(request.route().name()))
        && (search.prefix == null || request.target().path().startsWith(search.prefix))
        && (search.tag == null || stored.stamp().uidOf(search.tag.id()) != null);
  }

  private static Entry entry(String id, StoredRequest request, StoredResponse stored, Instant now) {
    Freshness freshness = Freshness.of(stored.head(), request.route(), now);
    return new Entry(
        id,
        request.route().name(),
        request.method(),
        request.url(),
        request.user(),
        request.varying(),
        stored.head().head().status(),
        freshness.ageSeconds(),
        freshness.ttlSeconds(),
        stored.bodyLengthBytes());
  }

  /** How much of a route is in the tier. */
  record Held(long entries, long bytes) {}

  /** Counts by route; the handler is called on a thread of the background. */
  void perRoute(Consumer<Map<String, Held>> handler) {
    background.run(() -> handler.accept(perRoute()), () -> handler.accept(Map.of()));
  }

  private Map<String, Held> perRoute() {
    Map<RouteDigest, Route> routes = rules.get().byDigest();
    Map<String, Held> held = new HashMap<>();
    memory.forEachResponse(
        stored -> {
          StoredRequest request = StoredRequest.of(stored.key(), routes);
          if (request != null) {
            Held one = new Held(1, stored.bodyLengthBytes());
            held.merge(
                request.route().name(),
                one,
                (a, b) -> new Held(a.entries + b.entries, a.bytes + b.bytes));
          }
        });
    return held;
  }

  /** What is found under an id. */
  record Found(Inspected inspected, String path) {}

  /**
   * Finds one entry; the handler is called on a thread of the background, with null if there is
   * none.
   */
  void find(String id, boolean withBody, Consumer<@Nullable Found> handler) {
    background.run(() -> handler.accept(find(id, withBody)), () -> handler.accept(null));
  }

  private @Nullable Found find(String id, boolean withBody) {
    Map<RouteDigest, Route> routes = rules.get().byDigest();
    List<Found> found = new ArrayList<>(1);
    memory.forEachResponse(
        stored -> {
          if (found.isEmpty() && stored.key().digest().equals(id) && stored.tryAcquire()) {
            StoredRequest request = StoredRequest.of(stored.key(), routes);
            if (request != null) {
              found.add(found(id, request, stored, withBody));
            }
            boolean unused = stored.release();
          }
        });
    return found.isEmpty() ? null : found.get(0);
  }

  private Found found(String id, StoredRequest request, StoredResponse stored, boolean withBody) {
    Fields fields = stored.head().head().fields();
    Set<String> tags = new LinkedHashSet<>(request.tags());
    PurgeHint.addDeclared(fields, tags);
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < fields.size(); i++) {
      names.add(fields.name(i));
    }
    byte[] content = withBody ? content(stored) : null;
    String text = content == null ? null : text(content);
    String other =
        content == null || text != null ? null : Base64.getEncoder().encodeToString(content);
    Inspected inspected =
        new Inspected(
            entry(id, request, stored, clock.instant()),
            List.copyOf(tags),
            List.copyOf(names),
            text,
            other);
    return new Found(inspected, request.target().decodedPath());
  }

  private static byte[] content(StoredResponse stored) {
    ByteBuf body = stored.body();
    byte[] content = ByteBufUtil.getBytes(body);
    body.release();
    return content;
  }

  private static @Nullable String text(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
  }
}
