package dev.sidecache.consistency;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * A source of uids: each 12 random bytes as 16 characters of base64url, never the same twice.
 * Source: consistency.md, Section 3.
 */
@FunctionalInterface
public interface Uids {

  /** A fresh uid. Safe on any thread. */
  String next();

  /** Uids that nobody can foretell. */
  static Uids random() {
    SecureRandom random = new SecureRandom();
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return () -> {
      byte[] bytes = new byte[12];
      random.nextBytes(bytes);
      return encoder.encodeToString(bytes);
    };
  }
}
