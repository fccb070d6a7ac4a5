package dev.sidecache.cli;

/** What the process ends with. */
public final class ExitCodes {
  /** Done, also a clean drain. */
  public static final int DONE = 0;

  /** The start failed, such as because a port is taken; or not ready. */
  public static final int START_FAILED = 1;

  /** Usage or configuration: nothing was started or written. */
  public static final int USAGE = 2;

  /** The proxy cannot be reached. */
  public static final int UNREACHABLE = 3;

  /** A check of {@code doctor} failed. */
  public static final int CHECK_FAILED = 4;

  /** The proxy refused; its problem is printed. */
  public static final int REFUSED = 6;

  /** Told twice to stop. */
  public static final int TERMINATED = 143;

  private ExitCodes() {}
}
