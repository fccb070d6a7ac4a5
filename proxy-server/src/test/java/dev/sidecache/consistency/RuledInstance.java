package dev.sidecache.consistency;

import java.util.Arrays;
import java.util.List;

/**
 * Makes instances in which a rule is switched off, for the checker, which lies in a package below.
 */
public final class RuledInstance {
  private RuledInstance() {}

  /** The names of all rules. */
  public static List<String> rules() {
    return Arrays.stream(Rules.Rule.values()).map(Enum::name).toList();
  }

  /** Whether a lease has ended. */
  public static boolean hasEnded(Object lease, long clock) {
    return ((Leases.Lease) lease).until() - clock <= 0;
  }

  /** Whether this is bookkeeping of lookups that have ended or will not end by themselves. */
  public static boolean isDeadlines(Object object) {
    return object instanceof Deadlines;
  }

  /** Whether this is what is known of the leases of others. */
  public static boolean isLeaseBounds(Object object) {
    return object instanceof LeaseBounds;
  }

  /** An instance that obeys all rules but this one; null: all rules. */
  public static Instance without(
      String rule, Settings settings, Instance.Tiers tiers, Environment environment) {
    Rules rules = rule == null ? Rules.ALL : Rules.without(Rules.Rule.valueOf(rule));
    return new Instance(settings, tiers, environment, rules);
  }
}
