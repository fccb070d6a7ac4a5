package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import java.util.Locale;

/**
 * An HTTP server: scheme, host and port.
 *
 * @param tls whether the scheme is {@code https}
 * @param host a name or address without brackets, lower case
 * @param port as written, or the scheme's
 */
public record HttpAddress(boolean tls, String host, int port) {

  static final Scalar<HttpAddress> SHAPE =
      Scalars.text("an address such as http://127.0.0.1:3000", "^https?://", HttpAddress::parse);

  // NB: not java.net.URI, which finds no host in http://my_api:3000, a usual name in Compose
  private static Parsed<HttpAddress> parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean tls = lower.startsWith("https://");
    if (!tls && !lower.startsWith("http://")) {
      return refused(
          lower.contains("://")
              ? "it begins with http:// or https://"
              : "write http:// before it, or https://");
    }
    String rest = lower.substring(tls ? 8 : 7);
    String authority = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    if (authority.contains("/") || authority.contains("?") || authority.contains("#")) {
      return refused("end it after host and port: requests bring their own path");
    }
    if (authority.contains("@")) {
      return refused("write no user in it: requests bring their own credentials");
    }
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    int port = hasPort ? ListenAddress.port(authority.substring(colon + 1)) : tls ? 443 : 80;
    String host = host(hasPort ? authority.substring(0, colon) : authority);
    if (host.isEmpty() || port <= 0) {
      return refused("write http://HOST:PORT");
    }
    return Parsed.of(new HttpAddress(tls, host, port));
  }

  /** The host without brackets; empty if it is none. */
  private static String host(String text) {
    boolean brackets = text.startsWith("[") && text.endsWith("]");
    String bare = brackets ? text.substring(1, text.length() - 1) : text;
    String allowed = brackets ? "abcdef0123456789:.%" : "abcdefghijklmnopqrstuvwxyz0123456789-._";
    return bare.chars().allMatch(c -> allowed.indexOf(c) >= 0) ? bare : "";
  }

  private static Parsed<HttpAddress> refused(String hint) {
    return Parsed.not(Code.BAD_URL, "is not the address of a server", hint);
  }

  /** As a URL without a path. */
  @Override
  public String toString() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    boolean usual = port == (tls ? 443 : 80);
    return (tls ? "https://" : "http://") + name + (usual ? "" : ":" + port);
  }
}
