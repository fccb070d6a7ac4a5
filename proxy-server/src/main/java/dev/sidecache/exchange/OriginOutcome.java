package dev.sidecache.exchange;

import dev.sidecache.message.ProblemException;

/** How a request to the origin ended that got no answer; the words of metrics and log. */
final class OriginOutcome {
  static final String TIMEOUT = "timeout";
  static final String REFUSED = "refused";
  static final String RESET = "reset";

  private OriginOutcome() {}

  static String of(Throwable cause) {
    if (cause instanceof OriginStatus) {
      return "5xx";
    }
    if (cause instanceof ProblemException known) {
      if (known.problem().status() == 504) {
        return TIMEOUT;
      }
      return wasSent(known) ? RESET : REFUSED;
    }
    return RESET;
  }

  /** Whether the origin may have received the request, so that what it asks for may yet happen. */
  static boolean isInDoubt(Throwable cause) {
    return !(cause instanceof ProblemException known) || wasSent(known);
  }

  private static boolean wasSent(ProblemException known) {
    return switch (known.problem().reason()) {
      case "upstream_refused", "upstream_unresolved", "upstream_tls", "upstream_busy" -> false;
      default -> true;
    };
  }
}
