package dev.sidecache.client.cli;

/** What a verb tells the shell. */
final class ExitCode {
  static final int DONE = 0;

  /** Used wrongly; nothing was done. */
  static final int USAGE = 2;

  /** The proxy is not reachable. */
  static final int UNREACHABLE = 3;

  /** Nothing matched, and {@code --fail-if-empty} was given. */
  static final int EMPTY = 5;

  /** The proxy refused; its problem is printed. */
  static final int REFUSED = 6;

  private ExitCode() {}
}
