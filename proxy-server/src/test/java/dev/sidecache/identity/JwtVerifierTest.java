package dev.sidecache.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtVerifierTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
  private static final String SECRET = "a secret of more than thirty-two bytes";
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  private static final String CLAIMS = "{\"sub\":\"ann\",\"exp\":1000001,\"nbf\":1000000}";
  private static final JwtVerifier BY_SECRET = bySecret(null, null);

  private static KeyPair rsa;
  private static KeyPair p256;
  private static KeyPair p384;

  @BeforeAll
  static void generateKeys() throws GeneralSecurityException {
    rsa = Tokens.rsa(2048);
    p256 = Tokens.ec("secp256r1");
    p384 = Tokens.ec("secp384r1");
  }

  private static JwtVerifier bySecret(String issuer, String audience) {
    return new JwtVerifier(new JwtVerifier.Settings(null, SECRET, "sub", issuer, audience), null);
  }

  private static JwtVerifier byKeys(String... keys) {
    return new JwtVerifier(
        new JwtVerifier.Settings("http://issuer/keys", null, "sub", null, null), Tokens.keys(keys));
  }

  private static String value(JwtVerifier verifier, String token) {
    Jwt parsed = Jwt.parse(token);
    JwtVerifier.Claim claim = parsed == null ? null : verifier.verify(parsed, NOW);
    return claim == null ? null : claim.value();
  }

  private static String hs256(String claims) throws GeneralSecurityException {
    return Tokens.byMac("HmacSHA256", HEADER, claims, SECRET);
  }

  @Nested
  class Rfc7515Section52Signatures {

    @ParameterizedTest
    @CsvSource({"HS256, HmacSHA256", "HS384, HmacSHA384", "HS512, HmacSHA512"})
    void bySecret(String name, String algorithm) throws GeneralSecurityException {
      String header = "{\"alg\":\"" + name + "\"}";

      assertThat(value(BY_SECRET, Tokens.byMac(algorithm, header, CLAIMS, SECRET)))
          .isEqualTo("text ann");
      assertThat(value(BY_SECRET, Tokens.byMac(algorithm, header, CLAIMS, SECRET + "x"))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"RS256, SHA256withRSA", "RS384, SHA384withRSA", "RS512, SHA512withRSA"})
    void byRsaKey(String name, String algorithm) throws GeneralSecurityException {
      String token =
          Tokens.byKey(algorithm, "{\"alg\":\"" + name + "\"}", CLAIMS, rsa.getPrivate());

      assertThat(value(byKeys(Tokens.members(rsa.getPublic())), token)).isEqualTo("text ann");
      assertThat(value(byKeys(Tokens.members(Tokens.rsa(2048).getPublic())), token)).isNull();
    }

    @Test
    void byEllipticCurve() throws GeneralSecurityException {
      String es256 =
          Tokens.byKey(
              "SHA256withECDSAinP1363Format", "{\"alg\":\"ES256\"}", CLAIMS, p256.getPrivate());
      String es384 =
          Tokens.byKey(
              "SHA384withECDSAinP1363Format", "{\"alg\":\"ES384\"}", CLAIMS, p384.getPrivate());
      JwtVerifier both = byKeys(Tokens.members(p256.getPublic()), Tokens.members(p384.getPublic()));

      assertThat(value(both, es256)).isEqualTo("text ann");
      assertThat(value(both, es384)).isEqualTo("text ann");
      assertThat(value(byKeys(Tokens.members(p384.getPublic())), es256)).isNull();
    }

    @Test
    void keyIsFoundByItsId() throws GeneralSecurityException {
      String token =
          Tokens.byKey(
              "SHA256withRSA", "{\"alg\":\"RS256\",\"kid\":\"b\"}", CLAIMS, rsa.getPrivate());
      String key = Tokens.members(rsa.getPublic());

      assertThat(value(byKeys("\"kid\":\"b\"," + key), token)).isEqualTo("text ann");
      assertThat(value(byKeys("\"kid\":\"a\"," + key), token)).isNull();
      assertThat(value(byKeys(key), token)).isNull();
    }

    @Test
    void keyIsForItsAlgorithmOnly() throws GeneralSecurityException {
      String token = Tokens.byKey("SHA256withRSA", "{\"alg\":\"RS256\"}", CLAIMS, rsa.getPrivate());
      String key = Tokens.members(rsa.getPublic());

      assertThat(value(byKeys("\"alg\":\"RS256\"," + key), token)).isEqualTo("text ann");
      assertThat(value(byKeys("\"alg\":\"RS512\"," + key), token)).isNull();
    }

    @Test
    void changedTokenIsRefused() throws GeneralSecurityException {
      String token = hs256(CLAIMS);
      String other = hs256(CLAIMS.replace("ann", "bob"));
      String[] parts = token.split("\\.", -1);
      String[] others = other.split("\\.", -1);

      assertThat(value(BY_SECRET, token)).isEqualTo("text ann");
      assertThat(value(BY_SECRET, parts[0] + "." + others[1] + "." + parts[2])).isNull();
    }
  }

  @Nested
  class Rfc8725Attacks {

    @ParameterizedTest
    @ValueSource(
        strings = {"none", "None", "NONE", "", "hs256", "HS1", "PS256", "EdDSA", "HmacSHA256"})
    void otherAlgorithmsAreRefused(String algorithm) throws GeneralSecurityException {
      String header = "{\"alg\":\"" + algorithm + "\"}";

      assertThat(value(BY_SECRET, Tokens.byMac("HmacSHA256", header, CLAIMS, SECRET))).isNull();
      assertThat(value(BY_SECRET, Tokens.withSignature(header, CLAIMS, new byte[] {1}))).isNull();
      assertThat(
              value(
                  byKeys(Tokens.members(rsa.getPublic())),
                  Tokens.byKey("SHA256withRSA", header, CLAIMS, rsa.getPrivate())))
          .isNull();
    }

    @Test
    void unsignedTokenIsNoToken() {
      assertThat(Jwt.parse(Tokens.withSignature(HEADER, CLAIMS, new byte[0]))).isNull();
    }

    @Test
    void headerWithoutAlgorithmIsRefused() throws GeneralSecurityException {
      assertThat(value(BY_SECRET, Tokens.byMac("HmacSHA256", "{}", CLAIMS, SECRET))).isNull();
      assertThat(value(BY_SECRET, Tokens.byMac("HmacSHA256", "{\"alg\":1}", CLAIMS, SECRET)))
          .isNull();
    }

    @Test
    void publicKeyIsNoSecret() throws GeneralSecurityException {
      JwtVerifier verifier = byKeys(Tokens.members(rsa.getPublic()));
      byte[] encoded = rsa.getPublic().getEncoded();

      assertThat(value(verifier, Tokens.byMac("HmacSHA256", HEADER, CLAIMS, encoded))).isNull();
    }

    @Test
    void secretDoesNotMakeKeysCount() throws GeneralSecurityException {
      String token = Tokens.byKey("SHA256withRSA", "{\"alg\":\"RS256\"}", CLAIMS, rsa.getPrivate());

      assertThat(value(BY_SECRET, token)).isNull();
    }

    @Test
    void signatureOfZerosIsRefused() {
      JwtVerifier verifier =
          byKeys(Tokens.members(p256.getPublic()), Tokens.members(p384.getPublic()));
      byte[] half = new byte[64];
      half[63] = 1;
      byte[] otherHalf = new byte[64];
      otherHalf[0] = 1;

      for (byte[] signature : new byte[][] {new byte[64], half, otherHalf, new byte[8]}) {
        assertThat(value(verifier, Tokens.withSignature("{\"alg\":\"ES256\"}", CLAIMS, signature)))
            .isNull();
      }
      assertThat(JwtAlgorithm.ES256.mayBeSignature(half)).isFalse();
      assertThat(JwtAlgorithm.ES256.mayBeSignature(otherHalf)).isFalse();
      assertThat(JwtAlgorithm.ES384.mayBeSignature(new byte[96])).isFalse();
      assertThat(JwtAlgorithm.RS256.mayBeSignature(new byte[1])).isTrue();
    }

    @Test
    void criticalHeaderMembersAreRefused() throws GeneralSecurityException {
      String header = "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}";

      assertThat(value(BY_SECRET, Tokens.byMac("HmacSHA256", header, CLAIMS, SECRET))).isNull();
    }

    @Test
    void withoutKeysNothingVerifies() throws GeneralSecurityException {
      JwtVerifier verifier =
          new JwtVerifier(
              new JwtVerifier.Settings("http://issuer/keys", null, "sub", null, null), null);
      String token = Tokens.byKey("SHA256withRSA", "{\"alg\":\"RS256\"}", CLAIMS, rsa.getPrivate());

      assertThat(value(verifier, token)).isNull();
    }
  }

  @Nested
  class Rfc7519Section41Claims {

    @ParameterizedTest(name = "{2}: {0}")
    @CsvSource(
        quoteCharacter = '\'',
        nullValues = "-",
        delimiter = '|',
        textBlock =
            """
            {"sub":"ann"}                        | text ann   | 'no dates'
            {"sub":"ann","exp":1000001}          | text ann   | 'before the end'
            {"sub":"ann","exp":1000000}          | -          | 'at the end'
            {"sub":"ann","exp":999999}           | -          | 'after the end'
            {"sub":"ann","exp":1000000.5}        | -          | 'fractions are cut'
            {"sub":"ann","exp":"2000000"}        | -          | 'end is no number'
            {"sub":"ann","exp":null}             | -          | 'end is no number'
            {"sub":"ann","exp":1e300}            | -          | 'end is no date'
            {"sub":"ann","exp":1e999999999}      | -          | 'end is no date'
            {"sub":"ann","nbf":999999}           | text ann   | 'after the start'
            {"sub":"ann","nbf":1000000}          | text ann   | 'at the start'
            {"sub":"ann","nbf":1000001}          | -          | 'before the start'
            {"sub":"ann","nbf":true}             | -          | 'start is no number'
            {"sub":7}                            | number 7   | 'number'
            {"sub":"7"}                          | text 7     | 'text is not that number'
            {"sub":""}                           | -          | 'empty'
            {"sub":null}                         | -          | 'null'
            {"sub":["ann"]}                      | -          | 'list'
            {"sub":{"a":1}}                      | -          | 'object'
            {}                                   | -          | 'none'
            """)
    void datesAndIdentity(String claims, String value, String description)
        throws GeneralSecurityException {
      assertThat(value(BY_SECRET, hs256(claims))).isEqualTo(value);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        quoteCharacter = '\'',
        delimiter = '|',
        textBlock =
            """
            {"sub":"a","iss":"i","aud":"me"}             | true
            {"sub":"a","iss":"i","aud":["you","me"]}     | true
            {"sub":"a","iss":"i","aud":["you"]}          | false
            {"sub":"a","iss":"i","aud":"you"}            | false
            {"sub":"a","iss":"i","aud":[["me"]]}         | false
            {"sub":"a","iss":"i"}                        | false
            {"sub":"a","iss":"j","aud":"me"}             | false
            {"sub":"a","iss":["i"],"aud":"me"}           | false
            {"sub":"a","aud":"me"}                       | false
            """)
    void issuerAndAudience(String claims, boolean holds) throws GeneralSecurityException {
      assertThat(value(bySecret("i", "me"), hs256(claims)) != null).isEqualTo(holds);
      assertThat(value(BY_SECRET, hs256(claims))).isEqualTo("text a");
    }

    @Test
    void issuerIsToldWithTheClaim() throws GeneralSecurityException {
      Jwt token = Jwt.parse(hs256("{\"sub\":\"ann\",\"iss\":\"i\"}"));

      assertThat(BY_SECRET.verify(token, NOW))
          .isEqualTo(new JwtVerifier.Claim("i", "sub", "text ann"));
    }
  }

  @Nested
  class Parsing {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "e",
          "e.e",
          "..",
          "e.e.e.e",
          "x.e.e",
          "e.e.e",
          "eyJ9.eyJ9.AA",
          "bearer",
          "e!.e.e"
        })
    void whatIsNoToken(String text) {
      assertThat(Jwt.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "[]",
          "7",
          "{",
          "{} {}",
          "{\"sub\":\"a\",\"sub\":\"b\"}",
          "{\"a\":{\"b\":1,\"b\":2}}",
          "{\"exp\":1e99999999999}"
        })
    void claimsThatAreNoObjectMakeNoToken(String claims) throws GeneralSecurityException {
      assertThat(Jwt.parse(hs256("{\"exp\":1,\"a\":{\"b\":[{}]},\"c\":[\"d\",1,[],{}]}")))
          .isNotNull();
      assertThat(Jwt.parse(hs256(claims))).isNull();
    }

    @Test
    void tokenHasALimit() throws GeneralSecurityException {
      assertThat(Jwt.parse(hs256("{\"a\":\"" + "x".repeat(8000) + "\"}"))).isNotNull();
      assertThat(Jwt.parse(hs256("{\"a\":\"" + "x".repeat(16_000) + "\"}"))).isNull();
    }
  }

  @Nested
  class SettingsOfIt {

    @Test
    void nameOneSourceOfTrust() {
      assertThatThrownBy(() -> new JwtVerifier.Settings("u", "s", "sub", null, null))
          .hasMessage("write either jwks_url or secret");
      assertThatThrownBy(() -> new JwtVerifier.Settings(null, null, "sub", null, null))
          .hasMessage("write either jwks_url or secret");
    }

    @Test
    void doNotTellTheSecret() {
      assertThat(new JwtVerifier.Settings(null, "s3cret", "sub", null, null).toString())
          .doesNotContain("s3cret");
    }
  }
}
