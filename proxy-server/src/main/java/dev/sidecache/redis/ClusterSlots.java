package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Node;
import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which node of a cluster has which keys, as one of the nodes tells. */
record ClusterSlots(List<Range> ranges) {
  static final int COUNT = SlotHash.SLOT_COUNT;

  /** Neighbouring slots that lie together, on a master and its replicas. */
  record Range(int first, int last, Node master, List<Node> replicas) {}

  /** A refusal that names the node to ask instead. */
  record Redirect(boolean forGood, int slot, Node node) {}

  static int slot(byte[] key) {
    return SlotHash.getSlot(key);
  }

  /**
   * Reads the answer to CLUSTER SLOTS; what is not understood is left out. Never throws.
   *
   * @param asked who answered: a node that does not tell its host is at the same one
   */
  static ClusterSlots parse(Reply reply, Node asked) {
    List<Range> ranges = new ArrayList<>();
    for (Reply element : elements(reply)) {
      List<Reply> parts = elements(element);
      if (parts.size() >= 3
          && parts.get(0) instanceof Reply.Int first
          && parts.get(1) instanceof Reply.Int last
          && first.value() >= 0
          && first.value() <= last.value()
          && last.value() < COUNT) {
        Node master = node(parts.get(2), asked);
        if (master != null) {
          ranges.add(
              new Range((int) first.value(), (int) last.value(), master, replicas(parts, asked)));
        }
      }
    }
    return new ClusterSlots(ranges);
  }

  private static List<Node> replicas(List<Reply> parts, Node asked) {
    List<Node> replicas = new ArrayList<>();
    for (Reply part : parts.subList(3, parts.size())) {
      Node replica = node(part, asked);
      if (replica != null) {
        replicas.add(replica);
      }
    }
    return replicas;
  }

  private static @Nullable Node node(Reply reply, Node asked) {
    List<Reply> parts = elements(reply);
    if (parts.size() < 2 || !(parts.get(1) instanceof Reply.Int port)) {
      return null;
    }
    String host =
        parts.get(0) instanceof Reply.Bytes text
            ? new String(text.bytes(), StandardCharsets.UTF_8)
            : "";
    return node(host, port.value(), asked);
  }

  private static @Nullable Node node(String host, long port, Node asked) {
    if (port < 1 || port > 65535) {
      return null;
    }
    // NB: a node that knows no name or address of another writes nothing, or a question mark.
    boolean told = !host.isEmpty() && !host.equals("?");
    return new Node(told ? host : asked.host(), (int) port);
  }

  private static List<Reply> elements(Reply reply) {
    return reply instanceof Reply.Many many ? many.elements() : List.of();
  }

  /** Reads {@code MOVED 3999 127.0.0.1:6381} or the same with ASK; null if it is neither. */
  static @Nullable Redirect redirect(String text, Node asked) {
    boolean forGood = text.startsWith("MOVED ");
    if (!forGood && !text.startsWith("ASK ")) {
      return null;
    }
    int slotAt = text.indexOf(' ') + 1;
    int nodeAt = text.indexOf(' ', slotAt) + 1;
    int portAt = text.lastIndexOf(':') + 1;
    if (nodeAt == 0 || portAt <= nodeAt) {
      return null;
    }
    int slot = RedisUrl.number(text.substring(slotAt, nodeAt - 1), COUNT - 1);
    int port = RedisUrl.number(text.substring(portAt).trim(), 65535);
    Node node = node(text.substring(nodeAt, portAt - 1), port, asked);
    return slot < 0 || node == null ? null : new Redirect(forGood, slot, node);
  }
}
