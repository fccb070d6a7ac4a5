package dev.sidecache.origin;

import java.time.Duration;

/**
 * Whether the origin is thought to answer, at one moment; immutable.
 *
 * <table>
 * <caption>The phases</caption>
 * <tr><th>phase</th><th>requests</th><th>left when</th></tr>
 * <tr><td>closed</td><td>all go</td><td>so many connections in a row could not be made, or so many
 *     of the requests of a window got no answer: open</td></tr>
 * <tr><td>open</td><td>none goes</td><td>a request comes after the pause: half open</td></tr>
 * <tr><td>half open</td><td>a few go</td><td>one gets no answer: open, for twice as long; enough
 *     are answered: closed</td></tr>
 * </table>
 *
 * Any response is an answer, 5xx included: a fault in one path is not one of the origin. A result
 * counts only in the period its request began in, so that what was sent before an outage does not
 * speak of what comes after it.
 *
 * @param phase closed, open or half open
 * @param period grows with each change of phase
 * @param sinceNanos when the phase began, or, half open, when places were last given out
 * @param openings how often in a row it has opened without having closed
 * @param unconnected how many connections in a row could not be made
 * @param window the results of late
 * @param trials half open: the places that are taken
 * @param answered half open: the trials that were answered
 */
record BreakerState(
    Phase phase,
    int period,
    long sinceNanos,
    int openings,
    int unconnected,
    Window window,
    int trials,
    int answered) {

  enum Phase {
    CLOSED("closed"),
    OPEN("open"),
    HALF_OPEN("half_open");

    private final String word;

    Phase(String word) {
      this.word = word;
    }

    /** The word in metrics and health. */
    String word() {
      return word;
    }
  }

  /**
   * When to open, and for how long.
   *
   * @param unconnected so many connections in a row that could not be made open it
   * @param requests of a window at least, before the share of failures means anything
   * @param failedPercent of a window's requests without an answer that opens it
   * @param window over which requests are counted, and at most twice as long
   * @param pause after the first opening; doubled with each further one
   * @param longestPause at most
   * @param trials that go at once while it is half open, and that must be answered to close it
   * @param patience after which unfinished trials make place for others
   */
  record Limits(
      int unconnected,
      int requests,
      int failedPercent,
      Duration window,
      Duration pause,
      Duration longestPause,
      int trials,
      Duration patience) {

    static final Limits STANDARD =
        new Limits(
            5,
            20,
            50,
            Duration.ofSeconds(10),
            Duration.ofMillis(500),
            Duration.ofSeconds(5),
            3,
            Duration.ofSeconds(5));

    /** How long it stays open when it opens for the n-th time in a row. */
    long pauseNanos(int opening) {
      long nanos = pause.toNanos();
      for (int i = 1; i < opening && nanos < longestPause.toNanos(); i++) {
        nanos *= 2;
      }
      return Math.min(nanos, longestPause.toNanos());
    }
  }

  /**
   * The results of a running span of time and of the one before it.
   *
   * @param beganNanos when the running span began
   */
  record Window(long beganNanos, int requests, int failed, int requestsBefore, int failedBefore) {

    Window with(boolean failure, long now, long spanNanos) {
      Window at = movedTo(now, spanNanos);
      return new Window(
          at.beganNanos,
          at.requests + 1,
          at.failed + (failure ? 1 : 0),
          at.requestsBefore,
          at.failedBefore);
    }

    private Window movedTo(long now, long spanNanos) {
      long elapsed = now - beganNanos;
      if (elapsed < spanNanos) {
        return this;
      }
      return elapsed < 2 * spanNanos
          ? new Window(beganNanos + spanNanos, 0, 0, requests, failed)
          : new Window(now, 0, 0, 0, 0);
    }

    boolean exceeds(Limits limits) {
      long all = (long) requests + requestsBefore;
      long bad = (long) failed + failedBefore;
      return all >= limits.requests() && bad * 100 >= all * limits.failedPercent();
    }
  }

  /** How a request ended. */
  enum Result {
    /** A response came. */
    ANSWERED,
    /** No connection could be made. */
    UNCONNECTED,
    /** There was a connection, but no response. */
    UNANSWERED,
    /** What happened says nothing of the origin. */
    UNKNOWN
  }

  static BreakerState closed(long now) {
    return new BreakerState(Phase.CLOSED, 0, now, 0, 0, new Window(now, 0, 0, 0, 0), 0, 0);
  }

  /**
   * The state after one more request, which may go; this one, if it may not or if nothing changes:
   * {@link #lets} tells.
   */
  BreakerState afterRequest(long now, Limits limits) {
    return switch (phase) {
      case CLOSED -> this;
      case OPEN -> remainingNanos(now, limits) > 0 ? this : halfOpen(period + 1, now, 0);
      case HALF_OPEN -> {
        if (trials < limits.trials()) {
          yield new BreakerState(
              phase, period, sinceNanos, openings, 0, window, trials + 1, answered);
        }
        boolean stuck = now - sinceNanos >= limits.patience().toNanos();
        yield stuck ? halfOpen(period, now, answered) : this;
      }
    };
  }

  private BreakerState halfOpen(int inPeriod, long now, int answeredSoFar) {
    return new BreakerState(Phase.HALF_OPEN, inPeriod, now, openings, 0, window, 1, answeredSoFar);
  }

  /** Whether the request that led from this state to another may go. */
  boolean lets(BreakerState after) {
    return phase == Phase.CLOSED || !after.equals(this);
  }

  /** For how long no request goes, while open. */
  long remainingNanos(long now, Limits limits) {
    return phase == Phase.OPEN ? limits.pauseNanos(openings) - (now - sinceNanos) : 0;
  }

  /** The state after a request that began in a period has ended. */
  BreakerState afterResult(Result result, int inPeriod, long now, Limits limits) {
    if (inPeriod != period || phase == Phase.OPEN) {
      return this;
    }
    return phase == Phase.CLOSED
        ? closedAfter(result, now, limits)
        : halfOpenAfter(result, now, limits);
  }

  private BreakerState closedAfter(Result result, long now, Limits limits) {
    if (result == Result.UNKNOWN) {
      return this;
    }
    Window counted = window.with(result != Result.ANSWERED, now, limits.window().toNanos());
    int inARow = result == Result.UNCONNECTED ? unconnected + 1 : 0;
    if (inARow >= limits.unconnected() || (result != Result.ANSWERED && counted.exceeds(limits))) {
      return opened(now);
    }
    return new BreakerState(phase, period, sinceNanos, openings, inARow, counted, 0, 0);
  }

  private BreakerState halfOpenAfter(Result result, long now, Limits limits) {
    return switch (result) {
      case UNKNOWN ->
          new BreakerState(
              phase, period, sinceNanos, openings, 0, window, Math.max(0, trials - 1), answered);
      case ANSWERED ->
          answered + 1 < limits.trials()
              ? new BreakerState(
                  phase,
                  period,
                  sinceNanos,
                  openings,
                  0,
                  window,
                  Math.max(0, trials - 1),
                  answered + 1)
              : closedAgain(now);
      case UNCONNECTED, UNANSWERED -> opened(now);
    };
  }

  private BreakerState opened(long now) {
    return new BreakerState(Phase.OPEN, period + 1, now, openings + 1, 0, window, 0, 0);
  }

  private BreakerState closedAgain(long now) {
    Window empty = new Window(now, 0, 0, 0, 0);
    return new BreakerState(Phase.CLOSED, period + 1, now, 0, 0, empty, 0, 0);
  }
}
