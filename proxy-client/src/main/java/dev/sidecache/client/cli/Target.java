package dev.sidecache.client.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The target of a request: a path, and a query that grows. */
final class Target {
  private final StringBuilder text;
  private char separator = '?';

  private Target(String path) {
    this.text = new StringBuilder(path);
  }

  static Target of(String path) {
    return new Target(path);
  }

  /** With one more parameter; null: without it. */
  Target with(String name, @Nullable String value) {
    if (value != null) {
      text.append(separator).append(name).append('=');
      text.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
      separator = '&';
    }
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
