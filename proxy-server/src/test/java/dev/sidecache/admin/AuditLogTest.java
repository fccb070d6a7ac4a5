package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Purge;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is noted of a purge. */
class AuditLogTest {
  private static String line(PurgeRequest request, boolean pending) {
    Purger.Outcome outcome = new Purger.Outcome(List.of(), 5, null, pending, null);
    return AuditLog.line("p-7f3a", request, outcome, "127.0.0.1");
  }

  private static PurgeRequest request(Purge.Kind kind, PurgeRequest.Item... items) {
    return new PurgeRequest(kind, List.of(items), false, false);
  }

  @Test
  void whoPurgedWhatAndHowMuch() {
    PurgeRequest.Item item = new PurgeRequest.Item("/a?token=secret", "/a");
    assertThat(line(request(Purge.Kind.URL, item), false))
        .isEqualTo("Purge p-7f3a by 127.0.0.1: url /a; 5 removed here");
  }

  @Test
  void whatWasCountedInRedis() {
    PurgeRequest everything = request(Purge.Kind.ALL);
    Purger.Outcome outcome = new Purger.Outcome(List.of(), 5, 12L, false, null);
    assertThat(AuditLog.line("p-7f3a", everything, outcome, "127.0.0.1"))
        .endsWith(": all; 5 removed here, 12 in Redis");
  }

  @Test
  void everythingWhileTheStoreIsAway() {
    assertThat(line(request(Purge.Kind.ALL), true))
        .isEqualTo("Purge p-7f3a by 127.0.0.1: all; 5 removed here; to be delivered");
  }

  @Test
  void longListsAreCut() {
    List<PurgeRequest.Item> many = Collections.nCopies(12, new PurgeRequest.Item("a", "a"));
    assertThat(line(new PurgeRequest(Purge.Kind.TAG, many, false, false), false))
        .contains("tag a, a, a, a, a, a, a, a, a, a and 2 more;");
  }
}
