package dev.sidecache.archfixture.metrics;

/** Writes past the log. */
final class Prints {
  private Prints() {}

  static void print() {
    System.out.println("x");
  }
}
