package dev.sidecache.identity;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Verifies tokens by a secret (HS256, HS384, HS512) or by public keys (RS256, RS384, RS512, ES256,
 * ES384), never by both: the setting, not the token, says what kind of key counts. Source: RFC
 * 7515, Section 5.2; RFC 7518, Section 3; RFC 8725, Section 3.
 */
public final class JwtVerifier {
  private final Settings settings;
  private final @Nullable JwksKeys keys;

  /**
   * @param keys the public keys; null with a secret, or as long as there are none: nothing verifies
   */
  public JwtVerifier(Settings settings, @Nullable JwksKeys keys) {
    this.settings = settings;
    this.keys = keys;
  }

  /**
   * How tokens are verified.
   *
   * @param jwksUrl where the public keys are; null: the secret counts
   * @param secret of HMAC signatures; null: the public keys count
   * @param claim which claim is the identity
   * @param issuer what {@code iss} must be; null: anything
   * @param audience what {@code aud} must be or contain; null: anything
   */
  public record Settings(
      @Nullable String jwksUrl,
      @Nullable String secret,
      String claim,
      @Nullable String issuer,
      @Nullable String audience) {

    public Settings {
      if ((jwksUrl == null) == (secret == null)) {
        throw new IllegalArgumentException("write either jwks_url or secret");
      }
    }

    /** Without the secret. */
    @Override
    public String toString() {
      return "Settings[claim=" + claim + "]";
    }
  }

  /**
   * A claim that was verified.
   *
   * @param issuer {@code iss}; null: the token tells none
   * @param name of the claim
   * @param value of the claim
   */
  record Claim(@Nullable String issuer, String name, String value) {}

  /**
   * The claim of a token whose signature, dates, issuer and audience hold at this moment, else
   * null. Dates count without tolerance: a token that is doubtful only loses the comfort of its
   * claim. Never throws.
   */
  @Nullable Claim verify(Jwt token, Instant now) {
    String value = claimValue(token.claims().get(settings.claim()));
    if (value == null || !isInTime(token, now) || !isMeantForUs(token) || !isSigned(token)) {
      return null;
    }
    return new Claim(token.text("iss"), settings.claim(), value);
  }

  private static @Nullable String claimValue(@Nullable Object value) {
    if (value instanceof String text && !text.isEmpty()) {
      return "text " + text;
    }
    return value instanceof BigDecimal number ? "number " + number : null;
  }

  private static boolean isInTime(Jwt token, Instant now) {
    return isDateOrAbsent(token, "exp")
        && isDateOrAbsent(token, "nbf")
        && !isReached(token.date("exp"), now)
        && (token.date("nbf") == null || isReached(token.date("nbf"), now));
  }

  private static boolean isDateOrAbsent(Jwt token, String claim) {
    return !token.claims().containsKey(claim) || token.date(claim) != null;
  }

  private static boolean isReached(@Nullable Instant date, Instant now) {
    return date != null && !now.isBefore(date);
  }

  private boolean isMeantForUs(Jwt token) {
    Object audience = token.claims().get("aud");
    boolean issued = settings.issuer() == null || settings.issuer().equals(token.text("iss"));
    boolean addressed =
        settings.audience() == null
            || settings.audience().equals(audience)
            || (audience instanceof List<?> several && several.contains(settings.audience()));
    return issued && addressed;
  }

  private boolean isSigned(Jwt token) {
    String name = token.headerText("alg");
    JwtAlgorithm algorithm = name == null ? null : JwtAlgorithm.named(name);
    // Header members marked critical are ones that this verifier does not know.
    if (algorithm == null || token.header().containsKey("crit")) {
      return false;
    }
    try {
      String secret = settings.secret();
      return secret == null
          ? isSignedByKey(token, algorithm)
          : algorithm.isMac() && hasMac(token, algorithm, secret);
    } catch (GeneralSecurityException invalid) {
      return false;
    }
  }

  /** Whether a key is missing by which this token might verify. */
  boolean lacksKeyOf(Jwt token) {
    String name = token.headerText("alg");
    JwtAlgorithm algorithm = name == null ? null : JwtAlgorithm.named(name);
    return settings.secret() == null
        && algorithm != null
        && !algorithm.isMac()
        && (keys == null || keys.matching(token.headerText("kid"), algorithm).isEmpty());
  }

  /** Whether there are public keys at all. */
  boolean hasKeys() {
    return keys != null;
  }

  private static boolean hasMac(Jwt token, JwtAlgorithm algorithm, String secret)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm.javaName());
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm.javaName()));
    return MessageDigest.isEqual(mac.doFinal(token.signedBytes()), token.signatureBytes());
  }

  private boolean isSignedByKey(Jwt token, JwtAlgorithm algorithm) throws GeneralSecurityException {
    if (keys == null || algorithm.isMac() || !algorithm.mayBeSignature(token.signatureBytes())) {
      return false;
    }
    for (JwksKeys.Key key : keys.matching(token.headerText("kid"), algorithm)) {
      Signature signature = Signature.getInstance(algorithm.javaName());
      signature.initVerify(key.key());
      signature.update(token.signedBytes());
      if (signature.verify(token.signatureBytes())) {
        return true;
      }
    }
    return false;
  }
}
