package dev.sidecache.tracing;

import io.opentelemetry.api.trace.Span;

/**
 * Host and port of a server.
 *
 * @param host a name or address, in brackets where it has colons; empty: not known
 * @param port 0: not written
 */
record ServerAddress(String host, int port) {

  /** As an authority in normal form writes them. Source: RFC 3986, Section 3.2. */
  static ServerAddress of(String authority) {
    int colon = authority.lastIndexOf(':');
    if (colon <= authority.lastIndexOf(']')) {
      return new ServerAddress(authority, 0);
    }
    int port = Integer.parseInt(authority, colon + 1, authority.length(), 10);
    return new ServerAddress(authority.substring(0, colon), port);
  }

  /** The same with the port that stands for none. */
  ServerAddress orPort(int usual) {
    return port == 0 ? new ServerAddress(host, usual) : this;
  }

  void tell(Span span) {
    if (!host.isEmpty()) {
      span.setAttribute(Tracing.SERVER, host);
    }
    if (port > 0) {
      span.setAttribute(Tracing.PORT, port);
    }
  }
}
