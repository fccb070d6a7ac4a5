package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.exchange.CacheResult;
import dev.sidecache.exchange.ExchangeRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventStreamsTest {
  private static final String LINE = "data: {\"route\":\"students-list\"}\n\n";

  private final AdminFixture fixture = new AdminFixture();

  private Called watch(String query) {
    return Called.get(fixture.local(), "/v1/events" + query);
  }

  private void happen(String route, CacheResult cache, int status, long millis) {
    fixture.events.completed(
        new ExchangeRecord(
            Instant.EPOCH,
            "GET",
            "/",
            null,
            route,
            status,
            cache,
            null,
            null,
            -1,
            0,
            0,
            TimeUnit.MILLISECONDS.toNanos(millis),
            -1,
            null,
            "",
            null,
            null));
  }

  private void happen() {
    happen("students-list", CacheResult.HIT, 200, 1);
  }

  @Test
  void eachExchangeIsAnEvent() {
    happen();
    Called watcher = watch("");
    assertThat(watcher.status()).isEqualTo(200);
    assertThat(watcher.field("Content-Type")).isEqualTo("text/event-stream");
    assertThat(watcher.field("Cache-Control")).isEqualTo("no-store");
    assertThat(watcher.read(1)).isEqualTo(":\n\n");
    happen();
    happen();
    assertThat(watcher.read(1)).isEqualTo(LINE + LINE);
  }

  @ParameterizedTest
  @CsvSource({
    "route=students-list, students-list hit 200 1, profile hit 200 1",
    "route=-, - pass 200 1, profile hit 200 1",
    "cache=miss, profile miss 200 1, profile hit 200 1",
    "status=404, profile miss 404 1, profile miss 400 1",
    "status=5xx, profile miss 503 1, profile miss 404 1",
    "min_ms=200, profile miss 200 200, profile miss 200 199",
    "cache=error&status=5xx, profile error 502 1, profile error 400 1",
  })
  void filtersChoose(String query, String wanted, String unwanted) {
    Called watcher = watch("?" + query);
    watcher.read(1);
    for (String exchange : List.of(unwanted, wanted, unwanted)) {
      String[] words = exchange.split(" ", -1);
      CacheResult cache = CacheResult.valueOf(words[1].toUpperCase(java.util.Locale.ROOT));
      happen(words[0], cache, Integer.parseInt(words[2]), Long.parseLong(words[3]));
    }
    String route = wanted.split(" ", -1)[0];
    assertThat(watcher.read(1)).isEqualTo("data: {\"route\":\"" + route + "\"}\n\n");
  }

  @ParameterizedTest
  @CsvSource({
    "route=nobody, route, unknown_route",
    "cache=hits, cache, bad_word",
    "status=6xx, status, bad_status",
    "min_ms=-1, min_ms, bad_number",
    "min_ms=200ms, min_ms, bad_number",
    "path=/a, path, unknown_parameter",
  })
  void wrongFiltersAreTold(String query, String path, String code) throws Exception {
    Called refused = watch("?" + query);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().at("/errors/0/path").asText()).isEqualTo(path);
    assertThat(refused.json().at("/errors/0/code").asText()).isEqualTo(code);
  }

  @Test
  void slowReaderLosesSomeAndIsToldHowMany() {
    Called watcher = watch("");
    for (int i = 0; i < EventStream.MOST_WAITING + 7; i++) {
      happen();
    }
    assertThat(watcher.read(1))
        .isEqualTo(
            ":\n\n"
                + LINE.repeat(EventStream.MOST_WAITING)
                + "event: lost\ndata: {\"lost\":7}\n\n");
    happen();
    assertThat(watcher.read(1)).isEqualTo(LINE);
  }

  @Test
  void commentShowsThatBothEndsAreThere() {
    Called watcher = watch("");
    assertThat(watcher.read(1)).isEqualTo(":\n\n");
    assertThat(watcher.read(1)).isEmpty();
    watcher.after(4, TimeUnit.SECONDS);
    assertThat(watcher.content()).isEmpty();
    watcher.after(1, TimeUnit.SECONDS);
    assertThat(watcher.content()).isEqualTo(":\n\n");
  }

  @Test
  void noMoreThanSixteenWatch() {
    List<Called> watchers = new ArrayList<>();
    for (int i = 0; i < EventStreams.MOST; i++) {
      watchers.add(watch(""));
    }
    assertThat(watch("").status()).isEqualTo(503);
    watchers.get(3).response().body().cancel();
    assertThat(watch("").status()).isEqualTo(200);
  }

  @Test
  void streamsEndWithTheProcess() {
    Called watcher = watch("");
    watcher.read(1);
    fixture.events.close();
    assertThat(watcher.isOver()).isTrue();
    happen();
    assertThat(watcher.read(1)).isEmpty();
  }

  @Test
  void onlyReadingIsAllowed() {
    assertThat(Called.of(fixture.local(), "POST", "/v1/events", "").status()).isEqualTo(405);
  }
}
