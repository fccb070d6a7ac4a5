package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.VersionedOrigin;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Equal simultaneous requests make one origin request, and never more than may be shared. */
class CoalescingIT {
  private static final int CLIENTS = 200;
  private static final String RULES =
      """
      routes:
        - { name: mine, match: { path: "/mine/**" }, ttl: 1m }
        - { name: shared, match: { path: "/shared/**" }, ttl: 1m, scope: shared }
      """;

  private VersionedOrigin origin;
  private RunningProxy proxy;

  @BeforeEach
  void start() throws Exception {
    origin = new VersionedOrigin().delay(300);
    proxy = RunningProxy.start(origin.url(), RULES, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    origin.close();
  }

  private List<HttpResponse<String>> all(int clients, String path, String... users)
      throws Exception {
    List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      running.add(proxy.getLater(path, users.length == 0 ? null : users[i % users.length]));
    }
    List<HttpResponse<String>> answers = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> one : running) {
      answers.add(one.get(30, TimeUnit.SECONDS));
    }
    return answers;
  }

  @Test
  void theOriginSeesOneRequestPerKey() throws Exception {
    List<HttpResponse<String>> answers = all(CLIENTS, "/shared/a");

    assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
    assertThat(answers).extracting(HttpResponse::body).containsOnly(answers.get(0).body());
    assertThat(origin.reads()).isEqualTo(1);
    assertThat(answers)
        .extracting(RunningProxy::cacheStatus)
        .anyMatch(status -> status.contains("collapsed"));
    assertThat(all(CLIENTS, "/shared/a"))
        .extracting(RunningProxy::cacheStatus)
        .allMatch(status -> status.contains("; hit"));
    assertThat(origin.reads()).isEqualTo(1);
  }

  @Test
  void usersNeverShareThroughAFetchUnderWay() throws Exception {
    List<HttpResponse<String>> answers = all(CLIENTS, "/mine/a", "ann", "bob", "cyd", "dan");

    for (HttpResponse<String> answer : answers) {
      String asked = answer.request().headers().firstValue("Authorization").orElseThrow();
      assertThat(answer.body()).contains("\"user\":\"" + asked + "\"");
    }
    assertThat(origin.reads()).isEqualTo(4);
  }

  @Test
  void anAnswerThatMayNotBeSharedReleasesTheWaiters() throws Exception {
    origin.field("Cache-Control: no-store");

    List<HttpResponse<String>> answers = all(20, "/shared/b");

    assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
    assertThat(answers)
        .extracting(RunningProxy::cacheStatus)
        .noneMatch(status -> status.contains("collapsed") || status.contains("hit"));
    assertThat(origin.reads()).isEqualTo(20);
  }

  @Test
  void aVaryingAnswerIsSharedOnlyWithThoseItSelects() throws Exception {
    origin.field("Vary: Authorization");

    List<HttpResponse<String>> answers = all(40, "/shared/c", "ann", "bob");

    for (HttpResponse<String> answer : answers) {
      String asked = answer.request().headers().firstValue("Authorization").orElseThrow();
      assertThat(answer.body()).contains("\"user\":\"" + asked + "\"");
    }
  }

  @Test
  void aLeaderThatLeavesDoesNotFailTheOthers() throws Exception {
    CompletableFuture<HttpResponse<String>> follower;
    try (RawClient leader = RawClient.connect(proxy.address().getPort())) {
      leader.get("/shared/d");
      org.awaitility.Awaitility.await().until(() -> origin.reads() == 1);
      follower = proxy.getLater("/shared/d", null);
    }
    assertThat(follower.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(proxy.get("/shared/d", null).statusCode()).isEqualTo(200);
    assertThat(origin.reads()).isLessThanOrEqualTo(2);
  }
}
