package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sidecache.TokenKeys.Times;
import dev.sidecache.caching.Identity;
import dev.sidecache.http.Fields;
import dev.sidecache.identity.Credentials;
import dev.sidecache.identity.JwtVerifier;
import dev.sidecache.identity.Tokens;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys of tokens from a real issuer's address, and what holds as long as they do not come. */
class TokenKeysIT {
  private static final Times OFTEN = new Times(Duration.ofHours(1), Duration.ofMillis(1));
  private static final Times SELDOM = new Times(Duration.ofHours(1), Duration.ofHours(1));
  private static KeyPair old;
  private static KeyPair next;

  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer issuer;
  private volatile String set;
  private volatile int status = 200;

  @BeforeAll
  static void generateKeys() throws Exception {
    old = Tokens.rsa(2048);
    next = Tokens.rsa(2048);
  }

  @BeforeEach
  void start() throws IOException {
    set = keys("old", old);
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext("/keys", this::answer);
    issuer.start();
  }

  @AfterEach
  void stop() {
    issuer.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.incrementAndGet();
      byte[] content = set.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, content.length);
      exchange.getResponseBody().write(content);
    }
  }

  private static String keys(String id, KeyPair pair) {
    return "{\"keys\":[{\"kid\":\"" + id + "\"," + Tokens.members(pair.getPublic()) + "}]}";
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
  }

  /** A token of ana's, another one for each serial number. */
  private static String token(String id, KeyPair pair, int serial) throws Exception {
    String header = "{\"alg\":\"RS256\",\"kid\":\"" + id + "\"}";
    String claims = "{\"sub\":\"ana\",\"jti\":" + serial + ",\"exp\":4102444800}";
    return Tokens.byKey("SHA256withRSA", header, claims, pair.getPrivate());
  }

  private Credentials credentials() {
    JwtVerifier.Settings jwt = new JwtVerifier.Settings(url().toString(), null, "sub", null, null);
    return new Credentials(
        new Credentials.Settings(Credentials.Settings.DEFAULT.from(), jwt, true), "test");
  }

  private static Identity of(Credentials credentials, String token) {
    return credentials.identify(
        Requests.get("/a").withFields(Fields.of("Authorization", "Bearer " + token)),
        Instant.parse("2026-03-01T09:30:00Z"));
  }

  private static void await(String what, java.util.concurrent.Callable<Boolean> holds) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(holds);
  }

  @Test
  void aRenewedTokenFindsWhatTheOneBeforeItStored() throws Exception {
    String rules =
        "identity: { jwt: { jwks_url: \""
            + url()
            + "\" } }\nroutes: [{ name: mine, match: { path: /mine }, ttl: 60 }]\n";
    try (ScriptedOrigin origin = ScriptedOrigin.answering("mine");
        RunningProxy proxy = RunningProxy.start(origin.url(), rules, Map.of()).awaitCache()) {
      await("keys", () -> proxy.metric("jwks_fetches_total{outcome=\"ok\"}") == 1);

      proxy.get("/mine", token("old", old, 1));
      assertThat(RunningProxy.cacheStatus(proxy.get("/mine", token("old", old, 2))))
          .contains("; hit");
      assertThat(RunningProxy.cacheStatus(proxy.get("/mine", token("old", next, 3))))
          .as("a forged one")
          .contains("fwd=uri-miss");
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void aKeyThatIsNotKnownIsFetched() throws Exception {
    try (TokenKeys keys = new TokenKeys(OFTEN)) {
      Credentials credentials = keys.follow(credentials(), url());
      await("keys", () -> keys.fetched() == 1);
      assertThat(of(credentials, token("old", old, 1)).source())
          .isEqualTo("claim sub of header Authorization");

      set = keys("next", next);
      Identity stranger = of(credentials, token("next", next, 1));
      assertThat(stranger.source()).isEqualTo("header Authorization (jwks_unknown_key)");
      await("the new key", () -> !of(credentials, token("next", next, 1)).equals(stranger));
      assertThat(of(credentials, token("next", next, 1)).digest())
          .isEqualTo(of(credentials, token("next", next, 2)).digest());
    }
  }

  @Test
  void strangersTokensDoNotAskTheIssuerAgainAndAgain() throws Exception {
    try (TokenKeys keys = new TokenKeys(SELDOM)) {
      Credentials credentials = keys.follow(credentials(), url());
      await("keys", () -> keys.fetched() == 1);
      for (int i = 0; i < 50; i++) {
        assertThat(of(credentials, token("invented" + i, next, i)).source())
            .endsWith("(jwks_unknown_key)");
      }
      keys.follow(credentials(), url());
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void asLongAsNoneComeTokensAreToldApartByThemselves() throws Exception {
    status = 500;
    try (TokenKeys keys = new TokenKeys(OFTEN)) {
      Credentials credentials = keys.follow(credentials(), url());
      await("failed", () -> keys.failed() >= 1);
      Identity one = of(credentials, token("old", old, 1));
      assertThat(one.source()).isEqualTo("header Authorization (jwks_unavailable)");
      assertThat(one.digest()).isNotEqualTo(of(credentials, token("old", old, 2)).digest());

      status = 200;
      await("asked again", () -> keys.fetched() >= 1);
      assertThat(of(credentials, token("old", old, 1)).digest())
          .isEqualTo(of(credentials, token("old", old, 2)).digest());

      set = "x".repeat(300 << 10);
      double before = keys.failed();
      assertThat(of(credentials, token("next", next, 1)).source()).endsWith("_key)");
      await("too much", () -> keys.failed() > before);
      assertThat(of(credentials, token("old", old, 3)).source()).startsWith("claim");
    }
  }

  @Test
  void whenKeysAreDue() {
    Times times = new Times(Duration.ofHours(1), Duration.ofSeconds(30));

    assertThat(times.areDue(false, -1)).isTrue();
    assertThat(times.areDue(true, Duration.ofSeconds(30).toNanos() - 1)).isFalse();
    assertThat(times.areDue(true, Duration.ofSeconds(30).toNanos())).isTrue();
    assertThat(times.areDue(false, Duration.ofHours(1).toNanos() - 1)).isFalse();
    assertThat(times.areDue(false, Duration.ofHours(1).toNanos())).isTrue();
  }
}
