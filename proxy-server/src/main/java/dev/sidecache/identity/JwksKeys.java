package dev.sidecache.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of a JSON Web Key Set that may verify tokens. Immutable. Source: RFC 7517; RFC
 * 7518, Section 6.
 */
public final class JwksKeys {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_KEYS = 100;
  private static final int MIN_RSA_BITS = 2048;

  private final List<Key> keys;

  private JwksKeys(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * One public key.
   *
   * @param id {@code kid}; null: none
   * @param algorithm {@code alg}, the only one that the key is for; null: any of its kind
   * @param curve name of the curve; empty: an RSA key
   * @param key the key itself
   */
  record Key(@Nullable String id, @Nullable String algorithm, String curve, PublicKey key) {

    boolean isFor(@Nullable String wantedId, JwtAlgorithm wanted) {
      boolean named = wantedId == null || wantedId.equals(id);
      boolean allowed = algorithm == null || algorithm.equals(wanted.name());
      return named && allowed && curve.equals(wanted.curve());
    }
  }

  /**
   * The keys of a set, or null if it is none. Keys that are of another kind or use, or weak, or
   * malformed, are left out. Never throws.
   */
  public static @Nullable JwksKeys parse(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      List<Key> keys = null;
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        boolean isKeys = parser.currentName().equals("keys");
        if (parser.nextToken() == JsonToken.START_ARRAY && isKeys) {
          keys = keys(parser);
        } else {
          parser.skipChildren();
        }
      }
      return keys == null ? null : new JwksKeys(keys);
    } catch (IOException | IllegalArgumentException unreadable) {
      return null;
    }
  }

  private static List<Key> keys(JsonParser parser) throws IOException {
    List<Key> keys = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      Key key = key(Jwt.object(parser, token));
      if (key != null && keys.size() < MAX_KEYS) {
        keys.add(key);
      }
    }
    return keys;
  }

  private static @Nullable Key key(Map<String, Object> members) {
    String use = text(members, "use");
    boolean verifies =
        (use == null || use.equals("sig"))
            && (!(members.get("key_ops") instanceof List<?> uses) || uses.contains("verify"));
    if (!verifies) {
      return null;
    }
    try {
      return switch (String.valueOf(text(members, "kty"))) {
        case "RSA" -> rsa(members);
        case "EC" -> ec(members);
        default -> null;
      };
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      return null;
    }
  }

  private static @Nullable Key rsa(Map<String, Object> members) throws GeneralSecurityException {
    BigInteger modulus = number(members, "n");
    if (modulus.bitLength() < MIN_RSA_BITS) {
      return null;
    }
    RSAPublicKeySpec spec = new RSAPublicKeySpec(modulus, number(members, "e"));
    PublicKey key = KeyFactory.getInstance("RSA").generatePublic(spec);
    return new Key(text(members, "kid"), text(members, "alg"), "", key);
  }

  private static @Nullable Key ec(Map<String, Object> members) throws GeneralSecurityException {
    String curve = text(members, "crv");
    if (curve == null || !(curve.equals("P-256") || curve.equals("P-384"))) {
      return null;
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve.equals("P-256") ? "secp256r1" : "secp384r1"));
    ECPoint point = new ECPoint(number(members, "x"), number(members, "y"));
    ECPublicKeySpec spec =
        new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class));
    PublicKey key = KeyFactory.getInstance("EC").generatePublic(spec);
    return new Key(text(members, "kid"), text(members, "alg"), curve, key);
  }

  private static BigInteger number(Map<String, Object> members, String name) {
    String text = text(members, name);
    if (text == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return new BigInteger(1, Base64.getUrlDecoder().decode(text));
  }

  private static @Nullable String text(Map<String, Object> members, String name) {
    return members.get(name) instanceof String text ? text : null;
  }

  /** The number of keys that may verify. */
  public int size() {
    return keys.size();
  }

  /** The keys that may have made a signature; with an id only those of that id. */
  List<Key> matching(@Nullable String id, JwtAlgorithm algorithm) {
    List<Key> matching = new ArrayList<>(1);
    for (Key key : keys) {
      if (key.isFor(id, algorithm)) {
        matching.add(key);
      }
    }
    return matching;
  }
}
