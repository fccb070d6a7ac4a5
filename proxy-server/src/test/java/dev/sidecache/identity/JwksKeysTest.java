package dev.sidecache.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7517: key sets. */
class JwksKeysTest {
  private static KeyPair rsa;
  private static KeyPair p384;

  @BeforeAll
  static void generateKeys() throws GeneralSecurityException {
    rsa = Tokens.rsa(2048);
    p384 = Tokens.ec("secp384r1");
  }

  private int size(String json) {
    JwksKeys keys = JwksKeys.parse(json.getBytes(StandardCharsets.UTF_8));
    return keys == null ? -1 : keys.size();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":[1]}",
        "{\"keys\":[",
        "7",
        "{\"keys\":[{\"x\":1e99999999999}]}"
      })
  void whatIsNoSet(String json) {
    assertThat(size("{\"keys\":[]}")).isZero();
    assertThat(size(json)).isEqualTo(-1);
  }

  @Test
  void keysThatMayVerify() throws GeneralSecurityException {
    String rsaKey = Tokens.members(rsa.getPublic());
    String set = "{\"x\":[1,{}],\"keys\":[{%s}],\"y\":{}}";

    assertThat(size(set.formatted(rsaKey))).isEqualTo(1);
    assertThat(size(set.formatted("\"use\":\"sig\"," + rsaKey))).isEqualTo(1);
    assertThat(size(set.formatted("\"key_ops\":[\"verify\"]," + rsaKey))).isEqualTo(1);
    assertThat(size(set.formatted(rsaKey + "},{" + Tokens.members(p384.getPublic())))).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"kty\":\"oct\",\"k\":\"AAAA\"",
        "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"",
        "\"kid\":\"none\"",
        "\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"",
        "\"kty\":\"RSA\",\"e\":\"AQAB\"",
        "\"kty\":\"RSA\",\"n\":\"%%\",\"e\":\"AQAB\"",
        "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQAB\"",
        "\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AQAB\",\"y\":\"AQAB\"",
        "\"kty\":\"EC\",\"x\":\"AQAB\",\"y\":\"AQAB\""
      })
  void keysOfOtherKindsAreLeftOut(String key) {
    String good = Tokens.members(rsa.getPublic());

    assertThat(Tokens.keys(key, good).size()).isEqualTo(1);
  }

  @Test
  void keysOfOtherUseAreLeftOut() {
    String good = Tokens.members(rsa.getPublic());

    assertThat(Tokens.keys("\"use\":\"enc\"," + good).size()).isZero();
    assertThat(Tokens.keys("\"key_ops\":[\"encrypt\"]," + good).size()).isZero();
  }

  @Test
  void setsHaveALimit() {
    String[] many = new String[101];
    Arrays.fill(many, Tokens.members(rsa.getPublic()));

    assertThat(Tokens.keys(many).size()).isEqualTo(100);
  }
}
