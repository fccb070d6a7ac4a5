package dev.sidecache.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens and keys as issuers make them. */
public final class Tokens {
  private Tokens() {}

  static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A token of these parts, whose signature is the given one. */
  static String withSignature(String header, String claims, byte[] signature) {
    return encoded(header) + "." + encoded(claims) + "." + encoded(signature);
  }

  static String byMac(String algorithm, String header, String claims, String secret)
      throws GeneralSecurityException {
    return byMac(algorithm, header, claims, secret.getBytes(StandardCharsets.UTF_8));
  }

  static String byMac(String algorithm, String header, String claims, byte[] secret)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(secret, algorithm));
    return withSignature(header, claims, mac.doFinal(signed(header, claims)));
  }

  public static String byKey(String algorithm, String header, String claims, PrivateKey key)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(signed(header, claims));
    return withSignature(header, claims, signature.sign());
  }

  private static byte[] signed(String header, String claims) {
    return (encoded(header) + "." + encoded(claims)).getBytes(StandardCharsets.UTF_8);
  }

  public static KeyPair rsa(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  static KeyPair ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  /** The members {@code kty}, {@code n} and {@code e}, or {@code kty}, {@code crv} … of a key. */
  public static String members(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      return "\"kty\":\"RSA\",\"n\":\""
          + encoded(rsa.getModulus().toByteArray())
          + "\",\"e\":\""
          + encoded(rsa.getPublicExponent().toByteArray())
          + "\"";
    }
    ECPublicKey ec = (ECPublicKey) key;
    int bits = ec.getParams().getCurve().getField().getFieldSize();
    return "\"kty\":\"EC\",\"crv\":\"P-"
        + bits
        + "\",\"x\":\""
        + encoded(ec.getW().getAffineX().toByteArray())
        + "\",\"y\":\""
        + encoded(ec.getW().getAffineY().toByteArray())
        + "\"";
  }

  /** A key set of these members. */
  static JwksKeys keys(String... keys) {
    String json = "{\"keys\":[{" + String.join("},{", keys) + "}]}";
    return JwksKeys.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}
