package dev.sidecache;

import static dev.sidecache.RunningProxy.cacheStatus;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a reload does to a proxy under way: to its entries, its writes, its series. */
class ReloadIT {
  private static final String SHARED = "{ name: a, match: { path: /a }, ttl: 60s, scope: shared }";
  private static final String OTHER = "{ name: b, match: { path: /b }, ttl: 60s, scope: shared }";

  private final AtomicInteger answers = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch arrived = new CountDownLatch(1);
  private volatile String held = "none";
  private volatile String status = "200 OK";
  private ScriptedOrigin origin;
  private RunningProxy proxy;

  /** Each answer has a number of its own; a request whose line begins as told waits. */
  @BeforeEach
  void start() throws Exception {
    origin =
        ScriptedOrigin.answering(
            request -> {
              String text = "{\"answer\":" + answers.incrementAndGet() + ",\"secret_code\":1}";
              if (request.startLine().startsWith(held)) {
                arrived.countDown();
                await(release);
              }
              return "HTTP/1.1 "
                  + status
                  + "\r\nContent-Type: application/json\r\nCache-Control: max-age=600\r\n"
                  + "Content-Length: "
                  + text.length()
                  + "\r\n\r\n"
                  + text;
            });
  }

  @AfterEach
  void stop() throws IOException {
    release.countDown();
    if (proxy != null) {
      proxy.close();
    }
    origin.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String routes(String... routes) {
    return "routes: [" + String.join(", ", routes) + "]\n";
  }

  private void run(String rules) throws Exception {
    proxy = RunningProxy.start(origin.url(), rules, Map.of()).awaitCache();
  }

  private JsonNode reload(String rules) throws Exception {
    HttpResponse<String> answer = proxy.reload(rules);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private boolean isHit(String path, String user) throws Exception {
    return cacheStatus(proxy.get(path, user)).contains("; hit");
  }

  private void store(String path, String user) throws Exception {
    proxy.get(path, user);
    assertThat(isHit(path, user)).isTrue();
  }

  @Test
  void entriesOfRulesThatStayAreKept() throws Exception {
    run(routes(SHARED, OTHER));
    store("/a", null);
    store("/b", null);

    JsonNode told =
        reload(routes(OTHER, SHARED.replace("60s", "90s").replace("/a }", "/a, methods: [GET] }")));

    assertThat(told.path("generation").asInt()).isEqualTo(2);
    assertThat(texts(told.path("changed")))
        .containsExactly("routes[1].match.methods", "routes[1].ttl", "order of rules");
    assertThat(told.path("restart_required")).isEmpty();
    assertThat(isHit("/a", null)).isTrue();
    assertThat(isHit("/b", null)).isTrue();
  }

  /** Whoever stored it, and whatever it was stored as: other rules decide for whom. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'scope: shared' | 'scope: user'",
        "'ttl: 60s' | 'ttl: origin'",
        "'path: /a' | 'path: \"/{any}\"'",
        "'x-none: 1' | 'identity: { from: [cookie:session] }'",
        "'x-none: 1' | 'never_cache: { request_headers: [X-Preview] }'",
        "'x-none: 1' | 'never_cache: { response_fields: [default, secret_code] }'",
        "'x-none: 1' | 'never_cache: { content_types: [text/html] }'",
      })
  void entriesStoredUnderOtherTermsAreNotServed(String before, String after) throws Exception {
    String rules = routes(SHARED) + "x-none: 1\n";
    run(rules);
    store("/a", "somebody");

    reload(rules.replace(before, after));

    HttpResponse<String> answer = proxy.get("/a", null);
    assertThat(cacheStatus(answer)).doesNotContain("; hit");
    assertThat(answer.body()).contains("\"answer\":2");
  }

  @Test
  void shorterLifetimeHoldsForWhatIsStored() throws Exception {
    run(routes(SHARED));
    store("/a", null);

    reload(routes(SHARED.replace("60s", "0s")));

    assertThat(isHit("/a", null)).isFalse();
  }

  @Test
  void statusThatIsNoLongerStoredIsNotServed() throws Exception {
    status = "404 Not Found";
    String both = SHARED.replace("scope", "statuses: [200, 404], scope");
    run(routes(both));
    store("/a", null);

    reload(routes(both.replace("200, 404", "200")));

    assertThat(isHit("/a", null)).isFalse();
  }

  /** A fetch that began before belongs to the rules of then, and so does what it stores. */
  @Test
  void requestKeepsTheRulesItBeganUnder() throws Exception {
    run(routes(SHARED));
    held = "GET /a";
    CompletableFuture<HttpResponse<String>> old = proxy.getLater("/a", "first");
    await(arrived);

    reload(routes(SHARED.replace("shared", "user")));
    held = "none";
    release.countDown();

    assertThat(cacheStatus(old.get(20, TimeUnit.SECONDS))).contains("stored");
    assertThat(proxy.get("/a", "second").body()).contains("\"answer\":2");
    assertThat(isHit("/a", "second")).isTrue();
  }

  /** The write began under rules that knew nothing of what is read and stored under the new. */
  @Test
  void writeUnderWayTakesWithItWhatNewRulesSay() throws Exception {
    String tagged = SHARED.replace("scope", "tags: [%s], scope");
    String rule = "invalidate: [{ name: w, when: { methods: [PUT], path: /w }, tags: [%s] }]\n";
    run(routes(tagged.formatted("old")) + rule.formatted("old"));
    held = "PUT /w";
    CompletableFuture<HttpResponse<String>> write =
        CompletableFuture.supplyAsync(() -> uncheckedPut("/w"));
    await(arrived);

    reload(routes(tagged.formatted("new")) + rule.formatted("new"));
    store("/a", null);
    release.countDown();
    assertThat(write.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);

    assertThat(isHit("/a", null)).isFalse();
  }

  private HttpResponse<String> uncheckedPut(String path) {
    try {
      return proxy.put(path, null);
    } catch (IOException | InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void newRuleActsAtOnce() throws Exception {
    run(routes(SHARED));
    store("/a", null);
    proxy.put("/w", null);
    assertThat(isHit("/a", null)).isTrue();

    JsonNode told =
        reload(
            routes(SHARED)
                + "invalidate: [{ name: w, when: { methods: [PUT], path: /w }, routes: [a] }]\n");
    assertThat(texts(told.path("changed"))).containsExactly("invalidate[0] added: w");
    proxy.put("/w", null);

    assertThat(isHit("/a", null)).isFalse();
  }

  @Test
  void allErrorsAreToldAndWhatRanStays() throws Exception {
    run(routes(SHARED));
    store("/a", null);

    HttpResponse<String> refused = proxy.reload("routes: [{ nam: a, ttl: 2 minutes }]\n");

    assertThat(refused.statusCode()).isEqualTo(422);
    JsonNode problem = new ObjectMapper().readTree(refused.body());
    assertThat(problem.path("detail").asText())
        .isEqualTo("4 errors; the running configuration stays");
    assertThat(problem.path("errors").findValuesAsText("path"))
        .containsExactly("routes[0].match", "routes[0].name", "routes[0].nam", "routes[0].ttl");
    assertThat(problem.path("errors").get(3).path("line").asInt()).isEqualTo(5);
    assertThat(problem.path("errors").get(3).path("column").asInt()).isEqualTo(25);
    assertThat(isHit("/a", null)).isTrue();
    String metrics = metrics();
    assertThat(metrics).contains("sidecache_config_last_reload_successful 0");
    reload(routes(SHARED));
    assertThat(metrics()).contains("sidecache_config_last_reload_successful 1");
  }

  private String metrics() throws Exception {
    return proxy.admin("GET", "/metrics", "").body();
  }

  @Test
  void socketsAndStoresStayAndAreNamed() throws Exception {
    run(routes(SHARED));
    store("/a", null);

    JsonNode told =
        reload(
            routes(SHARED.replace("scope", "max_entry_size: 8MiB, scope"))
                + "cache: { namespace: other, l1: { max_size: 1MiB } }\nlog: { access: none }\n");

    assertThat(texts(told.path("changed")))
        .contains("cache.namespace", "cache.l1.max_size", "log.access");
    assertThat(texts(told.path("restart_required")))
        .containsExactlyInAnyOrder(
            "cache.namespace", "cache.l1.max_size", "routes[0].max_entry_size");
    assertThat(isHit("/a", null)).isTrue();
    JsonNode again = reload(routes(SHARED) + "cache: { namespace: other }\n");
    assertThat(texts(again.path("restart_required"))).containsExactly("cache.namespace");
  }

  @Test
  void seriesOfVanishedRoutesAreRemoved() throws Exception {
    run(routes(SHARED, OTHER));
    store("/b", null);
    assertThat(metrics()).contains("route=\"a\"").contains("route=\"b\"");

    JsonNode told = reload(routes(SHARED));

    assertThat(texts(told.path("changed"))).containsExactly("routes[1] removed: b");
    assertThat(metrics()).contains("route=\"a\"").doesNotContain("route=\"b\"");
  }

  @Test
  void whatAVariableHoldsIsNotShown() throws Exception {
    run(routes(SHARED));

    reload(routes(SHARED.replace("scope", "tags: [\"${UPSTREAM_URL}\"], scope")));

    assertThat(proxy.admin("GET", "/v1/config", "").body())
        .contains("{\"path\":\"routes[0].tags\",\"value\":\"***\"")
        .doesNotContain("[" + origin.url());
  }

  @Test
  void effectiveValuesAreShownWithTheirSources() throws Exception {
    run(routes(SHARED) + "identity: { jwt: { secret: a-secret-of-the-test } }\n");

    String shown = proxy.admin("GET", "/v1/config?effective=true", "").body();

    assertThat(shown)
        .contains("{\"path\":\"routes[0].ttl\",\"value\":\"60s\",\"source\":\"test.yaml:5\"}")
        .contains(
            "{\"path\":\"cache.store\",\"value\":\"memory\",\"source\":\"env SIDECACHE_STORE\"}")
        .contains("{\"path\":\"identity.jwt.secret\",\"value\":\"***\"")
        .doesNotContain("a-secret-of-the-test");
  }
}
