package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static dev.sidecache.testing.StoreClient.uid;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Finished;
import dev.sidecache.testing.StoreClient.Marked;
import dev.sidecache.testing.UpstashEmulator;
import dev.sidecache.testing.UpstashEmulator.Received;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Upstash's own client, {@code @upstash/redis}, at the emulator that stands for their API in all
 * other tests: so that it is known to speak what they speak, and this proxy likewise. Skipped where
 * Node or the package is not installed.
 */
class UpstashClientIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SCRIPT = Path.of("proxy-server", "src", "test", "node");
  private static final int PATIENCE_SECONDS = 120;

  /** What the client has a method for. */
  private static final Set<String> COMMON = Set.of("mget", "evalsha", "eval", "del");

  private RedisServerProcess redis;
  private UpstashEmulator api;

  @BeforeEach
  void start() {
    Assumptions.assumeTrue(
        Prerequisite.onPath("node") && Files.isDirectory(script("node_modules")),
        "this test needs Node, and npm ci in " + SCRIPT);
    redis = RedisServerProcess.start();
    api = new UpstashEmulator(redis.port());
  }

  @AfterEach
  void stop() {
    if (redis != null) {
      api.close();
      redis.close();
    }
  }

  private static Path script(String file) {
    return Checkout.root().resolve(SCRIPT).resolve(file);
  }

  /** What came of each call, as the script tells it. */
  private List<JsonNode> client(String token, ArrayNode calls) throws Exception {
    ObjectNode told = JSON.createObjectNode().put("url", api.url()).put("token", token);
    told.set("calls", calls);
    Process node =
        new ProcessBuilder("node", script("upstash-client.mjs").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (OutputStream in = node.getOutputStream()) {
      in.write(JSON.writeValueAsBytes(told));
    }
    JsonNode answers = JSON.readTree(node.getInputStream().readAllBytes());
    assertThat(node.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(answers).hasSize(calls.size());
    List<JsonNode> all = new ArrayList<>();
    answers.forEach(all::add);
    return all;
  }

  private List<String> client(String calls) throws Exception {
    return client(UpstashEmulator.TOKEN, (ArrayNode) JSON.readTree(calls)).stream()
        .map(JsonNode::toString)
        .toList();
  }

  @Test
  void valuesOfAllKinds() throws Exception {
    assertThat(
            client(
                """
                [["set", "k", "grüße 🎈\\u0000x"], ["get", "k"], ["get", "none"],
                 ["set", "ok", "OK", {"px": 60000}], ["get", "ok"],
                 ["mget", "ok", "k", "none"], ["incr", "n"], ["del", "n", "none"],
                 ["eval", "return {ARGV[1], KEYS[1], 7, false, {'a'}}", ["k"], ["ü"]]]
                """))
        .containsExactly(
            "{\"result\":\"OK\"}",
            "{\"result\":\"grüße 🎈\\u0000x\"}",
            "{\"result\":null}",
            "{\"result\":\"OK\"}",
            "{\"result\":\"OK\"}",
            "{\"result\":[\"OK\",\"grüße 🎈\\u0000x\",null]}",
            "{\"result\":1}",
            "{\"result\":1}",
            "{\"result\":[\"ü\",\"k\",7,null,[\"a\"]]}");
    assertThat(api.received)
        .allSatisfy(
            request -> {
              assertThat(request.method()).isEqualTo("POST");
              assertThat(request.path()).isEqualTo("/");
              assertThat(request.fields()).containsEntry("upstash-encoding", "base64");
            });
    assertThat(redis.command("PTTL", "ok")).isNotEqualTo("-1");
  }

  @Test
  void bytesThatAreNoTextArriveAsTheClientReadsThem() throws Exception {
    try (RestUnderTest own = new RestUnderTest(api.url()).up()) {
      byte[] value = {(byte) 0xc1, 0, (byte) 0xff, (byte) 0x80, '\n'};
      expect(Acknowledged.class, own.client.store(key("k"), value, 60_000));
      String name = "test:c1:1:d:" + key("k").digest();

      assertThat(client("[[\"get\", \"" + name + "\"], [\"mget\", \"none\", \"" + name + "\"]]"))
          .as("it reads bytes as UTF-8")
          .containsExactly(
              "{\"result\":\"\uFFFD\\u0000\uFFFD\uFFFD\\n\"}",
              "{\"result\":[null,\"\uFFFD\\u0000\uFFFD\uFFFD\\n\"]}");
    }
  }

  @Test
  void errorsOfCommandsAndOfTheToken() throws Exception {
    List<String> told =
        client(
            """
            [["set", "k", "text"], ["incr", "k"], ["evalsha", "%s", ["k"], []],
             ["eval", "return redis.error_reply('OOM command not allowed')", ["k"], []]]
            """
                .formatted("0".repeat(40)));
    assertThat(told.get(1)).startsWith("{\"error\":\"ERR value is not an integer");
    assertThat(told.get(2)).startsWith("{\"error\":\"NOSCRIPT ");
    assertThat(told.get(3)).startsWith("{\"error\":\"OOM command not allowed");
    assertThat(client("another", (ArrayNode) JSON.readTree("[[\"get\", \"k\"]]")))
        .singleElement()
        .satisfies(answer -> assertThat(answer.path("error").asText()).startsWith("WRONGPASS "));
  }

  @Test
  void severalAtOnce() throws Exception {
    List<String> told =
        client(
            """
            [["pipeline", ["set", "k", "v"], ["incr", "k"], ["get", "k"]],
             ["multi", ["set", "m", "OK"], ["get", "m"], ["incr", "n"]],
             ["multi", ["set", "m", "lost"], ["del"]],
             ["get", "m"],
             ["together", ["get", "k"], ["get", "m"], ["mget", "k", "n"]]]
            """);
    assertThat(told.get(0))
        .startsWith("{\"result\":[{\"result\":\"OK\"},{\"error\":\"ERR value is not an integer")
        .endsWith(",{\"result\":\"v\"}]}");
    assertThat(told.get(1)).isEqualTo("{\"result\":[\"OK\",\"OK\",1]}");
    assertThat(told.get(2)).startsWith("{\"error\":\"ERR wrong number of arguments");
    assertThat(told.get(3)).as("all or nothing").isEqualTo("{\"result\":\"OK\"}");
    assertThat(told.get(4)).isEqualTo("{\"result\":[\"v\",\"OK\",[\"v\",\"1\"]]}");
    assertThat(api.received)
        .extracting(Received::path)
        .as("those at one time are folded into one")
        .containsExactly("/pipeline", "/multi-exec", "/multi-exec", "/", "/pipeline");
  }

  @Test
  void syncTokenIsReturned() throws Exception {
    client("[[\"get\", \"a\"], [\"get\", \"b\"], [\"get\", \"c\"]]");
    assertThat(api.received)
        .extracting(request -> request.fields().get("upstash-sync-token"))
        .containsExactly("", "1", "2");
  }

  @Test
  void proxySendsWhatTheClientSends() throws Exception {
    try (RestUnderTest own = new RestUnderTest(api.url()).up()) {
      String mid = uid();
      own.client.init(tags("a", "b"));
      own.client.lookup(tags("a", "b"), key("k"));
      expect(Marked.class, own.client.mark(mid, tags("a"), 5_000));
      expect(Finished.class, own.client.finish(mid, tags("a")));
      expect(Acknowledged.class, own.client.delete(key("k"), key("l")));
    }
    List<Received> ours = api.received.stream().filter(UpstashClientIT::isCommonToBoth).toList();
    assertThat(ours).extracting(UpstashClientIT::name).containsAll(COMMON);
    ArrayNode calls = JSON.createArrayNode();
    for (Received request : ours) {
      calls.add(call(request));
    }
    api.received.clear();
    client(UpstashEmulator.TOKEN, calls);

    assertThat(wire(api.received)).isEqualTo(wire(ours));
  }

  private static boolean isCommonToBoth(Received request) {
    return request.path().equals("/") && COMMON.contains(name(request));
  }

  private static String name(Received request) {
    return words(request).get(0).toLowerCase(Locale.ROOT);
  }

  private static List<String> words(Received request) {
    try {
      List<String> words = new ArrayList<>();
      JSON.readTree(request.content()).forEach(word -> words.add(word.asText()));
      return words;
    } catch (IOException malformed) {
      throw new AssertionError(new String(request.content(), StandardCharsets.UTF_8), malformed);
    }
  }

  /** The call of a command that was sent: scripts take their keys and arguments apart. */
  private static ArrayNode call(Received request) {
    List<String> words = words(request);
    ArrayNode call = JSON.createArrayNode().add(name(request));
    if (name(request).startsWith("eval")) {
      int keys = Integer.parseInt(words.get(2));
      call.add(words.get(1));
      words.subList(3, 3 + keys).forEach(call.addArray()::add);
      words.subList(3 + keys, words.size()).forEach(call.addArray()::add);
    } else {
      words.subList(1, words.size()).forEach(call::add);
    }
    return call;
  }

  /** What matters of requests; names of commands in lower case, numbers as text. */
  private static List<String> wire(List<Received> requests) {
    return requests.stream()
        .map(
            request -> {
              List<String> words = words(request);
              words.set(0, name(request));
              return request.method()
                  + " "
                  + request.target()
                  + "|"
                  + request.fields().get("authorization")
                  + "|"
                  + request.fields().get("content-type")
                  + "|"
                  + request.fields().get("upstash-encoding")
                  + "|"
                  + words;
            })
        .toList();
  }
}
