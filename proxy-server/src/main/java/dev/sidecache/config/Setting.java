package dev.sidecache.config;

/**
 * An effective value and where it comes from.
 *
 * @param text the value in YAML's flow style
 * @param secret whether it must not be shown: a secret, or what a variable in a file stood for
 * @param source {@code file:line}, {@code env NAME}, {@code flag} or {@code default}
 */
public record Setting(String text, boolean secret, String source) {

  /** The value for people: stars instead of a secret. */
  public String shown() {
    return secret && !text.isEmpty() ? "***" : text;
  }

  @Override
  public String toString() {
    return shown() + " (" + source + ")";
  }
}
