package dev.sidecache.admin;

import dev.sidecache.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * Who may ask what of the admin API.
 *
 * <ul>
 *   <li>With a token: health and metrics for all; the rest for who brings the token.
 *   <li>On loopback without a token: all, if {@code Host} is {@code localhost} or an address and
 *       {@code Origin}, if sent, is the admin port's own. So no web page in a browser of this
 *       machine gets in, by whatever name it was resolved.
 *   <li>Elsewhere without a token: health and metrics.
 * </ul>
 */
final class AdminAccess {
  private final AdminService.Settings settings;
  private final boolean openToAll;

  /**
   * The rules of a port.
   *
   * @param openToAll whether health and metrics need no token; false on the traffic port, where
   *     every path needs it
   */
  AdminAccess(AdminService.Settings settings, boolean openToAll) {
    this.settings = settings;
    this.openToAll = openToAll;
  }

  /** What is answered to a request. */
  enum Verdict {
    ALLOWED,
    /** 401: the token is missing or wrong. */
    UNAUTHORIZED,
    /** 403: there is no token, and others than this machine can reach the port. */
    NO_TOKEN_SET,
    /** 403: the request names the port by a name that is not its own. */
    FOREIGN_HOST,
    /** 403: a web page of another origin asks. */
    FOREIGN_ORIGIN
  }

  /**
   * Whether a request may pass.
   *
   * @param harmless whether it asks for health or metrics
   */
  Verdict of(RequestHead head, boolean harmless) {
    boolean open = harmless && openToAll;
    if (!settings.token().isEmpty()) {
      return open || hasToken(head) ? Verdict.ALLOWED : Verdict.UNAUTHORIZED;
    }
    if (!settings.isLoopback() || !openToAll) {
      return open ? Verdict.ALLOWED : Verdict.NO_TOKEN_SET;
    }
    if (!isLocalhostOrAddress(head.authority())) {
      return Verdict.FOREIGN_HOST;
    }
    String own = head.scheme() + "://" + head.authority();
    for (String origin : head.fields().all("Origin")) {
      if (!origin.equalsIgnoreCase(own)) {
        return Verdict.FOREIGN_ORIGIN;
      }
    }
    return Verdict.ALLOWED;
  }

  /** Whether the request brings the token, compared in constant time. */
  private boolean hasToken(RequestHead head) {
    List<String> credentials = head.fields().all("Authorization");
    if (credentials.size() != 1 || !credentials.get(0).regionMatches(true, 0, "Bearer ", 0, 7)) {
      return false;
    }
    byte[] given = credentials.get(0).substring(7).trim().getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(settings.token().getBytes(StandardCharsets.UTF_8), given);
  }

  /** Whether the host of an authority cannot be a name that others resolve. */
  static boolean isLocalhostOrAddress(String authority) {
    if (authority.startsWith("[")) {
      return isIpv6(authority);
    }
    int colon = authority.indexOf(':');
    String host = colon < 0 ? authority : authority.substring(0, colon);
    return host.equals("localhost") || isIpv4(host);
  }

  /** Whether an authority begins with an address in brackets, and only a port follows. */
  private static boolean isIpv6(String authority) {
    int end = authority.indexOf(']');
    return end > 1
        && authority.substring(1, end).chars().allMatch(AdminAccess::isAddressCharacter)
        && (end == authority.length() - 1 || authority.charAt(end + 1) == ':');
  }

  private static boolean isAddressCharacter(int c) {
    return Character.digit(c, 16) >= 0 || c == ':' || c == '.';
  }

  private static boolean isIpv4(String host) {
    String[] octets = host.split("\\.", -1);
    if (octets.length != 4) {
      return false;
    }
    for (String octet : octets) {
      boolean digits = octet.chars().allMatch(c -> c >= '0' && c <= '9');
      if (octet.isEmpty() || octet.length() > 3 || !digits || Integer.parseInt(octet) > 255) {
        return false;
      }
    }
    return true;
  }
}
