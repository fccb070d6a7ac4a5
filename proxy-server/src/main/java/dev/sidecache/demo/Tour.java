package dev.sidecache.demo;

import dev.sidecache.demo.TourClient.Ask;
import dev.sidecache.demo.TourClient.Seen;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Walks through what the proxy does for the two teams, and checks each step against what it claims.
 */
final class Tour {
  private static final int SAMPLES = 31;

  private final Stage stage;
  private final TourReport report;
  private final TourClient crm;
  private final TourClient propiq;

  /** Where the tour takes place. */
  interface Stage {
    URI crm();

    URI propiq();

    /** How many requests the CRM's backend has seen. */
    LongSupplier crmCalls();

    /** How many requests PropIQ's backend has seen. */
    LongSupplier propiqCalls();

    /** The shared Redis; null: the store is memory. */
    @Nullable RedisControl redis();
  }

  /** Stops and starts the tour's Redis. */
  interface RedisControl {
    /** Kills the process, as a crash would. */
    void kill();

    /** Starts it again on the same port, empty. */
    void restart() throws IOException;
  }

  /** One of the teams' cases: what is asked, by whom, and how slow its backend is. */
  private record Case(
      String name, TourClient team, Ask ask, long backendMillis, double hopeMillis) {}

  Tour(Stage stage, TourReport report) {
    this.stage = stage;
    this.report = report;
    this.crm = new TourClient(stage.crm());
    this.propiq = new TourClient(stage.propiq());
  }

  void run() throws IOException, InterruptedException {
    twice();
    medians();
    writes();
    aiAnswersPaidOnce();
    users();
    neverCached();
    RedisControl redis = stage.redis();
    if (redis != null) {
      new Outage(report, crm, redis).run();
    }
  }

  private List<Case> cases() {
    String question = "{\"question\":\"How do I negotiate?\",\"requestId\":\"r-1\"}";
    Ask ai = new Ask("POST", "/api/ai/advice", "ada", question);
    return List.of(
        new Case("CRM dashboard statistics", crm, Ask.get("/api/dashboard/stats", "ada"), 2000, 20),
        new Case("CRM AI answer (POST)", crm, ai, 1500, 0),
        new Case("CRM student list", crm, Ask.get("/api/students?page=1&limit=5", "ada"), 180, 0),
        new Case("CRM student detail", crm, Ask.get("/api/students/1", "ada"), 90, 0),
        new Case("PropIQ profile", propiq, Ask.get("/api/v1/users/me", "ines"), 500, 5),
        new Case("PropIQ analyses", propiq, Ask.get("/api/v1/analyses?page=1", "ines"), 300, 3),
        new Case("PropIQ analysis detail", propiq, Ask.get("/api/v1/analyses/100", "ines"), 200, 0),
        new Case("PropIQ subscription", propiq, Ask.get("/api/v1/subscription", "ines"), 400, 0),
        new Case(
            "PropIQ support", propiq, Ask.get("/api/v1/support/conversations", "ines"), 250, 0),
        new Case("PropIQ usage", propiq, Ask.get("/api/v1/usage", "ines"), 250, 0),
        new Case("PropIQ pricing (shared)", propiq, Ask.get("/api/v1/pricing", null), 200, 0),
        new Case("PropIQ health (shared)", propiq, Ask.get("/health", null), 30, 0));
  }

  private void twice() throws InterruptedException {
    report.title("Each case twice: the backend's time, then the cache's");
    report.line("%-26s %9s %9s   %s", "", "first", "second", "Cache-Status of the second");
    for (Case one : cases()) {
      Seen first = one.team().send(one.ask());
      Seen second = one.team().send(one.ask());
      report.line(
          "%-26s %9s %9s   %s",
          one.name(),
          TourReport.time(first.millis()),
          TourReport.time(second.millis()),
          second.cacheStatus());
      boolean warmed = first.isHit() && one.name().contains("pricing");
      boolean fresh = first.isOk() && (warmed || !first.isHit());
      if (!fresh || !second.isHit() || !first.body().equals(second.body())) {
        report.claim(
            false,
            "%s: first %d %s, second %d %s",
            one.name(),
            first.status(),
            first.cacheStatus(),
            second.status(),
            second.cacheStatus());
      }
    }
    report.claim(report.broken().isEmpty(), "every second answer came from the cache, unchanged");
  }

  private void medians() throws InterruptedException {
    report.title("The three slow ones, median of " + SAMPLES + " hits beside the backend's time");
    for (Case one : cases()) {
      if (one.hopeMillis() == 0) {
        continue;
      }
      double[] millis = new double[SAMPLES];
      boolean hits = true;
      for (int i = 0; i < SAMPLES; i++) {
        Seen seen = one.team().send(one.ask());
        hits &= seen.isHit();
        millis[i] = seen.millis();
      }
      Arrays.sort(millis);
      double median = millis[SAMPLES / 2];
      report.claim(
          hits,
          "%-26s %7s instead of %d ms (hoped for: under %.0f ms)",
          one.name(),
          TourReport.time(median),
          one.backendMillis(),
          one.hopeMillis());
    }
  }

  private void writes() throws InterruptedException {
    report.title("A write is visible at once");
    changed(
        crm,
        Ask.get("/api/students?page=1&limit=5", "ada"),
        new Ask("PATCH", "/api/students/1", "ada", "{\"status\":\"placed\"}"),
        "placed");
    changed(
        crm,
        Ask.get("/api/dashboard/stats", "ada"),
        new Ask("POST", "/api/students", "ada", "{\"name\":\"Hugo\"}"),
        "\"students\":8");
    changed(
        propiq,
        Ask.get("/api/v1/users/me", "ines"),
        new Ask("PATCH", "/api/v1/users/me", "ines", "{\"city\":\"Porto\"}"),
        "Porto");
    changed(
        propiq,
        Ask.get("/api/v1/analyses?page=1", "ines"),
        new Ask("POST", "/api/v1/analyses", "ines", "{\"address\":\"3 Rua do Carmo\"}"),
        "3 Rua do Carmo");
  }

  private void changed(TourClient team, Ask read, Ask write, String expected)
      throws InterruptedException {
    team.send(read);
    Seen before = team.send(read);
    Seen written = team.send(write);
    Seen after = team.send(read);
    Seen again = team.send(read);
    report.claim(
        before.isHit()
            && !before.body().contains(expected)
            && written.isOk()
            && !after.isHit()
            && after.body().contains(expected)
            && again.isHit()
            && again.body().equals(after.body()),
        "%s %s (%s), then GET %s shows it",
        write.method(),
        write.path(),
        TourReport.time(written.millis()),
        read.path());
  }

  private void aiAnswersPaidOnce() throws InterruptedException {
    report.title("The same question is not paid for twice");
    long before = stage.crmCalls().getAsLong();
    String spelled = "{ \"requestId\": \"r-2\", \"question\": \"How do I negotiate?\" }";
    Seen again = crm.send(new Ask("POST", "/api/ai/advice", "ada", spelled));
    String other = "{\"question\":\"What should I wear?\",\"requestId\":\"r-3\"}";
    Seen another = crm.send(new Ask("POST", "/api/ai/advice", "ada", other));
    long calls = stage.crmCalls().getAsLong() - before;
    report.claim(
        again.isHit() && !another.isHit() && calls == 1,
        "asked again in another spelling: %s; another question: %s",
        TourReport.time(again.millis()),
        TourReport.time(another.millis()));
  }

  private void users() throws InterruptedException {
    report.title("Two users do not share");
    Ask ines = Ask.get("/api/v1/users/me", "ines");
    Ask joao = Ask.get("/api/v1/users/me", "joao");
    propiq.send(ines);
    Seen hers = propiq.send(ines);
    Seen his = propiq.send(joao);
    report.claim(
        hers.isHit()
            && hers.body().contains("\"ines\"")
            && !his.isHit()
            && his.body().contains("\"joao\"")
            && !his.body().contains("ines"),
        "the profile of ines is a hit for ines, a miss for joao, who gets his own");
    propiq.send(Ask.get("/api/v1/pricing", "ines"));
    report.claim(
        propiq.send(Ask.get("/api/v1/pricing", "joao")).isHit(),
        "the price list is shared: a hit for both");
  }

  private void neverCached() throws InterruptedException {
    report.title("Logins are never cached");
    Ask login = Ask.get("/auth/login", "ines");
    propiq.send(login);
    Seen seen = propiq.send(login);
    report.claim(
        seen.isOk() && !seen.isHit() && seen.detail().equals("never_cache"),
        "%s",
        seen.cacheStatus());
  }
}
