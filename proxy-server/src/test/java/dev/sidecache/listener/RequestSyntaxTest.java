package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.listener.RequestSyntax.Accepted;
import dev.sidecache.listener.RequestSyntax.Refused;
import dev.sidecache.message.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request line and its fields mean; the octets are {@link HostileRequestsIT}'s. */
class RequestSyntaxTest {
  private static RequestSyntax.Outcome read(String method, String target, String... fields) {
    return RequestSyntax.read(method, target, true, Fields.of(fields), "http");
  }

  private static Accepted accepted(String method, String target, String... fields) {
    return (Accepted) read(method, target, fields);
  }

  @Test
  void headIsInNormalForm() {
    Accepted request = accepted("GET", "/%7Ea?b", "Host", "A.Example:80");
    assertThat(request.head().method()).isEqualTo("GET");
    assertThat(request.head().authority()).isEqualTo("a.example");
    assertThat(request.head().target().pathAndQuery()).isEqualTo("/~a?b");
    assertThat(request.head().version()).isEqualTo("1.1");
    assertThat(request.head().scheme()).isEqualTo("http");
  }

  @ParameterizedTest
  @CsvSource({
    "a.example,          http,  a.example",
    "A.EXAMPLE:8080,     http,  a.example:8080",
    "a.example:80,       http,  a.example",
    "a.example:80,       https, a.example:80",
    "a.example:443,      https, a.example",
    "a.example:,         http,  a.example",
    "'[2001:DB8::1]:81', http,  '[2001:db8::1]:81'",
    "'[::1]',            http,  '[::1]'",
    "10.0.0.1:00080,     http,  10.0.0.1",
    "a_b-c.~d,           http,  a_b-c.~d",
  })
  void authorityHasOneForm(String text, String scheme, String normal) {
    assertThat(RequestSyntax.normalAuthority(text, scheme)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ":80", "a b", "a,b", "a@b", "a/b", "a?b", "a#b", "a\\b", "a%41", "a:b", "a:-1",
        "a:65536", "a:0", "a:1:2", "[", "[]", "[::1", "[::1]x", "[::g]", "::1", "\u00e4"
      })
  void anythingElseIsNone(String text) {
    assertThat(RequestSyntax.normalAuthority(text, "http")).isNull();
  }

  @Test
  void absoluteFormIsReduced() {
    assertThat(accepted("GET", "http://a/b?c", "Host", "a").head().target().pathAndQuery())
        .isEqualTo("/b?c");
    assertThat(accepted("GET", "HTTP://A", "Host", "a").head().path()).isEqualTo("/");
    assertThat(accepted("GET", "http://a?c", "Host", "a").head().target().pathAndQuery())
        .isEqualTo("/?c");
    assertThat(read("GET", "http://b/", "Host", "a")).isEqualTo(new Refused(Problems.MALFORMED));
  }

  @Test
  void persistenceIsAsTheVersionSays() {
    assertThat(accepted("GET", "/", "Host", "a").keepAlive()).isTrue();
    assertThat(accepted("GET", "/", "Host", "a", "Connection", "x, Close").keepAlive()).isFalse();
    Fields none = Fields.empty();
    Fields asks = Fields.of("Connection", "Keep-Alive");
    assertThat(((Accepted) RequestSyntax.read("GET", "/", false, none, "http")).keepAlive())
        .isFalse();
    assertThat(((Accepted) RequestSyntax.read("GET", "/", false, asks, "http")).keepAlive())
        .isTrue();
  }

  @Test
  void expectationOfHttp10IsIgnored() {
    assertThat(accepted("PUT", "/", "Host", "a", "Expect", "100-Continue").expectsContinue())
        .isTrue();
    Fields expects = Fields.of("Expect", "anything");
    assertThat(
            ((Accepted) RequestSyntax.read("PUT", "/", false, expects, "http")).expectsContinue())
        .isFalse();
    assertThat(read("PUT", "/", "Host", "a", "Expect", "anything"))
        .isEqualTo(new Refused(Problems.EXPECTATION_FAILED));
  }

  @Test
  void optionsForTheProxyGoesNoFurther() {
    assertThat(accepted("OPTIONS", "*", "Host", "a").forProxy()).isTrue();
    assertThat(accepted("OPTIONS", "/", "Host", "a", "Max-Forwards", "0").forProxy()).isTrue();
    assertThat(accepted("OPTIONS", "/", "Host", "a", "Max-Forwards", "1").forProxy()).isFalse();
    assertThat(accepted("GET", "/", "Host", "a", "Max-Forwards", "0").forProxy()).isFalse();
    assertThat(read("GET", "*", "Host", "a")).isEqualTo(new Refused(Problems.MALFORMED));
  }

  @Test
  void tunnelsAndLoopbacksAreRefused() {
    assertThat(read("CONNECT", "a:443", "Host", "a"))
        .isEqualTo(new Refused(Problems.NOT_IMPLEMENTED));
    assertThat(read("TRACE", "/", "Host", "a")).isEqualTo(new Refused(Problems.METHOD_NOT_ALLOWED));
    assertThat(read("connect", "/", "Host", "a")).isInstanceOf(Accepted.class);
  }
}
