package dev.sidecache.caching;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about one request and why, for people. No credential, field value or content is
 * in it.
 *
 * @param route name, place and number of the route, or why there is none
 * @param neverCache what of never_cache matches, or that nothing does
 * @param identity where it was found and the start of its digest
 * @param key the parts of the key; null: not looked up
 * @param dropped query parameters that do not count
 * @param lookup what was found; null: not looked up
 * @param ttl the lifetime and where it comes from; null: not looked up
 * @param tags what the stored response carries
 * @param invalidatedBy the rules that may make it invalid
 * @param result what is done
 * @param reason the word for why it is not looked up or not stored; null: it is
 * @param invalidates what the request makes invalid
 * @param cacheStatus the field of the answer, as far as it is known; null: it depends on a lookup
 *     that was not made
 */
public record Trace(
    String route,
    String neverCache,
    String identity,
    @Nullable String key,
    List<String> dropped,
    @Nullable String lookup,
    @Nullable String ttl,
    List<String> tags,
    List<String> invalidatedBy,
    String result,
    @Nullable String reason,
    List<String> invalidates,
    @Nullable String cacheStatus) {

  public Trace {
    invalidates = List.copyOf(invalidates);
    dropped = List.copyOf(dropped);
    tags = List.copyOf(tags);
    invalidatedBy = List.copyOf(invalidatedBy);
  }

  /**
   * What came after the plan, told by who carried it out.
   *
   * @param lookup such as {@code l1 miss, l2 hit (age 21 s)}; null: there was none
   * @param ttl the lifetime as decided from a response; null: as the route says
   * @param result such as {@code hit l2, 39 s left}
   * @param reason the word of a refusal; null: none
   * @param status what Cache-Status is going to say; null: that is not known
   * @param declared tags that the stored response declares beside those of the plan
   */
  public record Outcome(
      @Nullable String lookup,
      @Nullable String ttl,
      String result,
      @Nullable String reason,
      @Nullable CacheStatus status,
      List<Tag> declared) {

    /** An outcome of which no more is known. */
    public Outcome(
        @Nullable String lookup, @Nullable String ttl, String result, @Nullable String reason) {
      this(lookup, ttl, result, reason, null, List.of());
    }
  }

  /**
   * The trace of a plan.
   *
   * @param outcome null: nothing was carried out
   * @param now by which the end of a token is told
   */
  public static Trace of(RuleSet rules, Plan plan, @Nullable Outcome outcome, Instant now) {
    String never = plan.match().neverCache();
    Bypass bypass = plan.bypass();
    boolean keyed = plan.key() != null;
    Mutation mutation = Mutation.of(rules, plan.match(), plan.head(), plan.identity());
    List<Tag> carried = carried(plan, outcome);
    return new Trace(
        route(rules, plan),
        never == null ? "no rule matches" : never,
        identity(plan, now),
        keyed ? TraceKey.of(plan) : null,
        keyed ? TraceKey.dropped(plan) : List.of(),
        outcome == null ? null : outcome.lookup(),
        keyed ? ttl(plan, outcome) : null,
        tags(carried),
        keyed ? invalidatedBy(rules, plan, carried) : List.of(),
        outcome == null || bypass != null
            ? result(plan, mutation) + ifServed(bypass, outcome)
            : outcome.result(),
        bypass == null ? (outcome == null ? null : outcome.reason()) : bypass.word(),
        mutation == null ? List.of() : changed(mutation),
        status(plan, mutation, outcome));
  }

  /**
   * The trace of the request once it was sent.
   *
   * @param status of its answer; 0: there was none
   * @param field what Cache-Status of that said; empty: nothing
   */
  public Trace sent(int status, String field) {
    int detail = field.indexOf("; detail=");
    boolean forwarded = field.contains("; fwd=");
    return new Trace(
        route,
        neverCache,
        identity,
        key,
        dropped,
        lookup,
        ttl,
        tags,
        invalidatedBy,
        result + "; sent: " + (status == 0 ? "no answer" : status + ", " + field),
        forwarded && detail > 0 ? field.substring(detail + "; detail=".length()) : reason,
        invalidates,
        field.isEmpty() ? null : field);
  }

  private static String ifServed(@Nullable Bypass bypass, @Nullable Outcome outcome) {
    return bypass == null || outcome == null ? "" : "; mode serve would: " + outcome.result();
  }

  private static @Nullable String status(
      Plan plan, @Nullable Mutation mutation, @Nullable Outcome outcome) {
    Bypass bypass = plan.bypass();
    if (bypass != null) {
      return Foreseen.bypassed(plan, bypass, mutation).toField();
    }
    CacheStatus known = outcome == null ? null : outcome.status();
    return known == null ? null : known.toField();
  }

  private static List<Tag> carried(Plan plan, @Nullable Outcome outcome) {
    List<Tag> carried = new ArrayList<>(plan.tags());
    if (outcome != null) {
      carried.addAll(outcome.declared());
    }
    return carried;
  }

  private static String route(RuleSet rules, Plan plan) {
    Route route = plan.route();
    if (route == null) {
      return noRoute(plan.head());
    }
    int index = rules.routes().indexOf(route);
    return index < 0
        ? route.name() + " (" + route.source() + ")"
        : route.name() + " (" + route.source() + ", " + place(index + 1, rules) + ")";
  }

  private static String noRoute(RequestHead head) {
    if (head.target().unusual()) {
      return "none: the path can be read in more than one way";
    }
    return head.targetOverride() == null
        ? "none matches"
        : "none: a field names another path for the origin";
  }

  private static String place(int number, RuleSet rules) {
    String suffix =
        switch (number % 100 / 10 == 1 ? 0 : number % 10) {
          case 1 -> "st";
          case 2 -> "nd";
          case 3 -> "rd";
          default -> "th";
        };
    return number + suffix + " of " + rules.routes().size();
  }

  private static String identity(Plan plan, Instant now) {
    Identity identity = plan.identity();
    if (identity.digest() == null) {
      return "none";
    }
    String text = identity.source() + " -> " + TraceKey.start(identity.digest());
    Instant expires = identity.expires();
    if (expires == null) {
      return text;
    }
    Duration left = Duration.between(now, expires);
    return left.isNegative() || left.isZero()
        ? text + " (token has expired)"
        : text + " (token expires in " + span(left) + ")";
  }

  private static String span(Duration left) {
    return left.toMinutes() < 1 ? left.toSeconds() + " s" : left.toMinutes() + " min";
  }

  private static @Nullable String ttl(Plan plan, @Nullable Outcome outcome) {
    if (outcome != null && outcome.ttl() != null) {
      return outcome.ttl();
    }
    Route route = plan.route();
    if (route == null) {
      return null;
    }
    return route.ttl() instanceof Ttl.Fixed fixed
        ? fixed.lifetime().toSeconds() + " s (from the route)"
        : "as the backend says";
  }

  private static List<String> tags(List<Tag> carried) {
    List<String> texts = new ArrayList<>();
    addTexts(carried, Tag.Kind.TAG, texts);
    addTexts(carried, Tag.Kind.ROUTE, texts);
    return texts;
  }

  private static void addTexts(List<Tag> tags, Tag.Kind kind, List<String> into) {
    for (Tag tag : tags) {
      if (tag.kind() == kind) {
        into.add(tag.text());
      }
    }
  }

  private static List<String> invalidatedBy(RuleSet rules, Plan plan, List<Tag> carried) {
    List<String> texts = new ArrayList<>();
    String path = plan.head().target().decodedPath();
    for (InvalidationRule rule : rules.invalidations()) {
      if (RuleTags.mayTouch(rule, carried, path)) {
        String methods = String.join(", ", new TreeSet<>(rule.methods()));
        texts.add(rule.name() + " (" + methods + " " + rule.path().text() + ")");
      }
    }
    return texts;
  }

  private static String result(Plan plan, @Nullable Mutation mutation) {
    if (mutation != null) {
      return mutation.needsMark() ? "forwarded, " + changes(mutation) : "forwarded";
    }
    Route route = plan.route();
    if (Reuse.wantsOnlyStored(plan.head()) && plan.bypass() != null) {
      return "answered 504";
    }
    return route == null || plan.bypass() != null ? "forwarded" + why(plan) : "looked up";
  }

  /** What the word of the reason leaves open. */
  private static String why(Plan plan) {
    if (plan.bypass() != Bypass.BODY_TOO_LARGE) {
      return "";
    }
    KeyParts.BodyKey key = Admission.bodyKey(plan.match(), plan.head());
    return key == null
        ? ": it has content, which is no part of the key"
        : ": its content is over " + key.maxSizeBytes() + " bytes or cannot be read";
  }

  private static List<String> changed(Mutation mutation) {
    List<String> texts = new ArrayList<>();
    for (Tag tag : mutation.tags()) {
      if (tag.kind() != Tag.Kind.ANY_MUTATION) {
        texts.add(tag.text());
      }
    }
    return texts;
  }

  private static String changes(Mutation mutation) {
    TreeSet<String> rules = new TreeSet<>();
    for (Mutation.Touch touch : mutation.touches()) {
      rules.add(touch.rule().rule().name());
    }
    String by = rules.isEmpty() ? "" : " (by " + String.join(", ", rules) + ")";
    return "makes invalid: " + String.join(", ", changed(mutation)) + by;
  }

  /** The trace as lines for a terminal, each ended by a line feed. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    line(text, "route", route + "; never_cache: " + neverCache);
    line(text, "identity", identity);
    line(text, "key", key == null ? null : key + aside("dropped", dropped));
    line(text, "lookup", lookup);
    line(text, "ttl", ttl == null ? null : ttl + aside("tags", tags));
    line(text, "invalidated", invalidatedBy.isEmpty() ? null : "by " + join(invalidatedBy));
    line(text, "result", reason == null ? result : result + " (" + reason + ")");
    return text.toString();
  }

  private static void line(StringBuilder text, String label, @Nullable String content) {
    if (content != null) {
      text.append(label).append(" ".repeat(13 - label.length())).append(content).append('\n');
    }
  }

  private static String aside(String label, List<String> parts) {
    return parts.isEmpty() ? "" : "   " + label + ": " + join(parts);
  }

  private static String join(List<String> parts) {
    return String.join(", ", parts);
  }
}
