package dev.sidecache.message;

/** Tells that an exchange must end without an answer: its connection is to be closed at once. */
public final class BrokenOff extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BrokenOff() {
    super("broken off", null, false, false);
  }
}
