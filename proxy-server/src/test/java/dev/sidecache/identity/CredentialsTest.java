package dev.sidecache.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.caching.Identity;
import dev.sidecache.testing.Requests;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
  private static final String HEADER = "{\"alg\":\"HS256\"}";
  private static final String SECRET = "a secret of more than thirty-two bytes";

  private static Credentials from(String... sources) {
    return new Credentials(settings(null, true, sources), "namespace");
  }

  private static Credentials.Settings settings(
      JwtVerifier.Settings jwt, boolean caps, String... sources) {
    return new Credentials.Settings(
        Stream.of(sources).map(CredentialSource::parse).toList(), jwt, caps);
  }

  private static Identity identity(Credentials credentials, String... fields) {
    return credentials.identify(Requests.get("/a", fields), NOW);
  }

  private static String digest(Credentials credentials, String... fields) {
    return identity(credentials, fields).digest();
  }

  private static String token(String claims) throws GeneralSecurityException {
    return Tokens.byMac("HmacSHA256", HEADER, claims, SECRET);
  }

  @Nested
  class Sources {
    private final Credentials all = new Credentials(Credentials.Settings.DEFAULT, "namespace");

    @Test
    void requestWithoutCredentialHasNoIdentity() {
      assertThat(identity(all, "Accept", "x", "X-Org-Id", "y")).isSameAs(Identity.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "authorization", "X-API-Key", "Cookie"})
    void eachDefaultSourceCounts(String name) {
      assertThat(digest(all, name, "1"))
          .isNotNull()
          .isEqualTo(digest(all, "Accept", "x", name, "1"))
          .isNotEqualTo(digest(all, name, "2"))
          .isNotEqualTo(digest(all, name, ""))
          .isNotEqualTo(digest(all, name, "1", name, "1"));
    }

    @Test
    void allPresentOnesCountTogether() {
      String both = digest(all, "Authorization", "1", "Cookie", "a=1");

      assertThat(both)
          .isEqualTo(digest(all, "Cookie", "a=1", "Authorization", "1"))
          .isNotEqualTo(digest(all, "Authorization", "1"))
          .isNotEqualTo(digest(all, "Cookie", "a=1"))
          .isNotEqualTo(digest(all, "Authorization", "1", "Cookie", "a=2"))
          .isNotEqualTo(digest(all, "Authorization", "1", "X-API-Key", "a=1"));
    }

    @Test
    void oneCookieCountsAloneWhereItIsNamed() {
      Credentials session = from("cookie:session");

      assertThat(digest(session, "Cookie", "session=1; theme=dark"))
          .isNotNull()
          .isEqualTo(digest(session, "Cookie", "theme=light; session=1"))
          .isNotEqualTo(digest(session, "Cookie", "session=2"))
          .isNotEqualTo(digest(session, "Cookie", "session=1; session=2"));
      assertThat(digest(session, "Cookie", "theme=dark")).isNull();
    }

    @Test
    void authorizationAlwaysCounts() {
      Credentials session = from("cookie:session");

      assertThat(digest(session, "Authorization", "1"))
          .isNotNull()
          .isNotEqualTo(digest(session, "Authorization", "2"));
      assertThat(digest(session, "Cookie", "session=1"))
          .isNotEqualTo(digest(session, "Cookie", "session=1", "Authorization", "1"));
    }

    @Test
    void authorizationNamedTwiceCountsOnce() {
      assertThat(digest(from("header:authorization"), "Authorization", "1"))
          .isEqualTo(digest(from(), "Authorization", "1"));
    }

    @Test
    void placeIsToldForPeople() {
      assertThat(identity(all, "Cookie", "a", "Authorization", "1").source())
          .isEqualTo("header Authorization, header Cookie");
      assertThat(identity(from("cookie:session"), "Cookie", "session=1").source())
          .isEqualTo("cookie session");
    }

    @Test
    void credentialIsInNothingThatIsTold() {
      Identity identity = identity(all, "Authorization", "Bearer s3cret");

      assertThat(identity.toString() + identity.digest() + identity.source())
          .doesNotContain("s3cret");
      assertThat(identity.digest()).matches("[A-Za-z0-9_-]{32}");
    }

    @Test
    void replicasAgreeAndNamespacesDoNot() {
      Credentials.Settings settings = Credentials.Settings.DEFAULT;
      Credentials replica = new Credentials(settings, "namespace");
      Credentials other = new Credentials(settings, "other");

      assertThat(digest(all, "Authorization", "1"))
          .isEqualTo(digest(replica, "Authorization", "1"))
          .isNotEqualTo(digest(other, "Authorization", "1"));
    }

    @Test
    void differentCredentialsNeverShareAnIdentity() {
      Random random = new Random(8);
      Credentials credentials = from("header:X", "cookie:c", "header:Y");
      Map<String, List<String>> seen = new HashMap<>();
      for (int i = 0; i < 5000; i++) {
        String x = "ab".repeat(random.nextInt(3));
        String y = "ab".substring(random.nextInt(3)) + random.nextInt(3);
        String[] fields =
            switch (random.nextInt(4)) {
              case 0 -> new String[] {"X", x, "Y", y};
              case 1 -> new String[] {"X", x, "X", y};
              case 2 -> new String[] {"X", x, "Cookie", "c=" + y};
              default -> new String[] {"Y", x, "Authorization", y};
            };
        List<String> earlier = seen.putIfAbsent(digest(credentials, fields), List.of(fields));
        assertThat(earlier == null || earlier.equals(List.of(fields))).isTrue();
      }
      assertThat(seen.size()).isGreaterThan(40);
    }
  }

  @Nested
  class Spelling {

    @ParameterizedTest
    @CsvSource({
      "header:Authorization, HEADER, Authorization",
      "cookie:session, COOKIE, session",
      "cookie:__Host-id, COOKIE, __Host-id"
    })
    void sources(String text, CredentialSource.Kind kind, String name) {
      assertThat(CredentialSource.parse(text)).isEqualTo(new CredentialSource(kind, name));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "Authorization",
          "header:",
          "header",
          "Header:X",
          "query:x",
          "cookie:a b",
          "cookie:a=b",
          "header:x:y",
          "cookie:a;b",
          "header:ü"
        })
    void anythingElseIsRefused(String text) {
      assertThatThrownBy(() -> CredentialSource.parse(text))
          .hasMessage(
              "\"" + text + "\" is no source of credentials; write header:NAME or cookie:NAME");
    }
  }

  @Nested
  class Ends {
    private final Credentials credentials = from("header:X-API-Key", "cookie:session");

    @Test
    void endOfATokenIsKnownWithoutVerification() throws GeneralSecurityException {
      String token = token("{\"exp\":2000000}");

      assertThat(identity(credentials, "Authorization", "Bearer " + token).expires())
          .isEqualTo(Instant.ofEpochSecond(2_000_000));
      assertThat(identity(credentials, "Authorization", "bearer  " + token).expires())
          .isEqualTo(Instant.ofEpochSecond(2_000_000));
      assertThat(identity(credentials, "X-API-Key", token).expires())
          .isEqualTo(Instant.ofEpochSecond(2_000_000));
      assertThat(identity(credentials, "Cookie", "session=" + token).expires())
          .isEqualTo(Instant.ofEpochSecond(2_000_000));
    }

    @Test
    void earliestEndCounts() throws GeneralSecurityException {
      String early = token("{\"exp\":1500000}");
      String late = token("{\"exp\":2000000}");

      assertThat(identity(credentials, "Authorization", early, "X-API-Key", late).expires())
          .isEqualTo(Instant.ofEpochSecond(1_500_000));
      assertThat(identity(credentials, "Authorization", late, "X-API-Key", early).expires())
          .isEqualTo(Instant.ofEpochSecond(1_500_000));
    }

    @Test
    void pastEndIsTold() throws GeneralSecurityException {
      assertThat(identity(credentials, "Authorization", token("{\"exp\":1}")).expires())
          .isEqualTo(Instant.ofEpochSecond(1));
    }

    @Test
    void noEnd() throws GeneralSecurityException {
      assertThat(identity(credentials, "Authorization", "Basic x").expires()).isNull();
      assertThat(identity(credentials, "Authorization", token("{}")).expires()).isNull();
      assertThat(
              identity(credentials, "X-API-Key", "a", "X-API-Key", token("{\"exp\":1}")).expires())
          .isNull();
    }

    @Test
    void endDoesNotCountWhereTheSettingSaysSo() throws GeneralSecurityException {
      Credentials without = new Credentials(settings(null, false), "namespace");

      assertThat(identity(without, "Authorization", token("{\"exp\":2000000}")).expires()).isNull();
    }
  }

  @Nested
  class Claims {
    private final JwtVerifier.Settings jwt =
        new JwtVerifier.Settings(null, SECRET, "sub", null, null);
    private final Credentials credentials =
        new Credentials(settings(jwt, true, "header:X-API-Key"), "namespace");

    @Test
    void tokensOfOneSubjectAreOneIdentity() throws GeneralSecurityException {
      String one = token("{\"sub\":\"ann\",\"exp\":1000010}");
      String two = token("{\"sub\":\"ann\",\"exp\":1000020}");

      assertThat(digest(credentials, "Authorization", "Bearer " + one))
          .isEqualTo(digest(credentials, "Authorization", "Bearer " + two));
      assertThat(identity(credentials, "Authorization", "Bearer " + two).source())
          .isEqualTo("claim sub of header Authorization");
      assertThat(identity(credentials, "Authorization", "Bearer " + two).expires())
          .isEqualTo(Instant.ofEpochSecond(1_000_020));
    }

    @Test
    void subjectsIssuersAndTypesPartThem() throws GeneralSecurityException {
      Stream<String> claims =
          Stream.of(
              "{\"sub\":\"ann\"}",
              "{\"sub\":\"bob\"}",
              "{\"sub\":\"ann\",\"iss\":\"i\"}",
              "{\"sub\":\"ann\",\"iss\":\"j\"}",
              "{\"sub\":\"7\"}",
              "{\"sub\":7}");
      List<String> tokens = claims.map(Claims::unchecked).toList();

      assertThat(tokens.stream().map(one -> digest(credentials, "Authorization", one)).distinct())
          .hasSize(6);
    }

    private static String unchecked(String claims) {
      try {
        return token(claims);
      } catch (GeneralSecurityException failed) {
        throw new AssertionError(failed);
      }
    }

    @Test
    void forgedTokenIsOnlyAHash() throws GeneralSecurityException {
      String real = token("{\"sub\":\"ann\"}");
      String forged = Tokens.byMac("HmacSHA256", HEADER, "{\"sub\":\"ann\"}", SECRET + "x");

      assertThat(digest(credentials, "Authorization", forged))
          .isNotNull()
          .isNotEqualTo(digest(credentials, "Authorization", real));
      assertThat(identity(credentials, "Authorization", forged).source())
          .isEqualTo("header Authorization");
    }

    @Test
    void otherCredentialsStillCount() throws GeneralSecurityException {
      String ann = token("{\"sub\":\"ann\"}");

      assertThat(digest(credentials, "Authorization", ann, "X-API-Key", "1"))
          .isNotEqualTo(digest(credentials, "Authorization", ann))
          .isNotEqualTo(digest(credentials, "Authorization", ann, "X-API-Key", "2"));
    }

    @Test
    void verificationEndsWithTheToken() throws GeneralSecurityException {
      String token = token("{\"sub\":\"ann\",\"exp\":1000010}");
      String verified = digestAt(token, NOW);

      assertThat(digestAt(token, NOW.plusSeconds(9))).isEqualTo(verified);
      assertThat(digestAt(token, NOW.plusSeconds(10))).isNotEqualTo(verified);
      assertThat(digestAt(token, NOW.plusSeconds(9))).isEqualTo(verified);
    }

    @Test
    void verificationBeginsWithTheToken() throws GeneralSecurityException {
      String token = token("{\"sub\":\"ann\",\"nbf\":1000030}");
      String early = digestAt(token, NOW);

      assertThat(digestAt(token, NOW.plusSeconds(59))).isEqualTo(early);
      assertThat(digestAt(token, NOW.plusSeconds(60))).isNotEqualTo(early);
    }

    private String digestAt(String token, Instant when) {
      return credentials.identify(Requests.get("/a", "Authorization", token), when).digest();
    }

    @Test
    void keysMayComeLaterAndChange() throws GeneralSecurityException {
      KeyPair pair = Tokens.rsa(2048);
      JwtVerifier.Settings byKeys =
          new JwtVerifier.Settings("http://issuer/keys", null, "sub", null, null);
      Credentials late = new Credentials(settings(byKeys, true), "namespace");
      String token =
          Tokens.byKey(
              "SHA256withRSA", "{\"alg\":\"RS256\"}", "{\"sub\":\"a\"}", pair.getPrivate());
      String before = digest(late, "Authorization", token);

      late.verifyBy(Tokens.keys(Tokens.members(pair.getPublic())));
      String verified = digest(late, "Authorization", token);
      late.verifyBy(Tokens.keys(Tokens.members(Tokens.rsa(2048).getPublic())));

      assertThat(verified).isNotEqualTo(before);
      assertThat(digest(late, "Authorization", token)).isEqualTo(before);
    }

    @Test
    void keysWithoutVerificationMeanNothing() {
      Credentials plain = from();
      String before = digest(plain, "Authorization", "1");

      plain.verifyBy(Tokens.keys());

      assertThat(digest(plain, "Authorization", "1")).isEqualTo(before);
    }
  }

  @Test
  void manyIdentitiesAreBounded() {
    Credentials credentials = from();
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      seen.put(digest(credentials, "Authorization", "user " + i), i);
    }
    assertThat(seen).hasSize(10_000);
    for (int i = 0; i < 100; i++) {
      assertThat(seen).containsEntry(digest(credentials, "Authorization", "user " + i), i);
    }
  }
}
