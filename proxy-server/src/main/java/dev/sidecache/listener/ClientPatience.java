package dev.sidecache.listener;

import dev.sidecache.http1.Outlet;
import dev.sidecache.http1.Stall;
import java.util.concurrent.TimeUnit;

/** The time limits of one client's connection, looked at by each sweep. */
final class ClientPatience {
  /** A client that takes less in the time that it has takes nothing: CVE-2019-9511. */
  static final long LEAST_PROGRESS_BYTES = 1_024;

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long a client may take nothing while others are refused for want of memory. */
  private static final long HELD_BACK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final HttpListener.Settings.Timeouts limits;
  private final Stall head = new Stall();
  private final Stall content = new Stall();
  private final Stall write = new Stall();
  private final Stall idle = new Stall();
  private final Stall linger = new Stall();

  ClientPatience(HttpListener.Settings.Timeouts limits) {
    this.limits = limits;
  }

  /** Whether the client has taken next to nothing of what was written for too long. */
  boolean isWriteOver(Outlet outlet, long nowNanos) {
    boolean waits = outlet.pendingBytes() > 0;
    boolean dear = outlet.isHeldBack();
    long steps = Math.floorDiv(outlet.takenBytes(), LEAST_PROGRESS_BYTES);
    boolean isOver = write.isOver(waits, steps, nowNanos, writeNanos(limits, dear));
    if (isOver && dear) {
      outlet.refused();
    }
    return isOver;
  }

  /**
   * How long what was written may wait to be taken.
   *
   * @param dear whether others are refused meanwhile
   */
  static long writeNanos(HttpListener.Settings.Timeouts limits, boolean dear) {
    long limit = limits.write().toNanos();
    return dear ? Math.min(limit, HELD_BACK_NANOS) : limit;
  }

  /** Whether a client that was told the end has not closed for too long. */
  boolean isLingerOver(Outlet outlet, long nowNanos) {
    return linger.isOver(outlet.pendingBytes() == 0, 0, nowNanos, LINGER_NANOS);
  }

  /** Whether content that is waited for has not come for too long. */
  boolean isContentOver(boolean awaited, long pieces, long nowNanos) {
    return content.isOver(awaited, pieces, nowNanos, limits.body().toNanos());
  }

  /** Whether a head has been incomplete for too long. */
  boolean isHeadOver(boolean incomplete, long requests, long nowNanos) {
    return head.isOver(incomplete, requests, nowNanos, limits.head().toNanos());
  }

  /** Whether no request has come for too long. */
  boolean isIdleOver(boolean isIdle, long requests, long nowNanos) {
    return idle.isOver(isIdle, requests, nowNanos, limits.idle().toNanos());
  }
}
