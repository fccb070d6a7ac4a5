package dev.sidecache.metrics;

import static dev.sidecache.metrics.Exchanges.hit;
import static dev.sidecache.metrics.Exchanges.miss;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Tag;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.exchange.ExchangeRecord;
import dev.sidecache.metrics.AccessLog.Access;
import dev.sidecache.metrics.AccessLog.Query;
import dev.sidecache.metrics.AccessLog.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLogTest {
  private final List<String> lines = new ArrayList<>();

  private AccessLog log(Access access, Query query, boolean json) {
    return new AccessLog(new Settings(access, query), json, lines::add);
  }

  private String line(ExchangeRecord exchange, Query query) {
    log(Access.ALL, query, true).completed(exchange);
    return lines.get(lines.size() - 1);
  }

  @Nested
  class JsonLines {
    @Test
    void hitIsTheLineOfTheContract() {
      assertThat(line(hit(), Query.NONE))
          .isEqualTo(
              "{\"ts\":\"2026-03-01T09:30:00.123Z\",\"level\":\"info\",\"msg\":\"request\","
                  + "\"method\":\"GET\",\"path\":\"/api/students\",\"route\":\"students-list\","
                  + "\"status\":200,\"cache\":\"hit\",\"tier\":\"l1\",\"reason\":null,"
                  + "\"age_s\":12,\"ttl_s\":48,\"bytes\":5120,\"dur_ms\":0.4,"
                  + "\"upstream_ms\":null,\"request_id\":\"5b1e\",\"key\":\""
                  + Exchanges.KEY.shortDigest()
                  + "\"}");
    }

    @Test
    void missTellsReasonAndOriginTime() {
      assertThat(line(miss(), Query.NONE))
          .contains(
              "\"cache\":\"miss\",\"tier\":null,\"reason\":\"no_store\",\"age_s\":null,"
                  + "\"ttl_s\":null,\"bytes\":5120,\"dur_ms\":31.3,\"upstream_ms\":30.0,");
    }

    @Test
    void fractionsOfASecondAreThreeDigitsInUtc() {
      assertThat(line(at("2026-12-31T23:59:59.007999Z"), Query.NONE))
          .startsWith("{\"ts\":\"2026-12-31T23:59:59.007Z\"");
      assertThat(line(at("2027-01-01T00:00:00Z"), Query.NONE))
          .startsWith("{\"ts\":\"2027-01-01T00:00:00.000Z\"");
      assertThat(line(at("2026-12-31T23:59:59.9Z"), Query.NONE))
          .startsWith("{\"ts\":\"2026-12-31T23:59:59.900Z\"");
    }

    @Test
    void traceIsNamedWhereThereIsOne() {
      assertThat(line(Exchanges.traced(), Query.NONE))
          .contains("\"request_id\":\"5b1e\",\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",");
      assertThat(line(hit(), Query.NONE)).doesNotContain("trace_id");
    }

    private ExchangeRecord at(String arrival) {
      ExchangeRecord hit = hit();
      return new ExchangeRecord(
          Instant.parse(arrival),
          hit.method(),
          hit.path(),
          hit.query(),
          hit.route(),
          hit.status(),
          hit.cache(),
          hit.tier(),
          hit.reason(),
          hit.ageSeconds(),
          hit.ttlSeconds(),
          hit.bytes(),
          hit.durationNanos(),
          hit.originNanos(),
          hit.originOutcome(),
          hit.requestId(),
          hit.trace(),
          hit.key());
    }
  }

  @Nested
  class Queries {
    @Test
    void noneIsNotShown() {
      assertThat(line(hit(), Query.NONE)).doesNotContain("query").doesNotContain("abc");
    }

    @Test
    void namesAreShownWithoutValues() {
      assertThat(line(hit(), Query.NAMES)).contains("\"query\":\"page&token\"");
    }

    @Test
    void valuesAreShownAsSent() {
      assertThat(line(hit(), Query.VALUES)).contains("\"query\":\"page=2&token=abc\"");
    }

    @Test
    void requestWithoutQueryHasNone() {
      assertThat(line(miss(), Query.NAMES)).doesNotContain("query");
      assertThat(line(miss(), Query.VALUES)).doesNotContain("query");
    }
  }

  @Nested
  class Selection {
    @ParameterizedTest
    @CsvSource({
      "ALL, 200, HIT, 1",
      "ERRORS, 200, HIT, 0",
      "ERRORS, 499, MISS, 0",
      "ERRORS, 500, MISS, 1",
      "ERRORS, 0, MISS, 0",
      "ERRORS, 0, ERROR, 1",
      "NONE, 500, ERROR, 0"
    })
    void linesAreThoseConfigured(Access access, int status, CacheResult result, int expected) {
      log(access, Query.NONE, true)
          .completed(Exchanges.of("GET", status, "students-list", result, null));
      assertThat(lines).hasSize(expected);
    }
  }

  @Nested
  class TextLines {
    @Test
    void hitIsReadable() {
      log(Access.ALL, Query.NONE, false).completed(hit());
      assertThat(lines)
          .containsExactly("09:30:00.123 info  GET /api/students 200 hit l1 students-list 0.4ms");
    }

    @Test
    void reasonAndQueryAreShown() {
      log(Access.ALL, Query.VALUES, false).completed(Exchanges.with(CacheResult.BYPASS, "range"));
      assertThat(lines)
          .containsExactly(
              "09:30:00.123 info  GET /api/students?page=2&token=abc 200 bypass l1 (range)"
                  + " students-list 0.4ms");
    }

    @Test
    void controlCharactersCannotForgeALine() {
      log(Access.ALL, Query.NONE, false)
          .completed(Exchanges.of("GET\nx", 200, "-", CacheResult.PASS, "no_route"));
      assertThat(lines.get(0).lines()).hasSize(1);
    }
  }

  @Nested
  class AtDebug {
    private final Logger logger = Logger.getLogger("dev.sidecache.cache");
    private final List<String> messages = new ArrayList<>();
    private final Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord event) {
            messages.add(event.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    private final AccessLog log = log(Access.NONE, Query.NONE, true);

    @BeforeEach
    void listen() {
      handler.setLevel(Level.ALL);
      logger.addHandler(handler);
      logger.setUseParentHandlers(false);
      logger.setLevel(Level.FINE);
    }

    @AfterEach
    void stopListening() {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
      logger.setLevel(null);
    }

    @ParameterizedTest
    @CsvSource({
      "HIT, , Cache hit: students-list",
      "REVALIDATED, , Cache hit: students-list",
      "COALESCED, , Cache hit: students-list",
      "STALE, , Cache stale: students-list",
      "MISS, no_store, Cache miss: students-list",
      "ERROR, , Cache miss: students-list",
      "BYPASS, redis_down, Cache bypass: students-list (redis_down)",
    })
    void exchangeHasItsMessage(CacheResult result, String reason, String message) {
      log.completed(Exchanges.with(result, reason));
      assertThat(messages).containsExactly(message);
    }

    @Test
    void withoutARouteTheNameIsADash() {
      log.completed(Exchanges.of("GET", 200, "-", CacheResult.PASS, "no_route"));
      assertThat(messages).containsExactly("Cache bypass: - (no_route)");
    }

    @Test
    void storingHasItsMessages() {
      log.stored("students-list", 2048, 60);
      log.notStored("profile", Refusal.SET_COOKIE);
      assertThat(messages)
          .containsExactly(
              "Cache store: students-list ttl=60s", "Cache not stored: profile (set_cookie)");
    }

    @Test
    void invalidationNamesItsTags() {
      log.invalidated(
          "rule",
          "student-changed",
          List.of(
              new Tag(Tag.Kind.TAG, "students"),
              new Tag(Tag.Kind.TAG, "dashboard"),
              Tag.ANY_MUTATION));
      log.invalidated(
          "api",
          "-",
          List.of(new Tag(Tag.Kind.FAMILY, "student"), new Tag(Tag.Kind.URL, "/api/x"), Tag.ALL));
      assertThat(messages)
          .containsExactly(
              "Cache invalidate: student-changed tags=students,dashboard",
              "Cache invalidate: - tags=student:*,url:/api/x,all");
    }

    @Test
    void aboveDebugNothingIsSaid() {
      logger.setLevel(Level.INFO);
      log.completed(hit());
      log.stored("students-list", 2048, 60);
      log.notStored("profile", Refusal.SET_COOKIE);
      log.invalidated("api", "-", List.of(Tag.ALL));
      assertThat(messages).isEmpty();
    }
  }
}
