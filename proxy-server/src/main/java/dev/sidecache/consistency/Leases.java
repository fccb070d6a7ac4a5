package dev.sidecache.consistency;

import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import java.util.HashMap;
import java.util.Map;

/**
 * The versions that one event loop may believe for a moment without asking: tag → uid, until when,
 * and the era it was granted in. Source: consistency.md, Section 5, steps 2 and 4.
 */
final class Leases {
  private static final int SWEEP_AT_LEAST = 1024;

  private final Rules rules;
  private final Map<Tag.Id, Lease> leases = new HashMap<>();
  private int sweepAt = SWEEP_AT_LEAST;

  Leases(Rules rules) {
    this.rules = rules;
  }

  record Lease(String uid, long until, int era) {}

  /** Whether each pair of the stamp is leased at this moment, with the stamp's own uid. */
  boolean cover(Stamp stamp, int era, long clock) {
    for (int i = 0; i < stamp.size(); i++) {
      Lease lease = leases.get(stamp.tag(i));
      if (lease == null || clock - lease.until() >= 0) {
        return false;
      }
      if (lease.era() != era && rules.hold(Rules.Rule.ERA)) {
        return false;
      }
      if (!lease.uid().equals(stamp.uid(i)) && rules.hold(Rules.Rule.LEASE_OF_OWN_UID)) {
        return false;
      }
    }
    return true;
  }

  void grant(Tag.Id tag, String uid, long until, int era) {
    leases.put(tag, new Lease(uid, until, era));
  }

  void drop(Tag.Id tag) {
    leases.remove(tag);
  }

  void dropAll() {
    leases.clear();
    sweepAt = SWEEP_AT_LEAST;
  }

  /** Forgets what has ended, once enough has been granted to make it worth while. */
  void sweep(long clock) {
    if (leases.size() >= sweepAt) {
      leases.values().removeIf(lease -> clock - lease.until() >= 0);
      sweepAt = Math.max(SWEEP_AT_LEAST, 2 * leases.size());
    }
  }

  int size() {
    return leases.size();
  }
}
