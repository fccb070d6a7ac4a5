package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb replay over the log of a proxy that served. */
class ReplayIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROUTES =
      """
      routes:
        - { name: list, match: { path: /list }, ttl: 60s, tags: [items] }
        - { name: item, match: { path: "/item/{id}" }, ttl: 5m, tags: ["item:{id}"] }
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/item/{id}" }, tags: ["item:{id}", items] }
      """;

  @TempDir private Path directory;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T09:30:00Z"));

  private void play(RunningProxy proxy) throws IOException {
    Random random = new Random(3);
    try (RawClient client = RawClient.connect(proxy.address().getPort())) {
      for (int i = 0; i < 1_000; i++) {
        now.updateAndGet(before -> before.plusMillis(random.nextInt(2_000)));
        int id = (int) (30 * Math.pow(random.nextDouble(), 2));
        String line =
            switch (random.nextInt(20)) {
              case 0 -> "PUT /item/" + id;
              case 1, 2, 3, 4, 5 -> "GET /list?page=" + id % 3;
              default -> "GET /item/" + id;
            };
        String user = "\r\nAuthorization: Bearer u" + random.nextInt(3) + "\r\n";
        String content = line.startsWith("PUT") ? "Content-Length: 2\r\n\r\n{}" : "\r\n";
        client.send(line + " HTTP/1.1\r\nHost: a.example" + user + content);
        client.readResponse();
      }
    }
  }

  @Test
  void logOfAProxyTellsWhatItDid() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    double reached;
    String yaml = RunningProxy.head("", "") + ROUTES;
    try (ScriptedOrigin origin = ScriptedOrigin.answering("x");
        RunningProxy proxy =
            RunningProxy.start(origin.url(), yaml, Map.of(), now::get, lines::add).awaitCache()) {
      play(proxy);
      reached =
          JSON.readTree(proxy.admin("GET", "/v1/stats", "").body()).get("hit_rate").asDouble();
    }
    Path log = Files.write(directory.resolve("access.log"), lines);
    Files.writeString(directory.resolve("sidecache.yaml"), yaml);
    Verb verb = new Verb(directory).with("UPSTREAM_URL", "http://127.0.0.1:9");

    Verb.Ended json = verb.run("replay", log.toString(), "--store", "memory", "-o", "json");
    Verb.Ended text = verb.run("replay", log.toString(), "--store", "memory");
    Verb.Ended none = verb.run("replay", "none.har", "--store", "memory");
    Verb.Ended other = verb.run("replay", "sidecache.yaml", "--store", "memory");

    JsonNode told = JSON.readTree(json.out());
    assertThat(reached).isBetween(0.2, 0.9);
    assertThat(told.get("hit_rate").asDouble()).isCloseTo(reached, within(0.05));
    assertThat(told.get("writes").asInt()).isBetween(30, 70);
    assertThat(text.code()).isZero();
    assertThat(text.out())
        .contains(
            "replayed      1,", "hit ratio     ", "staleness     0.0 % of the hits", "  item ");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("none.har: there is no such file -> check its path");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("is none of the recordings that can be read");
  }
}
