package dev.sidecache.consistency.checker;

import dev.sidecache.consistency.RuledInstance;
import dev.sidecache.consistency.Settings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What runs are made of.
 *
 * @param faults what goes wrong; empty: nothing
 * @param faultEveryMillis how often, on average
 * @param leaseMillis L
 * @param brokenRule the rule switched off; null: none
 */
record Mix(
    Set<Fault> faults,
    int faultEveryMillis,
    Settings.Mode mode,
    Settings.Policy policy,
    int leaseMillis,
    String brokenRule) {

  static final int MARK_LEASE_MILLIS = 300;

  static Mix of(Settings.Policy policy, int leaseMillis, Fault... faults) {
    // In the order of their declaration, always: the faults of a run come from its seed.
    Set<Fault> ordered = EnumSet.noneOf(Fault.class);
    ordered.addAll(List.of(faults));
    return new Mix(ordered, 300, Settings.Mode.DEFAULT, policy, leaseMillis, null);
  }

  Mix without(String rule) {
    return new Mix(faults, faultEveryMillis, mode, policy, leaseMillis, rule);
  }

  Mix lite() {
    return new Mix(faults, faultEveryMillis, Settings.Mode.LITE, policy, leaseMillis, brokenRule);
  }

  Mix every(int millis) {
    return new Mix(faults, millis, mode, policy, leaseMillis, brokenRule);
  }

  boolean has(Fault fault) {
    return faults.contains(fault);
  }

  /** Whether a rule of the checker's own parts is switched off. */
  boolean breaks(String rule) {
    return rule.equals(brokenRule);
  }

  /** The rule of the product that is switched off; null: none. */
  String brokenInProduct() {
    return RuledInstance.rules().contains(brokenRule) ? brokenRule : null;
  }

  /**
   * Whether a change is to be seen in time although the process that made it has died: only if
   * every mutation is marked before, and nothing else goes wrong.
   */
  boolean showsChangesOfTheDead() {
    return faults.equals(Set.of(Fault.CRASH)) && policy == Settings.Policy.REJECT;
  }

  /** Whether a write passes that could be told to nobody. */
  boolean passesWritesUnmarked() {
    return policy == Settings.Policy.FORWARD;
  }

  /** Whether answers may be stale for a time, except in the process that made the change. */
  boolean onlyOwnChanges() {
    return (has(Fault.PARTITION) || has(Fault.REFUSING)) && policy == Settings.Policy.FORWARD;
  }

  Settings settings(World world) {
    List<Integer> leases = List.of(0, leaseMillis / 3, leaseMillis);
    int lease = has(Fault.LEASES) ? leases.get(world.below(3)) : leaseMillis;
    Settings.Timing timing =
        new Settings.Timing(
            Duration.ofMillis(MARK_LEASE_MILLIS),
            Duration.ofMillis(50),
            Duration.ofMillis(40),
            Duration.ofMillis(60),
            Duration.ofMillis(200),
            Duration.ofDays(1),
            Duration.ofMillis(100));
    return new Settings("", Duration.ofMillis(lease), mode, policy, Duration.ofMillis(600), timing);
  }
}
