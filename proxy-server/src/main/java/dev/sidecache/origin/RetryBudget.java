package dev.sidecache.origin;

/**
 * How many requests a pool may still send a second time: one for every {@value #REQUESTS_PER_RETRY}
 * requests, with a reserve for the moment in which an origin closes all its connections. So an
 * origin in trouble is asked little more than its clients ask. Used on one loop.
 */
final class RetryBudget {
  static final int REQUESTS_PER_RETRY = 5;
  static final int LEAST_RESERVE = 10;

  private final int most;
  private int credit;

  /**
   * A budget with its reserve.
   *
   * @param connections each of which may be found dead once
   */
  RetryBudget(int connections) {
    this.most = REQUESTS_PER_RETRY * Math.max(LEAST_RESERVE, connections);
    this.credit = most;
  }

  /** A client's request came. */
  void requested() {
    credit = Math.min(most, credit + 1);
  }

  /** Takes one retry, if there is one left. */
  boolean take() {
    if (credit < REQUESTS_PER_RETRY) {
      return false;
    }
    credit -= REQUESTS_PER_RETRY;
    return true;
  }
}
