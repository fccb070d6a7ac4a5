package dev.sidecache.consistency.checker;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.rule.Match;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What can be asked for, and by which tags it is invalidated.
 *
 * @param plan of a request for it
 * @param declared tags that only its responses name
 */
record Resource(Plan plan, List<Tag> declared) {
  static final List<Resource> ALL =
      List.of(
          of(0, List.of("a"), List.of()),
          of(1, List.of("a", "b"), List.of()),
          of(2, List.of(), List.of("d")));

  private static Resource of(int number, List<String> configured, List<String> declared) {
    String path = "/r" + number;
    RequestTarget target = Objects.requireNonNull(RequestTarget.parse(path));
    RequestHead head = new RequestHead("GET", "http", "api.example", target, "1.1", Fields.empty());
    List<Tag> tags = new ArrayList<>();
    tags.add(Tag.ALL);
    tags.add(new Tag(Tag.Kind.ROUTE, "r"));
    tags.add(url(number));
    configured.forEach(name -> tags.add(tag(name)));
    Plan plan =
        new Plan(
            head,
            new Match(null, Map.of(), null, List.of()),
            Identity.NONE,
            null,
            CacheKey.ofBytes(path.getBytes(StandardCharsets.UTF_8)),
            tags);
    return new Resource(plan, declared.stream().map(Resource::tag).toList());
  }

  static Tag tag(String name) {
    return new Tag(Tag.Kind.TAG, name);
  }

  static Tag url(int number) {
    return new Tag(Tag.Kind.URL, "/r" + number);
  }

  /**
   * A kind of mutation.
   *
   * @param marked tags known from the request
   * @param more tags known from the answer
   * @param changes the resources it changes
   */
  record Mutation(String name, List<Tag> marked, List<Tag> more, List<Integer> changes) {
    static final List<Mutation> ALL =
        List.of(
            new Mutation("tag a", List.of(tag("a")), List.of(), List.of(0, 1)),
            new Mutation("tag b", List.of(tag("b")), List.of(), List.of(1)),
            new Mutation("tag d", List.of(tag("d")), List.of(), List.of(2)),
            new Mutation("url r0", List.of(url(0)), List.of(), List.of(0)),
            new Mutation("told by the answer", List.of(tag("x")), List.of(tag("b")), List.of(1)));
  }
}
