package dev.sidecache.identity;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Whether a token is believed, for tests in other packages. */
public final class VerifiedTokens {
  private static final String SECRET = "a secret of 32 octets, or of more";
  private static final JwtVerifier VERIFIER =
      new JwtVerifier(new JwtVerifier.Settings(null, SECRET, "sub", null, null), null);

  private VerifiedTokens() {}

  /** Whether it is believed. */
  public static boolean isBelieved(String text, Instant now) {
    Jwt token = Jwt.parse(text);
    return token != null && VERIFIER.verify(token, now) != null;
  }

  /** Whether it carries a MAC by the secret under one of the three algorithms. */
  public static boolean hasMac(String text) throws Exception {
    int end = text.lastIndexOf('.');
    byte[] signature = Base64.getUrlDecoder().decode(text.substring(end + 1));
    for (String name : new String[] {"HmacSHA256", "HmacSHA384", "HmacSHA512"}) {
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), name));
      byte[] signed = text.substring(0, end).getBytes(StandardCharsets.ISO_8859_1);
      if (Arrays.equals(mac.doFinal(signed), signature)) {
        return true;
      }
    }
    return false;
  }
}
