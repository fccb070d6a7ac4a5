package dev.sidecache.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.client.testing.AdminServer;
import dev.sidecache.client.testing.Golden;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The verbs {@code reload} and {@code config show} against the documents of the server. */
class ConfigVerbsIT {
  private final Screen screen = new Screen();
  private final AdminServer server =
      new AdminServer()
          .reply("/v1/config/reload", 200, Golden.text("reload"))
          .reply("/v1/config", 200, Golden.text("config"));

  @AfterEach
  void close() {
    server.close();
  }

  private int line(String line) {
    return screen.run(Map.of("SIDECACHE_ADMIN", server.address().toString()), line.split(" "));
  }

  @Test
  void reloadTellsWhatChangedAndWhatWaits() {
    assertThat(line("reload")).isZero();
    assertThat(screen.out())
        .isEqualTo(
            """
            loaded   generation 4
            changed  server.listen
            changed  routes[2].ttl
            restart  server.listen has no effect before the proxy starts again
            """);
  }

  @Test
  void refusedReloadTellsEachErrorWithItsPlace() {
    server.reply("/v1/config/reload", 422, Golden.text("problem-config"));
    assertThat(line("reload")).isEqualTo(6);
    assertThat(screen.out()).isEmpty();
    assertThat(screen.err())
        .isEqualTo(
            """
            error: the proxy answered 422: Invalid configuration; 1 error; the running configuration stays
              30:10 routes[0].ttl: "2 minutes" is not a TTL; write 2m
            """);
  }

  @Test
  void documentsAreThoseOfTheServer() {
    assertThat(line("reload -o json")).isZero();
    assertThat(Golden.parse(screen.out())).isEqualTo(Golden.json("reload"));
  }

  @Test
  void configurationIsShownWithItsSources() {
    assertThat(line("config show")).isZero();
    assertThat(screen.out())
        .isEqualTo(
            """
            # generation 3, hash 9f2c41d0a1b2, since 2026-03-01T09:12:00Z
            upstream.url: http://127.0.0.1:3000
            admin.token: ***
            routes[0].ttl: short
            """);
  }

  @Test
  void everyValueIsShownWithItsSourceIfAskedFor() {
    server.reply("/v1/config", 200, Golden.text("config-effective"));
    assertThat(line("config show --effective --sources")).isZero();
    assertThat(server.asked().get(0).line()).isEqualTo("GET /v1/config?effective=true");
    assertThat(screen.out())
        .isEqualTo(
            """
            # generation 3, hash 9f2c41d0a1b2, since 2026-03-01T09:12:00Z
            mode: serve                           # default
            upstream.url: http://127.0.0.1:3000   # env UPSTREAM_URL
            admin.token: ***                      # sidecache.yaml:12
            routes[0].ttl: short                  # sidecache.yaml:30
            """);
  }

  @Test
  void configAloneNamesItsVerb() {
    assertThat(line("config")).isEqualTo(2);
    assertThat(screen.err()).startsWith("error: config needs a verb: config show");
  }
}
