package dev.sidecache.caching;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.KeyParts.BodyKey;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Scope;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.Rules;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredRequestTest {
  private static final Identity USER = new Identity("7b1c22d09e", null, "header");

  private static StoredRequest read(Route route, RequestHead head, Identity who, byte[] content) {
    RuleSet rules = Rules.of(route);
    CacheKey key = CacheKey.of(rules.match(head), head, who, content);
    return StoredRequest.of(key, rules.byDigest());
  }

  @Test
  void keyTellsTheRequest() {
    Route route = Rules.route("detail", "/api/students/{id}", "student:{id}", "mine:{identity}");
    StoredRequest read = read(route, Requests.get("/api/students/a%20b?y=2&x=1"), USER, null);
    assertThat(read.route()).isSameAs(route);
    assertThat(read.method()).isEqualTo("GET");
    assertThat(read.url()).isEqualTo("api.example/api/students/a%20b?x=1&y=2");
    assertThat(read.user()).isEqualTo("7b1c22d0");
    assertThat(read.varying()).isEmpty();
    assertThat(read.tags()).containsExactly("student:a b", "mine:7b1c22d09e");
  }

  @Test
  void whatDoesNotCountIsNotThere() {
    KeyParts parts = new KeyParts(new KeyParts.Query.None(), List.of(), List.of(), false, null);
    Route route = Rules.changing("r", "/**").key(parts).scope(Scope.SHARED).build();
    StoredRequest read = read(route, Requests.of("HEAD", "/a?x=1"), USER, null);
    assertThat(read.method()).isEqualTo("GET");
    assertThat(read.url()).isEqualTo("/a");
    assertThat(read.user()).isNull();
  }

  @Test
  void bareQuestionMarkIsKept() {
    StoredRequest read = read(Rules.route("r", "/**"), Requests.get("/a?"), USER, null);
    assertThat(read.url()).isEqualTo("api.example/a?");
  }

  @Test
  void fieldsCookiesAndContentArePassedOver() {
    for (BodyKey.Format format : BodyKey.Format.values()) {
      BodyKey body = new BodyKey(format, List.of(), List.of(), 1_000);
      KeyParts parts =
          new KeyParts(
              new KeyParts.Query.All(), List.of("accept-language"), List.of("theme"), true, body);
      Route route = Rules.changing("ask", "/ask").methods("POST").key(parts).build();
      RequestHead head =
          Requests.of(
              "POST",
              "/ask",
              "Accept-Language",
              "de",
              "Accept-Language",
              "en",
              "Cookie",
              "theme=dark; theme=light",
              "Content-Type",
              "application/json");
      for (byte[] content : List.of("{}".getBytes(UTF_8), new byte[5_000])) {
        StoredRequest read = read(route, head, USER, content);
        assertThat(read.url()).isEqualTo("api.example/ask");
        assertThat(read.identity()).isEqualTo("7b1c22d09e");
      }
    }
  }

  @Test
  void variantTellsItsFieldsByNameOnly() {
    Route route = Rules.route("r", "/**");
    RuleSet rules = Rules.of(route);
    RequestHead head = Requests.get("/a", "Accept-Language", "de");
    CacheKey base = CacheKey.of(rules.match(head), head, USER, null);
    Fields fields = head.fields();
    CacheKey variant = CacheKey.variant(base, List.of("accept-language", "authorization"), fields);
    StoredRequest read = StoredRequest.of(variant, rules.byDigest());
    assertThat(read.varying()).containsExactly("accept-language", "authorization");
    assertThat(read.url()).isEqualTo("api.example/a");
  }

  @Test
  void valuesAndKeysOfOtherRulesAreNone() {
    RequestHead head = Requests.get("/a");
    CacheKey key = CacheKey.of(Rules.of(Rules.route("r", "/**")).match(head), head, USER, null);
    RuleSet others = Rules.of(Rules.changing("r", "/**").scope(Scope.SHARED).build());
    assertThat(StoredRequest.of(key, others.byDigest())).isNull();
    assertThat(StoredRequest.of(CacheKey.ofValue("a"), others.byDigest())).isNull();
  }
}
