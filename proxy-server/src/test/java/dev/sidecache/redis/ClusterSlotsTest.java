package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.redis.ClusterSlots.Range;
import dev.sidecache.redis.ClusterSlots.Redirect;
import dev.sidecache.redis.RedisAddress.Node;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nodes of a cluster tell of where keys are. */
class ClusterSlotsTest {
  private static final Node ASKED = new Node("asked", 7000);

  private static Reply bytes(String text) {
    return new Reply.Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Reply node(Reply host, int port) {
    return new Reply.Many(List.of(host, new Reply.Int(port), bytes("id")));
  }

  private static Reply range(int first, int last, Reply... nodes) {
    List<Reply> parts = new java.util.ArrayList<>(List.of(new Reply.Int(first)));
    parts.add(new Reply.Int(last));
    parts.addAll(List.of(nodes));
    return new Reply.Many(parts);
  }

  private static List<Range> parsed(Reply... ranges) {
    return ClusterSlots.parse(new Reply.Many(List.of(ranges)), ASKED).ranges();
  }

  @Test
  void rangeNamesItsMasterAndReplicas() {
    assertThat(
            parsed(
                range(0, 99, node(bytes("a"), 1), node(bytes("b"), 2), node(bytes("c"), 3)),
                range(100, 16383, node(bytes("d"), 4))))
        .containsExactly(
            new Range(0, 99, new Node("a", 1), List.of(new Node("b", 2), new Node("c", 3))),
            new Range(100, 16383, new Node("d", 4), List.of()));
  }

  @Test
  void nodeWithoutAKnownHostIsAtTheOneAsked() {
    Range expected = new Range(0, 9, new Node("asked", 1), List.of());
    assertThat(parsed(range(0, 9, node(bytes(""), 1)))).containsExactly(expected);
    assertThat(parsed(range(0, 9, node(bytes("?"), 1)))).containsExactly(expected);
    assertThat(parsed(range(0, 9, node(Reply.Nil.NIL, 1)))).containsExactly(expected);
  }

  @Test
  void whatMakesNoSenseIsLeftOut() {
    assertThat(parsed(range(5, 4, node(bytes("a"), 1)))).isEmpty();
    assertThat(parsed(range(-1, 4, node(bytes("a"), 1)))).isEmpty();
    assertThat(parsed(range(0, 16384, node(bytes("a"), 1)))).isEmpty();
    assertThat(parsed(range(0, 4, node(bytes("a"), 0)))).isEmpty();
    assertThat(parsed(range(0, 4, bytes("a")))).isEmpty();
    assertThat(parsed(bytes("x"))).isEmpty();
    assertThat(ClusterSlots.parse(Reply.Nil.NIL, ASKED).ranges()).isEmpty();
    assertThat(ClusterSlots.parse(new Reply.Refused("ERR"), ASKED).ranges()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "MOVED 866 127.0.0.1:7001, true, 866, 127.0.0.1, 7001",
    "ASK 16383 n.example:7002, false, 16383, n.example, 7002",
    "MOVED 0 ::1:7003, true, 0, ::1, 7003",
    "MOVED 1 :7004, true, 1, asked, 7004",
    "MOVED 1 ?:7004, true, 1, asked, 7004",
  })
  void refusalNamesTheNodeToAsk(String text, boolean forGood, int slot, String host, int port) {
    assertThat(ClusterSlots.redirect(text, ASKED))
        .isEqualTo(new Redirect(forGood, slot, new Node(host, port)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ERR MOVED 1 a:1",
        "MOVED",
        "MOVED 1",
        "MOVED x a:1",
        "MOVED 16384 a:1",
        "MOVED 1 a",
        "ASK 1 a:0",
        "MOVED 1 a:b"
      })
  void otherRefusalsNameNobody(String text) {
    assertThat(ClusterSlots.redirect(text, ASKED)).isNull();
  }

  @Test
  void versionKeysShareASlot() {
    RedisKeys keys = new RedisKeys("shop", "7");
    int slot = ClusterSlots.slot(keys.epoch());

    assertThat(slot)
        .as("as CLUSTER KEYSLOT tells of {shop}")
        .isEqualTo(ClusterSlots.slot("shop".getBytes(StandardCharsets.US_ASCII)));
    assertThat(ClusterSlots.slot(keys.version(dev.sidecache.caching.Tag.ANY_MUTATION.id())))
        .isEqualTo(slot);
    assertThat(ClusterSlots.slot(keys.probe())).isEqualTo(slot);
  }

  @ParameterizedTest
  @CsvSource({
    "GET a, a",
    "MGET a b, a",
    "SET a 1 PX 5, a",
    "DEL a b, a",
    "EVALSHA 0a1b 2 a b 1, a",
    "EVAL source 2 a b 1, a",
    "INFO, ",
    "PING, ",
  })
  void firstKeyDecides(String words, String key) {
    byte[][] parts =
        java.util.Arrays.stream(words.split(" ")).map(RedisKeys::ascii).toArray(byte[][]::new);
    byte[] found = Command.of("x", parts).key();

    assertThat(found == null ? null : new String(found, StandardCharsets.US_ASCII)).isEqualTo(key);
  }

  @Test
  void atAzureAllNodesAreBehindTheOneName() {
    RedisAddress azure = StoreUnderTest.address("rediss://n.redis.cache.windows.net");
    assertThat(azure.reached(new Node("13.1.2.3", 15001)))
        .isEqualTo(new Node("n.redis.cache.windows.net", 15001));
    assertThat(StoreUnderTest.address("redis://a").reached(new Node("13.1.2.3", 15001)))
        .isEqualTo(new Node("13.1.2.3", 15001));
  }
}
