package dev.sidecache.identity;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** HMAC-SHA256 over parts that tell their own length. Source: RFC 2104. */
final class KeyedHash {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String PURPOSE = "sidecache identity 1";

  /** 192 bits, 32 characters of base64url. */
  private static final int DIGEST_BYTES = 24;

  private final SecretKeySpec key;

  private KeyedHash(SecretKeySpec key) {
    this.key = key;
  }

  /** The hash whose key is derived from a secret. */
  static KeyedHash of(String secret) {
    byte[] bytes = ("secret:" + secret).getBytes(StandardCharsets.UTF_8);
    byte[] derived =
        mac(new SecretKeySpec(bytes, ALGORITHM)).doFinal(PURPOSE.getBytes(StandardCharsets.UTF_8));
    return new KeyedHash(new SecretKeySpec(derived, ALGORITHM));
  }

  /** The hash of these parts, base64url. */
  String of(Parts parts) {
    byte[] digest = mac(key).doFinal(parts.bytes.toByteArray());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(digest, DIGEST_BYTES));
  }

  private static Mac mac(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What is hashed. */
  static final class Parts {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /**
     * @param purpose tells apart what has the same parts but another meaning
     */
    Parts(String purpose) {
      add(purpose);
    }

    /** Adds text; null differs from empty. */
    Parts add(@Nullable String part) {
      if (part == null) {
        return number(-1);
      }
      number(part.length());
      for (int i = 0; i < part.length(); i++) {
        bytes.write(part.charAt(i) >> 8);
        bytes.write(part.charAt(i));
      }
      return this;
    }

    Parts number(int value) {
      bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
      return this;
    }
  }
}
