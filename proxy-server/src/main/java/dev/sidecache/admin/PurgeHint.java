package dev.sidecache.admin;

import dev.sidecache.admin.NearNames.Candidate;
import dev.sidecache.caching.Purge;
import dev.sidecache.http.Fields;
import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.TagTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What to tell of names that nothing is known under: which known ones are near. Pure. */
final class PurgeHint {
  private static final int MOST_NAMES = 3;
  private static final int MOST_SEEN = 1_000;

  private PurgeHint() {}

  /**
   * The hint.
   *
   * @param unknown as given; not empty
   * @param seen tags that responses have declared
   */
  static String of(Purge.Kind kind, List<String> unknown, RuleSet rules, Collection<String> seen) {
    StringBuilder hint = new StringBuilder();
    for (String name : unknown.subList(0, Math.min(MOST_NAMES, unknown.size()))) {
      hint.append(hint.isEmpty() ? "" : "; ").append("nothing is known under \"").append(name);
      List<String> near = NearNames.of(name, candidates(kind, name, rules, seen));
      hint.append(near.isEmpty() ? "\"" : "\", nearest: " + String.join(", ", near));
    }
    int more = unknown.size() - MOST_NAMES;
    return more > 0 ? hint.append("; and ").append(more).append(" more").toString() : hint + "";
  }

  private static List<Candidate> candidates(
      Purge.Kind kind, String given, RuleSet rules, Collection<String> seen) {
    List<Candidate> candidates = new ArrayList<>();
    switch (kind) {
      case TAG -> {
        for (String tag : tags(rules, seen)) {
          candidates.add(Candidate.of(tag));
        }
      }
      case URL, PREFIX -> {
        for (Route route : rules.routes()) {
          String pattern = route.match().path().text();
          candidates.add(new Candidate(pattern, fitted(pattern, given)));
        }
      }
      case ROUTE, ALL -> {
        for (Route route : rules.routes()) {
          candidates.add(Candidate.of(route.name()));
        }
      }
    }
    return candidates;
  }

  private static Set<String> tags(RuleSet rules, Collection<String> seen) {
    Set<String> tags = new LinkedHashSet<>();
    for (Route route : rules.routes()) {
      addLiterals(route.tags(), tags);
    }
    for (InvalidationRule rule : rules.invalidations()) {
      addLiterals(rule.tags(), tags);
    }
    tags.addAll(seen);
    return tags;
  }

  /** What templates begin with: a whole name, a family as {@code name:*}, or a beginning. */
  private static void addLiterals(List<TagTemplate> templates, Set<String> into) {
    for (TagTemplate template : templates) {
      String text = template.text();
      int brace = text.indexOf('{');
      String literal = brace < 0 ? text : text.substring(0, brace);
      if (!literal.isEmpty()) {
        into.add(brace > 0 && literal.endsWith(":") ? literal + "*" : literal);
      }
    }
  }

  /** The pattern with the given path's segments where it takes any. */
  private static String fitted(String pattern, String path) {
    String[] given = path.split("/", -1);
    String[] segments = pattern.split("/", -1);
    StringBuilder fitted = new StringBuilder();
    for (int i = 1; i < segments.length && !segments[i].equals("**"); i++) {
      boolean any = segments[i].startsWith("{") || segments[i].equals("*");
      fitted.append('/').append(any && i < given.length ? given[i] : segments[i]);
    }
    return fitted.isEmpty() ? "/" : fitted.toString();
  }

  /** Adds the tags that a stored response's fields declare, up to a bound. */
  static void addDeclared(Fields fields, Set<String> into) {
    if (into.size() < MOST_SEEN) {
      into.addAll(fields.elements("Cache-Tag"));
      for (String line : fields.all("Surrogate-Key")) {
        for (String tag : line.split(" ", -1)) {
          if (!tag.isBlank()) {
            into.add(tag);
          }
        }
      }
    }
  }
}
