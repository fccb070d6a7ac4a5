package dev.sidecache.identity;

import org.jspecify.annotations.Nullable;

/** The signature algorithms that count. Source: RFC 7518, Section 3.1. */
enum JwtAlgorithm {
  HS256("HmacSHA256", Family.MAC, ""),
  HS384("HmacSHA384", Family.MAC, ""),
  HS512("HmacSHA512", Family.MAC, ""),
  RS256("SHA256withRSA", Family.RSA, ""),
  RS384("SHA384withRSA", Family.RSA, ""),
  RS512("SHA512withRSA", Family.RSA, ""),
  ES256("SHA256withECDSAinP1363Format", Family.EC, "P-256"),
  ES384("SHA384withECDSAinP1363Format", Family.EC, "P-384");

  /** What kind of key an algorithm needs. */
  enum Family {
    MAC,
    RSA,
    EC
  }

  private final String javaName;
  private final Family family;
  private final String curve;

  JwtAlgorithm(String javaName, Family family, String curve) {
    this.javaName = javaName;
    this.family = family;
    this.curve = curve;
  }

  /** The algorithm of this name, or null for one that does not count, {@code none} among them. */
  static @Nullable JwtAlgorithm named(String name) {
    for (JwtAlgorithm algorithm : values()) {
      if (algorithm.name().equals(name)) {
        return algorithm;
      }
    }
    return null;
  }

  String javaName() {
    return javaName;
  }

  Family family() {
    return family;
  }

  /** The name of the curve; empty without one. */
  String curve() {
    return curve;
  }

  boolean isMac() {
    return family == Family.MAC;
  }

  /**
   * Whether octets may be a signature at all. NB: some releases of Java take an ECDSA signature of
   * zeros for valid (CVE-2022-21449).
   */
  boolean mayBeSignature(byte[] signature) {
    if (family != Family.EC) {
      return true;
    }
    int half = this == ES256 ? 32 : 48;
    return signature.length == 2 * half
        && !isZero(signature, 0, half)
        && !isZero(signature, half, 2 * half);
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    int all = 0;
    for (int i = from; i < to; i++) {
      all |= bytes[i];
    }
    return all == 0;
  }
}
