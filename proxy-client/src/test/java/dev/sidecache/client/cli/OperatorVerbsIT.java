package dev.sidecache.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.client.testing.AdminServer;
import dev.sidecache.client.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that rank routes, fill the cache and stop the proxy. */
class OperatorVerbsIT {
  private final Screen screen = new Screen();
  private final AdminServer server = new AdminServer();

  @AfterEach
  void close() {
    server.close();
  }

  private int line(String line) {
    return run(screen, line);
  }

  private int run(Screen on, String line) {
    return on.run(Map.of("SIDECACHE_ADMIN", server.address().toString()), line.split(" "));
  }

  @Nested
  class Top {
    @Test
    void routesAreRankedByTheProxy() {
      server.reply("/v1/top", 200, Golden.text("top"));
      assertThat(line("top --by saved --window 1h -n 3")).isZero();
      assertThat(server.lines()).containsExactly("GET /v1/top?by=saved&window=1h&limit=3");
      assertThat(screen.out())
          .isEqualTo(
              """
              by hits, all                       hits     misses    rate      bytes      saved   hit p50  back p50
              students-list                         7          1  87.5 %       5.0K       3.1s    0.4 ms  120.0 ms
              """);
    }

    @Test
    void pictureIsDrawnAgainForWhoLooks() {
      server.reply("/v1/top", 200, Golden.text("top"));
      Screen looking = new Screen().withPerson("").withPictures(3);
      assertThat(run(looking, "top")).isZero();
      assertThat(server.lines()).hasSize(3);
      assertThat(looking.out()).contains("\u001b[H\u001b[2Jby hits");

      assertThat(run(new Screen().withPerson("").withPictures(3), "top --once")).isZero();
      assertThat(server.lines()).hasSize(4);
    }

    @Test
    void jsonIsOneDocument() {
      server.reply("/v1/top", 200, Golden.text("top"));
      assertThat(line("top -o json")).isZero();
      assertThat(Golden.parse(screen.out())).isEqualTo(Golden.json("top"));
    }

    @Test
    void nothingYetIsTold() {
      server.reply("/v1/top", 200, "{\"by\":\"hits\",\"window\":\"5m\",\"routes\":[]}");
      assertThat(line("top")).isZero();
      assertThat(screen.out()).endsWith("no route has any yet\n");
    }

    @Test
    void otherFigureIsAUsageError() {
      assertThat(line("top --by size")).isEqualTo(2);
      assertThat(screen.err()).contains("size").contains("hits, misses, bytes, saved");
    }
  }

  @Nested
  class Warm {
    @TempDir private Path directory;

    private String file(String text) throws IOException {
      return Files.writeString(directory.resolve("urls"), text).toString();
    }

    @Test
    void linesOfAFileAreFetched() throws IOException {
      server.reply("/v1/warm", 202, Golden.text("warm").replace("\"done\": 12", "\"done\": 3"));
      server.reply("/v1/warm/w-7f3a", 200, Golden.text("warm"));
      String file = file("# first\n/api/a\n\n https://api.example/b?c=d \n");
      assertThat(line("warm " + file + " --concurrency 2")).isZero();
      assertThat(server.asked().get(0).content())
          .isEqualTo("{\"concurrency\":2,\"urls\":[\"/api/a\",\"https://api.example/b?c=d\"]}");
      assertThat(server.lines()).containsExactly("POST /v1/warm", "GET /v1/warm/w-7f3a");
      assertThat(screen.out())
          .isEqualTo(
              """
              warmed  12 URLs, 10 in the cache, 2 failed
              failed  /api/a
              failed  /api/b
              """);
      assertThat(screen.err()).isEmpty();
    }

    @Test
    void progressIsForPeople() throws IOException {
      server.reply("/v1/warm", 202, Golden.text("warm").replace("\"done\": 12", "\"done\": 3"));
      server.reply("/v1/warm/w-7f3a", 200, Golden.text("warm"));
      Screen looking = new Screen().withPerson("");
      assertThat(run(looking, "warm " + file("/a"))).isZero();
      assertThat(looking.err()).isEqualTo("\r3 of 12\n");
    }

    @Test
    void withoutAFileItIsTheProxysList() {
      server.reply("/v1/warm", 202, Golden.text("warm"));
      assertThat(line("warm -o json")).isZero();
      assertThat(server.lastContent()).isEqualTo("{\"concurrency\":4}");
      assertThat(Golden.parse(screen.out())).isEqualTo(Golden.json("warm"));
    }

    @Test
    void documentGivesWhatNeedsNoParameter() throws IOException {
      server.reply("/v1/warm", 202, Golden.text("warm"));
      String document =
          file(
              """
              { "openapi": "3.0.0", "paths": {
                "/api/students": { "get": {} },
                "/api/students/{id}": { "get": {} },
                "/api/search": { "get": { "parameters": [{ "name": "q", "required": true }] } },
                "/api/login": { "post": {} } } }
              """);
      assertThat(line("warm --openapi " + document)).isZero();
      assertThat(server.lastContent())
          .isEqualTo("{\"concurrency\":4,\"urls\":[\"/api/students\"]}");
    }

    @Test
    void whatCannotBeReadIsTold() throws IOException {
      assertThat(line("warm none.txt")).isEqualTo(2);
      assertThat(line("warm --openapi none.json")).isEqualTo(2);
      assertThat(line("warm --openapi " + file("paths:"))).isEqualTo(2);
      assertThat(line("warm a --openapi b")).isEqualTo(2);
      assertThat(screen.err())
          .contains("none.txt cannot be read; name a file with one URL a line")
          .contains("none.json cannot be read; name a file, or a URL")
          .contains("is no JSON; name the document's openapi.json")
          .contains("FILE and --openapi exclude each other; give one");
      assertThat(server.asked()).isEmpty();
    }

    @Test
    void emptyListHasAHint() {
      server.reply("/v1/warm", 202, "{\"id\":\"w-1\",\"total\":0,\"done\":0}");
      assertThat(line("warm")).isZero();
      assertThat(screen.out()).contains("hint  the proxy's warm list is empty");
    }

    @Test
    void refusalIsTheProxys() {
      server.reply("/v1/warm", 409, "{\"title\":\"Conflict\",\"detail\":\"wait for its end\"}");
      assertThat(line("warm")).isEqualTo(6);
      assertThat(screen.err()).contains("409: Conflict; wait for its end");
    }
  }

  @Nested
  class Drain {
    @Test
    void proxyIsStopped() {
      server.reply("/v1/drain", 202, Golden.text("drain"));
      assertThat(line("drain")).isZero();
      assertThat(server.lines()).containsExactly("POST /v1/drain");
      assertThat(screen.out()).isEqualTo("draining  3 connections, up to 20 s\n");
      assertThat(line("drain -o json")).isZero();
      assertThat(screen.out()).contains("\"timeout_s\": 20");
    }

    @Test
    void proxyThatIsAwayIsThree() {
      server.close();
      assertThat(line("drain")).isEqualTo(3);
      assertThat(screen.err()).startsWith("error: no answer from ");
    }
  }
}
