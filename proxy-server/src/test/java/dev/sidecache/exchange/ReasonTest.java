package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.Trace;
import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.testing.Requests;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For one refusal an explanation and Cache-Status have one word. */
class ReasonTest {
  private static final String YAML =
      """
      never_cache: { paths: [/never] }
      routes:
        - { name: aside, match: { path: /aside }, ttl: 60s, mode: bypass }
        - { name: shared, match: { path: /shared }, ttl: origin, scope: shared, max_entry_size: 10 }
      """;

  private final RuleSet rules = TestGateway.config(YAML).rules();
  private final TestGateway gateway = new TestGateway(YAML);

  @AfterEach
  void letGo() {
    gateway.close();
  }

  private static Plan plan(RuleSet rules, RequestHead head) {
    return Plan.of(rules.match(head), head, Identity.NONE, null);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /never, X: 1, never_cache",
    "POST, /shared, X: 1, method",
    "GET, /else, X: 1, no_route",
    "GET, /aside, X: 1, route_bypass",
    "GET, /shared, Cache-Control: no-store, client_no_store",
    "GET, /shared, Content-Length: 5, body_too_large",
    "GET, /shared, 'Connection: upgrade\r\nUpgrade: websocket', upgrade_refused",
  })
  void requestIsNotLookedUp(String method, String path, String lines, String word) {
    gateway.origin(200, "text", "Cache-Control", "max-age=60");
    RequestHead head = Requests.of(method, path, fields(lines));

    String status = gateway.ask(head, "").cacheStatus();
    Trace trace = Trace.of(rules, plan(rules, head), null, gateway.clock.now());

    assertThat(status).endsWith("detail=" + word);
    assertThat(trace.reason()).isEqualTo(word);
  }

  @ParameterizedTest
  @CsvSource({
    "200, text, 'Cache-Control: no-store', no_store",
    "200, text, 'Cache-Control: private, max-age=60', private",
    "200, text, 'X: 1', no_lifetime",
    "200, text, 'Cache-Control: max-age=60\r\nSet-Cookie: a=b', set_cookie",
    "403, text, 'X: 1', status",
    "200, more than ten octets, 'Cache-Control: max-age=60', too_large",
    "200, text, 'Cache-Control: max-age=60\r\nContent-Type: text/event-stream', streaming",
    "206, text, 'Cache-Control: max-age=60', partial",
    "200, text, 'Cache-Control: max-age=60\r\nVary: *', vary_star",
  })
  void responseIsNotStored(int code, String text, String lines, String word) {
    String[] fields = fields(lines);
    gateway.origin(code, text, fields);
    RequestHead head = Requests.get("/shared");

    String status = gateway.ask(head, "").cacheStatus();

    assertThat(status).endsWith("detail=" + word);
    assertThat(explained(head, response(code, fields), text.length())).isEqualTo(word);
  }

  @Test
  void authorisedResponseIsNotStored() {
    String word = "authorization";
    gateway.origin(200, "text", "Cache-Control", "max-age=60");
    RequestHead head = Requests.get("/shared", "Authorization", "Bearer a");

    assertThat(gateway.ask(head, "").cacheStatus()).endsWith("detail=" + word);
    assertThat(explained(head, response(200, "Cache-Control", "max-age=60"), 4)).isEqualTo(word);
  }

  private String explained(RequestHead head, ResponseHead response, long length) {
    Instant now = gateway.clock.now();
    Plan plan = plan(rules, head);
    Storability.Verdict verdict = Storability.decide(plan, response, now, now, length);
    assertThat(verdict).isInstanceOf(Storability.Refuse.class);
    String told = ((Storability.Refuse) verdict).reason().word();
    return Trace.of(rules, plan, new Trace.Outcome(null, null, "not stored", told), now).reason();
  }

  private ResponseHead response(int code, String... fields) {
    Fields dated = Fields.of("Date", HttpDate.format(gateway.clock.now()));
    return new ResponseHead(code, dated.plus(Fields.of(fields)));
  }

  private static String[] fields(String lines) {
    return lines.replace(": ", "\r\n").split("\r\n", -1);
  }
}
