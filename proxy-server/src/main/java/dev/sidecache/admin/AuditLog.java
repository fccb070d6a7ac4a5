package dev.sidecache.admin;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Who removed what through the admin API: one line for each purge that was carried out. Names stand
 * as responses carry them, of URLs without query; never a credential.
 */
final class AuditLog {
  private static final Logger LOG = System.getLogger(AuditLog.class.getName());
  private static final int MOST_NAMES = 10;

  private AuditLog() {}

  /**
   * Notes a purge.
   *
   * @param id by which its answer names it
   * @param address of whoever asked for it
   */
  static void purged(String id, PurgeRequest request, Purger.Outcome outcome, String address) {
    if (!request.dryRun()) {
      LOG.log(Level.INFO, line(id, request, outcome, address));
    }
  }

  /** Notes another level of the log, before it is put to use. */
  static void leveled(String level, String address) {
    LOG.log(
        Level.INFO, "Log level {0} by {1}", level, address.isEmpty() ? "this process" : address);
  }

  static String line(String id, PurgeRequest request, Purger.Outcome outcome, String address) {
    StringBuilder line = new StringBuilder("Purge ").append(id).append(" by ");
    line.append(address.isEmpty() ? "this process" : address).append(": ");
    line.append(request.kind().word());
    int named = Math.min(MOST_NAMES, request.items().size());
    for (int i = 0; i < named; i++) {
      line.append(i == 0 ? " " : ", ").append(request.items().get(i).name());
    }
    if (request.items().size() > named) {
      line.append(" and ").append(request.items().size() - named).append(" more");
    }
    line.append("; ").append(outcome.removedInMemory()).append(" removed here");
    if (outcome.removedInShared() != null) {
      line.append(", ").append(outcome.removedInShared()).append(" in Redis");
    }
    return line.append(outcome.pending() ? "; to be delivered" : "").toString();
  }
}
