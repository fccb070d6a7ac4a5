package dev.sidecache.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * What a NetworkPolicy lets pass, decided as Kubernetes describes it; a pure function. Only the
 * ways to say it that the charts use are known: another one is an error.
 */
final class PolicyRules {
  private final JsonNode spec;
  private final String namespace;

  private PolicyRules(JsonNode spec, String namespace) {
    this.spec = spec;
    this.namespace = namespace;
  }

  /**
   * The rules of a policy.
   *
   * @param namespace where it lies
   */
  static PolicyRules of(JsonNode policy, String namespace) {
    return new PolicyRules(policy.path("spec"), namespace);
  }

  /**
   * The other side of a connection.
   *
   * @param namespace of its pod; empty for an address outside the cluster
   * @param labels of its pod
   * @param address as text
   */
  record Peer(String namespace, Map<String, String> labels, String address) {}

  /** Whether pods with these labels are those that it is about. */
  boolean selects(JsonNode labels) {
    return StreamSupport.stream(
            spec.at("/podSelector/matchLabels").properties().spliterator(), false)
        .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
  }

  /** Whether a peer may connect to a port of the pods. */
  boolean letsIn(Peer from, String protocol, int port) {
    return passes("ingress", "from", from, protocol, port);
  }

  /** Whether the pods may connect to a port of a peer. */
  boolean letsOut(Peer to, String protocol, int port) {
    return passes("egress", "to", to, protocol, port);
  }

  private boolean passes(String rules, String peers, Peer peer, String protocol, int port) {
    String type = rules.equals("ingress") ? "Ingress" : "Egress";
    boolean applies =
        StreamSupport.stream(spec.path("policyTypes").spliterator(), false)
            .anyMatch(found -> found.asText().equals(type));
    return !applies
        || StreamSupport.stream(spec.path(rules).spliterator(), false)
            .anyMatch(
                rule ->
                    isPort(rule.path("ports"), protocol, port) && isPeer(rule.path(peers), peer));
  }

  private static boolean isPort(JsonNode ports, String protocol, int port) {
    if (ports.isEmpty()) {
      return true;
    }
    for (JsonNode one : ports) {
      require(one, "protocol", "port");
      if (one.path("protocol").asText("TCP").equals(protocol) && one.path("port").asInt() == port) {
        return true;
      }
    }
    return false;
  }

  private boolean isPeer(JsonNode peers, Peer peer) {
    if (peers.isEmpty()) {
      return true;
    }
    for (JsonNode one : peers) {
      require(one, "ipBlock", "namespaceSelector", "podSelector");
      boolean fits =
          one.has("ipBlock")
              ? isWithin(one.at("/ipBlock/cidr").asText(), peer.address())
              : isPod(one, peer);
      if (fits) {
        return true;
      }
    }
    return false;
  }

  private boolean isPod(JsonNode selectors, Peer peer) {
    boolean there =
        selectors.has("namespaceSelector")
            ? !peer.namespace().isEmpty()
                && fits(
                    selectors.get("namespaceSelector"),
                    Map.of("kubernetes.io/metadata.name", peer.namespace()))
            : peer.namespace().equals(namespace);
    return there && fits(selectors.path("podSelector"), peer.labels());
  }

  private static boolean fits(JsonNode selector, Map<String, String> labels) {
    require(selector, "matchLabels");
    return selector.path("matchLabels").properties().stream()
        .allMatch(wanted -> wanted.getValue().asText().equals(labels.get(wanted.getKey())));
  }

  private static boolean isWithin(String cidr, String address) {
    int slash = cidr.indexOf('/');
    byte[] network = octets(cidr.substring(0, slash));
    byte[] asked = octets(address);
    int bits = Integer.parseInt(cidr.substring(slash + 1));
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if (asked.length != network.length || ((network[bit / 8] ^ asked[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] octets(String address) {
    try {
      return InetAddress.getByName(address).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(address, e);
    }
  }

  private static void require(JsonNode object, String... known) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!List.of(known).contains(name)) {
                throw new IllegalArgumentException("unknown here: " + name + " in " + object);
              }
            });
  }
}
