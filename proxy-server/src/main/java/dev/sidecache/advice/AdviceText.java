package dev.sidecache.advice;

import static java.util.stream.Collectors.joining;

import dev.sidecache.advice.Advice.Expected;
import dev.sidecache.advice.Advice.Kind;
import dev.sidecache.advice.Advice.Suggestion;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Suggestions as YAML for the configuration file, each with its evidence as a comment. */
final class AdviceText {
  private final StringBuilder text = new StringBuilder();

  private AdviceText() {}

  static String of(Evidence evidence, List<Suggestion> suggestions, Expected expected) {
    AdviceText made = new AdviceText();
    made.head(evidence, suggestions, expected);
    made.routes(suggestions);
    made.rules(suggestions);
    return made.text.toString();
  }

  private void head(Evidence evidence, List<Suggestion> suggestions, Expected expected) {
    long watched = Duration.between(evidence.since(), evidence.until()).toMillis();
    text.append("# ").append(evidence.requests()).append(" requests in ").append(span(watched));
    if (evidence.oneInKeys() > 1) {
      text.append(", one key in ").append(evidence.oneInKeys()).append(" followed");
    }
    text.append('\n');
    if (suggestions.isEmpty()) {
      text.append("# Nothing to suggest: too little was seen, or all is well.\n");
      return;
    }
    text.append("# With this: ").append(percent(expected.hitRate())).append(" hits, ");
    text.append(span(expected.originSecondsSaved() * 1000)).append(" of the backend saved and ");
    text.append(String.format(Locale.ROOT, "%,d", expected.redisCommands()));
    text.append(" Redis commands at most in 30 days of such traffic.\n");
    text.append("# A route of a name that the file has replaces its ttl; the others go behind");
    text.append(" those there.\n");
  }

  private void routes(List<Suggestion> suggestions) {
    List<Suggestion> routes =
        suggestions.stream()
            .filter(suggestion -> suggestion.kind() != Kind.INVALIDATE)
            .sorted(Comparator.comparing(AdviceText::specificity))
            .toList();
    if (routes.isEmpty()) {
      return;
    }
    text.append("routes:\n");
    for (Suggestion route : routes) {
      text.append("  - name: ").append(quoted(route.route())).append('\n');
      if (route.kind() == Kind.NEW_ROUTE) {
        text.append("    match: { path: ").append(quoted(route.path())).append(" }\n");
      }
      if (!route.ttl().isEmpty()) {
        text.append("    ttl: ").append(route.ttl());
        text.append("   # ").append(comment(route.evidence())).append('\n');
      }
      if (!route.scope().isEmpty()) {
        text.append("    scope: ").append(route.scope());
        text.append("   # ").append(comment(route.scopeEvidence())).append('\n');
      }
    }
  }

  /** NB: the first route that matches counts, so named segments come before any. */
  private static String specificity(Suggestion route) {
    return route.path().replace('{', '\uffff');
  }

  private void rules(List<Suggestion> suggestions) {
    boolean first = true;
    for (Suggestion rule : suggestions) {
      if (rule.kind() == Kind.INVALIDATE) {
        text.append(first ? "invalidate:\n" : "");
        first = false;
        text.append("  - name: ").append(quoted(rule.route()));
        text.append("   # ").append(comment(rule.evidence())).append('\n');
        text.append("    when: { methods: [").append(quoted(rule.method()));
        text.append("], path: ").append(quoted(rule.path())).append(" }\n    routes: [");
        text.append(rule.routes().stream().map(AdviceText::quoted).collect(joining(", ")));
        text.append("]\n");
      }
    }
  }

  /** A double-quoted scalar; `$` begins a variable in values. */
  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c == '$' && value.startsWith("${", i)) {
        quoted.append("$$");
      } else if (c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0)) {
        quoted.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static String comment(String evidence) {
    return evidence.replaceAll("\\p{Cntrl}", " ");
  }

  static String percent(double ratio) {
    return Math.round(ratio * 100) + " %";
  }

  /** A time for people. */
  static String span(long millis) {
    long seconds = millis / 1000;
    if (seconds < 120) {
      return seconds < 1 ? millis + " ms" : seconds + " s";
    }
    long minutes = seconds / 60;
    return minutes < 120 ? minutes + " min" : minutes < 2880 ? minutes / 60 + " h" : days(minutes);
  }

  private static String days(long minutes) {
    return minutes / 1440 + " days";
  }
}
