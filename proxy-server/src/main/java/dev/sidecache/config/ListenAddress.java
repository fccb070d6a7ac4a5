package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import org.jspecify.annotations.Nullable;

/**
 * Where a listener binds.
 *
 * @param host a name or address without brackets; null: all addresses, IPv6 and IPv4
 * @param port 0: any free one
 */
public record ListenAddress(@Nullable String host, int port) {

  static final Scalar<ListenAddress> SHAPE =
      Scalars.text("an address such as \":8080\"", "^(.*):[0-9]+$", ListenAddress::parse);

  /** Whether only this machine can reach it. */
  public boolean loopback() {
    return host != null
        && (host.equals("localhost") || host.startsWith("127.") || host.equals("::1"));
  }

  private static Parsed<ListenAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    int port = port(text.substring(colon + 1));
    if (colon < 0 && port >= 0) {
      return refused("write \":" + text + "\"");
    }
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    if (colon < 0 || port < 0 || (host.contains(":") && !brackets)) {
      return refused("write \":8080\", \"127.0.0.1:8080\" or \"[::1]:8080\"");
    }
    String bare = brackets ? host.substring(1, host.length() - 1) : host;
    return Parsed.of(new ListenAddress(bare.isEmpty() ? null : bare, port));
  }

  private static Parsed<ListenAddress> refused(String hint) {
    return Parsed.not(Code.BAD_ADDRESS, "is not an address", hint);
  }

  /** The port that a text spells, or -1. */
  static int port(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    int port = Integer.parseInt(text);
    return port > 65_535 ? -1 : port;
  }

  /** As it is written: {@code :8080}, {@code 127.0.0.1:8180}, {@code [::1]:8180}. */
  @Override
  public String toString() {
    String name = host == null ? "" : host.contains(":") ? "[" + host + "]" : host;
    return name + ":" + port;
  }
}
