package dev.sidecache.message;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A block of IP addresses, such as {@code 10.0.0.0/8}, {@code fd00::/8} or a single address.
 * Source: RFC 4632, Section 3.1; RFC 4291, Section 2.3.
 */
public final class Network {
  private final byte[] prefix;
  private final int bits;

  private Network(byte[] prefix, int bits) {
    this.prefix = prefix;
    this.bits = bits;
  }

  /** The block written so, or null if it is none: names are not looked up. */
  public static @Nullable Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = octets(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return null;
    }
    int bits = slash < 0 ? 8 * address.length : number(text, slash + 1);
    return bits < 0 || bits > 8 * address.length ? null : new Network(address, bits);
  }

  /** The blocks written so; throws if one is none. */
  public static List<Network> parseAll(List<String> texts) {
    List<Network> networks = new ArrayList<>();
    for (String text : texts) {
      Network network = parse(text);
      if (network == null) {
        throw new IllegalArgumentException(
            "trusted_proxies: \"" + text + "\" (expected: an address, or a network as 10.0.0.0/8)");
      }
      networks.add(network);
    }
    return List.copyOf(networks);
  }

  /** Whether one of these blocks holds the address. */
  public static boolean anyContains(List<Network> networks, String address) {
    if (networks.isEmpty()) {
      return false;
    }
    byte[] octets = octets(address);
    for (Network network : networks) {
      if (octets != null && network.contains(octets)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the block holds this textual address; false if it is none. */
  public boolean contains(String address) {
    byte[] octets = octets(address);
    return octets != null && contains(octets);
  }

  private boolean contains(byte[] address) {
    if (address.length != prefix.length) {
      return false;
    }
    int whole = bits / 8;
    if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
      return false;
    }
    int rest = bits % 8;
    return rest == 0 || ((address[whole] ^ prefix[whole]) & 0xff) >> (8 - rest) == 0;
  }

  /**
   * NB: only texts that can be nothing but an address reach the JDK, which would look others up. It
   * turns an IPv4 address written as IPv6 into IPv4.
   */
  private static byte @Nullable [] octets(String text) {
    boolean v6 = text.indexOf(':') >= 0;
    if (text.isEmpty() || (!v6 && !isDottedQuad(text)) || (v6 && !isColonHex(text))) {
      return null;
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException notAnAddress) {
      return null;
    }
  }

  private static boolean isColonHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static boolean isDottedQuad(String text) {
    int part = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == '.') {
        int value = i == start || i - start > 3 ? -1 : number(text.substring(start, i), 0);
        if (value < 0 || value > 255) {
          return false;
        }
        part++;
        start = i + 1;
      }
    }
    return part == 4;
  }

  private static int number(String text, int from) {
    if (from == text.length() || text.length() - from > 3) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = 10 * number + c - '0';
    }
    return number;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Network that && bits == that.bits && Arrays.equals(prefix, that.prefix);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(prefix) + bits;
  }

  @Override
  public String toString() {
    try {
      return InetAddress.getByAddress(prefix).getHostAddress() + "/" + bits;
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
