package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.exchange.PathModel.Outcome;
import dev.sidecache.exchange.PathModel.Terms;
import dev.sidecache.exchange.PathModel.Wish;
import dev.sidecache.exchange.TestGateway.Answer;
import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.http.RequestHead;
import dev.sidecache.message.Request;
import dev.sidecache.message.Response;
import dev.sidecache.testing.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random exchanges through the whole path, and what RFC 9111 makes of them: {@link PathModel}. */
class PathModelTest {
  private static final int GATEWAYS = 40;
  private static final int CASES = 60;
  private static final int STEPS = 12;
  private static final int[] SECONDS = {0, 1, 5, 10, 60};
  private static final int[] TTLS = {-1, 5, 20};
  private static final int[] WINDOWS = {0, 10};

  private final Random random = new Random(9111);
  private final Set<String> seen = new TreeSet<>();

  private boolean rare() {
    return random.nextInt(6) == 0;
  }

  private int some() {
    return random.nextBoolean() ? -1 : SECONDS[random.nextInt(SECONDS.length)];
  }

  private static String rules() {
    StringBuilder rules = new StringBuilder("routes:\n");
    for (int ttl : TTLS) {
      for (int revalidate : WINDOWS) {
        for (int error : WINDOWS) {
          String name = name(ttl, revalidate, error);
          rules.append("  - { name: ").append(name).append(", match: { path: /");
          rules.append(name).append("/** }, scope: shared, ttl: ");
          rules.append(ttl < 0 ? "origin" : ttl + "s");
          rules.append(", stale_while_revalidate: ").append(revalidate);
          rules.append("s, stale_if_error: ").append(error).append("s }\n");
        }
      }
    }
    return rules.toString();
  }

  private static String name(int ttl, int revalidate, int error) {
    return "r" + (ttl < 0 ? "o" : ttl) + "-" + revalidate + "-" + error;
  }

  private Terms terms() {
    return new Terms(
        TTLS[random.nextInt(TTLS.length)],
        WINDOWS[random.nextInt(WINDOWS.length)],
        WINDOWS[random.nextInt(WINDOWS.length)],
        some(),
        rare() ? some() : -1,
        some(),
        some(),
        rare() ? some() : -1,
        rare(),
        rare(),
        rare(),
        random.nextBoolean(),
        random.nextBoolean());
  }

  private Wish wish() {
    return new Wish(
        rare(),
        rare(),
        rare() ? some() : -1,
        rare() ? some() : -1,
        rare() ? some() : -1,
        rare() ? random.nextInt(3) : -1);
  }

  @Test
  void pathAndModelAgree() {
    String rules = rules();
    for (int i = 0; i < GATEWAYS; i++) {
      TestGateway gateway = new TestGateway(rules);
      for (int j = 0; j < CASES; j++) {
        new Case(gateway, terms(), i + "-" + j).run();
      }
      gateway.close();
    }
    assertThat(seen)
        .contains("200 0", "200 1", "200 1 etag", "200 1 date", "304 0", "503 1", "504 0");
  }

  /** One URI, asked again and again. */
  private final class Case {
    private final TestGateway gateway;
    private final Terms terms;
    private final PathModel model;
    private final String path;
    private final Instant start;
    private int version;
    private boolean fails;

    Case(TestGateway gateway, Terms terms, String name) {
      this.gateway = gateway;
      this.terms = terms;
      this.model = new PathModel(terms);
      this.path = "/" + name(terms.ttl(), terms.routeRevalidate(), terms.routeError()) + "/" + name;
      this.start = gateway.clock.now();
      gateway.origin(this::answer);
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        gateway.advance(Duration.ofSeconds(random.nextInt(12)));
        version += rare() ? 1 : 0;
        fails = rare();
        if (!fails && random.nextInt(12) == 0) {
          gateway.ask(Requests.of("POST", path), "");
          model.changed();
        } else {
          compare(step, wish());
        }
      }
    }

    private void compare(int step, Wish wish) {
      PathModel.Origin origin = new PathModel.Origin(version, fails, lastModified());
      Outcome expected = model.get(wish, origin, gateway.clock.now());
      int before = gateway.forwarded.size();
      Answer answer = gateway.get(path, fields(wish));
      String place = path + " step " + step + ": " + terms + " " + wish + " " + answer;
      int asked = gateway.forwarded.size() - before;
      RequestHead last = asked == 0 ? null : gateway.lastForwarded();
      boolean byEtag = last != null && last.fields().contains("If-None-Match");
      boolean byDate = last != null && last.fields().contains("If-Modified-Since");
      String age = answer.field("Age");
      Outcome actual =
          new Outcome(
              answer.status(),
              answer.status() == 200 ? version(answer) : expected.version(),
              age.isEmpty() ? -1 : Long.parseLong(age),
              asked,
              byEtag,
              byDate);
      assertThat(actual).as(place).isEqualTo(expected);
      String kind = byEtag ? " etag" : byDate ? " date" : "";
      seen.add(answer.status() + " " + asked + kind);
    }

    private int version(Answer answer) {
      return Integer.parseInt(answer.body().substring("version ".length()));
    }

    private Instant lastModified() {
      return start.minusSeconds(300).plusSeconds(version);
    }

    private Response answer(Request request) {
      if (fails) {
        return gateway.response(503, "failed");
      }
      Fields asked = request.head().fields();
      String etag = "\"v" + version + "\"";
      String date = HttpDate.format(lastModified());
      boolean known =
          asked.contains("If-None-Match")
              ? etag.equals(asked.first("If-None-Match"))
              : date.equals(asked.first("If-Modified-Since"));
      List<String> fields = new ArrayList<>(List.of("Cache-Control", directives()));
      add(fields, "ETag", terms.etag() ? etag : null);
      add(fields, "Last-Modified", terms.modified() ? date : null);
      add(fields, "Age", terms.age() < 0 ? null : Integer.toString(terms.age()));
      String[] all = fields.toArray(new String[0]);
      return known ? gateway.response(304, "", all) : gateway.response(200, text(), all);
    }

    private String text() {
      return "version " + version;
    }

    private String directives() {
      List<String> directives = new ArrayList<>(List.of("foo"));
      add(directives, "no-store", terms.noStore());
      add(directives, "no-cache", terms.noCache());
      add(directives, "must-revalidate", terms.mustRevalidate());
      add(directives, "max-age", terms.maxAge());
      add(directives, "s-maxage", terms.sMaxage());
      add(directives, "stale-while-revalidate", terms.revalidate());
      add(directives, "stale-if-error", terms.error());
      return String.join(", ", directives);
    }

    private String[] fields(Wish wish) {
      List<String> directives = new ArrayList<>(List.of("foo"));
      add(directives, "no-cache", wish.noCache());
      add(directives, "only-if-cached", wish.onlyIfCached());
      add(directives, "max-age", wish.maxAge());
      add(directives, "min-fresh", wish.minFresh());
      add(directives, "max-stale", wish.maxStale());
      List<String> fields =
          new ArrayList<>(List.of("Cache-Control", String.join(", ", directives)));
      boolean has = wish.has() >= 0 && model.stores();
      add(fields, "If-None-Match", has ? "\"v" + wish.has() + "\"" : null);
      return fields.toArray(new String[0]);
    }
  }

  private static void add(List<String> to, String name, boolean present) {
    if (present) {
      to.add(name);
    }
  }

  private static void add(List<String> to, String name, int seconds) {
    if (seconds >= 0) {
      to.add(name + "=" + seconds);
    }
  }

  private static void add(List<String> to, String name, String value) {
    if (value != null) {
      to.add(name);
      to.add(value);
    }
  }
}
