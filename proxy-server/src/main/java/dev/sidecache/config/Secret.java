package dev.sidecache.config;

/**
 * A text that no log and no message may show.
 *
 * @param text the secret itself
 */
public record Secret(String text) {
  @Override
  public String toString() {
    return "***";
  }
}
