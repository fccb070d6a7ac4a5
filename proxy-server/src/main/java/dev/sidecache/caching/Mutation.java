package dev.sidecache.caching;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that may change data, with all that it may touch. Source: consistency.md, Section 6;
 * RFC 9111, Section 4.4.
 *
 * @param head the request
 * @param own the URL tags of the request itself; empty if no route caches its paths
 * @param touches what each rule that matches touches
 */
public record Mutation(RequestHead head, List<Tag> own, List<Touch> touches) {

  public Mutation {
    own = List.copyOf(own);
    touches = List.copyOf(touches);
  }

  /**
   * What one rule touches.
   *
   * @param rule the rule and its parameters
   * @param tags what it touches, mapped to versions
   */
  public record Touch(Match.Triggered rule, List<Tag> tags) {
    public Touch {
      tags = List.copyOf(tags);
    }
  }

  /**
   * The mutation that a request is, or null if it is a read: a safe method that no rule names, or a
   * method that its route caches as a read.
   */
  public static @Nullable Mutation of(
      RuleSet rules, Match match, RequestHead head, Identity identity) {
    if (isRead(match, head)) {
      return null;
    }
    List<String> readings = RuleSet.readings(head);
    List<Tag> own = new ArrayList<>(1);
    boolean ownCounts = !head.isSafe() || head.methodOverride() != null;
    if (ownCounts && rules.mayCache(readings)) {
      readings.forEach(path -> own.add(new Tag(Tag.Kind.URL, path)));
    }
    List<Touch> touches = new ArrayList<>(match.invalidations().size());
    for (Match.Triggered triggered : match.invalidations()) {
      touches.add(new Touch(triggered, RuleTags.touched(rules, triggered, identity)));
    }
    return new Mutation(head, own, touches);
  }

  private static boolean isRead(Match match, RequestHead head) {
    if (head.methodOverride() != null) {
      return false;
    }
    if (head.isSafe()) {
      return match.invalidations().isEmpty();
    }
    Route route = match.route();
    return route != null && match.neverCache() == null && isCached(route, head.method());
  }

  private static boolean isCached(Route route, String method) {
    return route.mode() != Mode.BYPASS && route.reads(method);
  }

  /**
   * Whether it must be marked before it is forwarded: a rule matches, or a route caches its path.
   * If not, its answer still counts where it names what is cached.
   */
  public boolean needsMark() {
    return !own.isEmpty() || !touches.isEmpty();
  }

  /** All that it may touch, any mutation's tag included; empty if it needs no mark. */
  public List<Tag> tags() {
    return withAnyMutation(own, touches);
  }

  /**
   * What an answer with this status has changed, any mutation's tag included; empty: nothing, all
   * versions are kept. A broken answer has changed all of {@link #tags}.
   *
   * <p>A rule acts on the statuses that it names; a server error and a status that says nothing
   * about the change count for every rule.
   */
  public List<Tag> changedBy(int status) {
    return withAnyMutation(Statuses.isRefusalToChange(status) ? List.of() : own, actingOn(status));
  }

  /** The rules that act on an answer with this status, with what they touch. */
  public List<Touch> actingOn(int status) {
    boolean success = status >= 200 && status < 400;
    boolean doubtful = !success && !Statuses.isRefusalToChange(status);
    List<Touch> acting = new ArrayList<>(touches.size());
    for (Touch touch : touches) {
      if (doubtful || touch.rule().rule().statuses().contains(status)) {
        acting.add(touch);
      }
    }
    return acting;
  }

  private static List<Tag> withAnyMutation(List<Tag> own, List<Touch> touches) {
    if (own.isEmpty() && touches.isEmpty()) {
      return List.of();
    }
    Set<Tag> tags = new LinkedHashSet<>(own);
    touches.forEach(touch -> tags.addAll(touch.tags()));
    tags.add(Tag.ANY_MUTATION);
    return List.copyOf(tags);
  }
}
