package dev.sidecache.exchange;

import dev.sidecache.message.ProblemException;

/**
 * How a request to the origin ended that got no answer; the words of metrics and log. One that was
 * never forwarded has the reason of its refusal.
 */
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
      if (isShed(known)) {
        return known.problem().reason();
      }
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

  /** Whether the proxy has refused the request itself, so that nothing was forwarded. */
  static boolean isShed(Throwable cause) {
    return cause instanceof ProblemException known
        && switch (known.problem().reason()) {
          case "upstream_open", "upstream_busy", "tunnel_limit", "in_flight_limit" -> true;
          default -> false;
        };
  }

  private static boolean wasSent(ProblemException known) {
    return switch (known.problem().reason()) {
      case "upstream_refused", "upstream_unresolved", "upstream_tls", "upstream_connect_timeout" ->
          false;
      default -> !isShed(known);
    };
  }
}
