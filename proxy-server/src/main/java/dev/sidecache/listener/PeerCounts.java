package dev.sidecache.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many connections each peer has open. Peers of IPv6 count by their first 64 bits, the least
 * that one customer is given. Thread-safe; holds nothing of a peer without connections.
 */
final class PeerCounts {
  private static final int COUNTED_OCTETS = 8;

  private final ConcurrentHashMap<ByteBuffer, Integer> counts = new ConcurrentHashMap<>();

  /** Who counts as one peer with this address; null without an address. */
  static @Nullable ByteBuffer peer(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress known)) {
      return null;
    }
    InetAddress host = known.getAddress();
    if (host == null) {
      return null;
    }
    byte[] octets = host.getAddress();
    int counted = Math.min(octets.length, COUNTED_OCTETS);
    return ByteBuffer.wrap(Arrays.copyOf(octets, counted)).asReadOnlyBuffer();
  }

  /** Counts one more; false, and nothing is counted, if the peer has this many. */
  boolean admit(ByteBuffer peer, int most) {
    boolean[] admitted = new boolean[1];
    counts.compute(
        peer,
        (same, count) -> {
          int before = count == null ? 0 : count;
          admitted[0] = before < most;
          return admitted[0] ? Integer.valueOf(before + 1) : count;
        });
    return admitted[0];
  }

  void closed(ByteBuffer peer) {
    counts.computeIfPresent(peer, (same, count) -> count > 1 ? count - 1 : null);
  }

  /** The number of peers with connections. */
  int peers() {
    return counts.size();
  }
}
