package dev.sidecache.origin;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.message.Network;
import dev.sidecache.message.Request;
import java.util.List;
import java.util.Locale;

/**
 * The fields of a request as they go to the origin: those of the client without the ones for one
 * hop, and what tells the origin who asked. Pure. Source: RFC 9110, Section 7.6; RFC 7239.
 */
public final class Forwarding {
  private static final String FOR = "X-Forwarded-For";
  private static final String PROTO = "X-Forwarded-Proto";
  private static final String HOST = "X-Forwarded-Host";

  private Forwarding() {}

  /**
   * The fields to send, without Host and framing. What an untrusted peer tells about earlier hops
   * is replaced; to what a trusted one tells, the peer is appended.
   *
   * @param trusted whose telling is believed
   */
  public static Fields toOrigin(
      RequestHead head, Request.Peer peer, List<Network> trusted, String requestId) {
    Fields received = head.fields();
    boolean believed = Network.anyContains(trusted, peer.address());
    Fields.Builder fields = Fields.builder();
    Fields endToEnd = received.endToEnd();
    for (int i = 0; i < endToEnd.size(); i++) {
      if (!isMadeHere(endToEnd.name(i)) && (believed || !tellsOfHops(endToEnd.name(i)))) {
        fields.add(endToEnd.name(i), onward(head, endToEnd.name(i), endToEnd.value(i)));
      }
    }
    addHops(fields, head, peer, believed);
    fields.add("X-Request-Id", requestId);
    fields.add("Via", head.version() + " sidecache");
    if (received.hasElement("TE", "trailers")) {
      fields.add("TE", "trailers");
    }
    return fields.build();
  }

  /** The value for the next hop: Max-Forwards counts down. Source: RFC 9110, Section 7.6.2. */
  private static String onward(RequestHead head, String name, String value) {
    boolean counts = head.method().equals("OPTIONS") && name.equalsIgnoreCase("Max-Forwards");
    if (!counts || value.isEmpty() || value.length() > 9) {
      return value;
    }
    int hops = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < '0' || c > '9') {
        return value;
      }
      hops = 10 * hops + c - '0';
    }
    return Integer.toString(Math.max(0, hops - 1));
  }

  private static void addHops(
      Fields.Builder fields, RequestHead head, Request.Peer peer, boolean believed) {
    Fields received = believed ? head.fields() : Fields.empty();
    String earlier = received.combined(FOR);
    if (!peer.address().isEmpty()) {
      fields.add(FOR, earlier == null ? peer.address() : earlier + ", " + peer.address());
    }
    String proto = received.first(PROTO);
    fields.add(PROTO, proto == null ? head.scheme() : proto);
    String host = received.first(HOST);
    fields.add(HOST, host == null ? hostOf(head) : host);
    String forwarded = received.combined("Forwarded");
    if (forwarded != null) {
      fields.add("Forwarded", forwarded + ", " + element(head, peer));
    }
  }

  /** The authority as the client wrote it. */
  static String hostOf(RequestHead head) {
    String host = head.fields().first("Host");
    return host == null ? head.authority() : host;
  }

  private static String element(RequestHead head, Request.Peer peer) {
    String address = peer.address();
    String node =
        address.isEmpty()
            ? "unknown"
            : address.indexOf(':') < 0 ? address : "\"[" + address + "]\"";
    return "for=" + node + ";host=\"" + hostOf(head) + "\";proto=" + head.scheme();
  }

  private static boolean isMadeHere(String name) {
    return switch (name.toLowerCase(Locale.ROOT).replace('_', '-')) {
      case "host",
          "content-length",
          "expect",
          "x-forwarded-for",
          "x-forwarded-proto",
          "x-forwarded-host",
          "forwarded",
          "x-request-id",
          "sidecache-debug" ->
          true;
      default -> false;
    };
  }

  private static boolean tellsOfHops(String name) {
    return Fields.begins(name, "X-Forwarded-");
  }
}
