package dev.sidecache.http1;

import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/**
 * A check of the octets of a header or trailer section as they came: the decoder would fold lines
 * and skip white space where another reader might not. Refuses obs-fold, white space before the
 * colon, bare CR or LF, NUL and other control characters; and a second Content-Length, of which the
 * decoder takes the first in HTTP/1.0. Source: RFC 9112, Section 5; RFC 9112, Section 6.3; RFC
 * 9110, Section 5.5.
 */
final class HeadScan implements ByteProcessor {
  private static final String LENGTH = "content-length";

  private enum Place {
    LINE_START,
    NAME,
    VALUE,
    VALUE_CR,
    END_CR,
    END
  }

  private Place place = Place.LINE_START;
  private boolean malformed;
  private int octets;
  private int matched;
  private boolean lengthSeen;

  /** Begins with another message. */
  void reset() {
    octets = 0;
    nextSection();
  }

  /** Goes on with the trailer section of the same message. */
  void nextSection() {
    place = Place.LINE_START;
    malformed = false;
    lengthSeen = false;
  }

  /** The length of all lines of the message so far, without their ends. */
  int octets() {
    return octets;
  }

  boolean isMalformed() {
    return malformed;
  }

  @Override
  public boolean process(byte octet) {
    Place next = next(octet);
    if (next == null || isSecondLength(next, octet)) {
      malformed = true;
      return false;
    }
    place = next;
    octets += octet == '\r' || octet == '\n' ? 0 : 1;
    return true;
  }

  /** Whether a second line begins that tells the content's length. */
  private boolean isSecondLength(Place next, byte octet) {
    if (next == Place.NAME) {
      int before = place == Place.LINE_START ? 0 : matched;
      boolean fits =
          before >= 0 && before < LENGTH.length() && (octet | 0x20) == LENGTH.charAt(before);
      matched = fits ? before + 1 : -1;
      return false;
    }
    if (place != Place.NAME || matched != LENGTH.length()) {
      return false;
    }
    boolean second = lengthSeen;
    lengthSeen = true;
    return second;
  }

  private @Nullable Place next(byte octet) {
    return switch (place) {
      case LINE_START -> octet == '\r' ? Place.END_CR : isToken(octet) ? Place.NAME : null;
      case NAME -> octet == ':' ? Place.VALUE : isToken(octet) ? Place.NAME : null;
      case VALUE -> octet == '\r' ? Place.VALUE_CR : isText(octet) ? Place.VALUE : null;
      case VALUE_CR -> octet == '\n' ? Place.LINE_START : null;
      case END_CR -> octet == '\n' ? Place.END : null;
      case END -> null;
    };
  }

  /** Whether a field value or a reason phrase may contain it. Source: RFC 9110, Section 5.5. */
  static boolean isText(byte octet) {
    return octet == '\t' || octet < 0 || (octet >= 0x20 && octet != 0x7f);
  }

  /** Whether a token may contain it. Source: RFC 9110, Section 5.6.2. */
  static boolean isToken(int octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || (octet > 0x20 && octet < 0x7f && "!#$%&'*+-.^_`|~".indexOf(octet) >= 0);
  }
}
