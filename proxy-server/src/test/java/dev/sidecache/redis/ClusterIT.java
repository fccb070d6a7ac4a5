package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static dev.sidecache.testing.StoreClient.uid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.store.SharedStore.Versions;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.testing.RedisCluster;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Failed;
import dev.sidecache.testing.StoreClient.Finished;
import dev.sidecache.testing.StoreClient.Found;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster of three masters: found, spoken to, and its slots moved. */
class ClusterIT {
  private static final RedisKeys KEYS = new RedisKeys("test", "1");
  private static final String EPOCH = "test:k1:{test}:e";
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static RedisCluster cluster;
  private final List<Tag.Id> ab = tags("a", "b");
  private StoreUnderTest tested;

  @BeforeAll
  static void start() {
    cluster = RedisCluster.ofMasters();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void close() {
    if (tested != null) {
      tested.close();
    }
  }

  private static String name(CacheKey key) {
    return new String(KEYS.entry(key), StandardCharsets.US_ASCII);
  }

  private static String name(Tag.Id tag) {
    return new String(KEYS.version(tag), StandardCharsets.US_ASCII);
  }

  private void assertStoresAnywhere() {
    for (int i = 0; i < 50; i++) {
      CacheKey key = key("k" + i);
      expect(Acknowledged.class, tested.client.store(key, new byte[100], 60_000));
      Found found = expect(Found.class, tested.client.lookup(ab, key));
      assertThat(found.form()).as("entry " + i).hasSize(200);
      expect(Acknowledged.class, tested.client.delete(key, key("none" + i)));
      assertThat(expect(Found.class, tested.client.lookup(ab, key)).form()).isEmpty();
    }
  }

  @Test
  void isFoundByOneNodeThatTellsItsMode() {
    tested = new StoreUnderTest(cluster.oneUrl()).up();

    tested.client.init(ab);

    assertStoresAnywhere();
    assertThat(tested.changes)
        .extracting(Availability::state)
        .containsOnly(State.CONNECTING, State.UP);
  }

  @Test
  void isFoundByARefusalWhereInfoIsForbidden() {
    for (RedisServerProcess node : cluster.nodes()) {
      node.command("ACL", "SETUSER", "noinfo", "on", ">pw", "~*", "+@all", "-info");
    }
    String url = cluster.nodes().get(0).url().replace("//", "//noinfo:pw@");
    RedisServerProcess home = cluster.master(EPOCH);
    if (home == cluster.nodes().get(0)) {
      url = cluster.nodes().get(1).url().replace("//", "//noinfo:pw@");
    }
    tested = new StoreUnderTest(url).up();

    tested.client.lookup(ab, null);

    tested.up();
    assertThat(tested.client.init(ab).versions()).doesNotContainNull();
    assertStoresAnywhere();
  }

  @Test
  void behindAProxyThatHidesItVersionsAndEntryAreTwoCommands() {
    try (RedisCluster one = RedisCluster.ofOne()) {
      RedisServerProcess node = one.nodes().get(0);
      node.command("ACL", "SETUSER", "noinfo", "on", ">pw", "~*", "+@all", "-info");
      tested = new StoreUnderTest(node.url().replace("//", "//noinfo:pw@")).up();
      tested.client.init(ab);

      assertStoresAnywhere();

      try (RedisServerProcess.RedisMonitor monitor = node.monitor()) {
        tested.client.lookup(ab, key("k"));
        assertThat(monitor.commands()).containsExactly("MGET", "GET");
        tested.client.lookup(ab, null);
        assertThat(monitor.commands()).containsExactly("MGET");
      }
    }
  }

  @Test
  void firstCommandToEachNodeIsCarriedOut() {
    tested = new StoreUnderTest(StoreUnderTest.address(cluster.url()), 2).up();

    tested.client.init(ab);
    assertStoresAnywhere();

    assertThat(tested.commands).noneMatch(command -> command.endsWith("rejected"));
  }

  @Test
  void entriesLieOnAllNodesAndVersionsOnOne() {
    tested = new StoreUnderTest(cluster.url()).up();
    tested.client.init(ab);
    Map<RedisServerProcess, Integer> entries = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      tested.client.store(key("k" + i), new byte[10], 60_000);
      entries.merge(cluster.master(name(key("k" + i))), 1, Integer::sum);
    }
    assertThat(entries).hasSize(3);
    RedisServerProcess home = cluster.master(EPOCH);
    assertThat(cluster.master(name(ab.get(0)))).isSameAs(home);
    String runId = home.command("INFO", "server").split("run_id:", -1)[1].substring(0, 40);
    assertThat(expect(Found.class, tested.client.lookup(ab, key("k1"))).versions().server())
        .as("whoever has the entry")
        .isEqualTo(runId);
  }

  @Test
  void largeResponsesLieOnTheirOwnNodes() {
    tested = new StoreUnderTest(cluster.url()).up();
    tested.client.init(ab);
    for (int i = 0; i < 8; i++) {
      CacheKey key = key("large" + i);
      expect(Acknowledged.class, tested.client.store(key, largeForm(key), 60_000));
      assertThat(form(key)).hasSizeGreaterThan(600_000);
    }
  }

  private static ByteBuf largeForm(CacheKey key) {
    byte[] content = new byte[300_000];
    new Random(1).nextBytes(content);
    StoredHead head =
        new StoredHead(
            new ResponseHead(200, Fields.of("Content-Type", "image/png")),
            Instant.now(),
            Duration.ZERO);
    StoredResponse response =
        new StoredResponse(
            key,
            head,
            Unpooled.directBuffer(content.length).writeBytes(content),
            Stamp.of(List.of(Tag.ALL.id()), List.of("AAAAAAAAAAAAAAAA")));
    try {
      return new StoredResponseCodec(
              new StoredResponseCodec.Settings(2048, StoreUnderTest.MAX_BODY),
              ByteBufAllocator.DEFAULT)
          .encode(response, Duration.ofMinutes(1), Duration.ZERO);
    } finally {
      response.release();
    }
  }

  @Test
  void entryWhoseSlotIsMovingIsFoundOnEitherSide() {
    tested = new StoreUnderTest(cluster.url()).up();
    tested.client.init(ab);
    CacheKey key = awayFromHome();
    expect(Acknowledged.class, tested.client.store(key, new byte[100], 60_000));
    RedisServerProcess from = cluster.master(name(key));
    RedisServerProcess to = cluster.nodes().stream().filter(n -> n != from).findFirst().get();
    int slot = cluster.slot(name(key));

    tested.changes.clear();
    cluster.beginMove(slot, from, to);
    assertThat(form(key)).as("not moved yet").hasSize(200);
    assertThat(RedisCluster.moveKeys(slot, from, to, 10)).isEqualTo(1);
    assertThat(form(key)).as("moved, ASK").hasSize(200);
    expect(Acknowledged.class, tested.client.store(key, new byte[120], 60_000));
    assertThat(form(key)).as("stored by ASK").hasSize(240);
    cluster.endMove(slot, from, to);
    assertThat(form(key)).as("MOVED").hasSize(240);
    expect(Acknowledged.class, tested.client.store(key, new byte[140], 60_000));
    assertThat(form(key)).hasSize(280);

    assertThat(tested.changes).as("nobody need notice").isEmpty();
    try (RedisServerProcess.RedisMonitor monitor = from.monitor()) {
      assertThat(form(key)).hasSize(280);
      assertThat(monitor.commands()).as("asked no more").doesNotContain("GET");
    }
  }

  private String form(CacheKey key) {
    return expect(Found.class, tested.client.lookup(ab, key)).form();
  }

  @Test
  void nodeThatIsBeingGivenItsFirstSlotIsConnectedTo() {
    try (RedisCluster growing = RedisCluster.ofMasters()) {
      tested = new StoreUnderTest(growing.url()).up();
      tested.client.init(ab);
      CacheKey key = key("first");
      expect(Acknowledged.class, tested.client.store(key, new byte[100], 60_000));
      RedisServerProcess from = growing.master(name(key));
      RedisServerProcess to = growing.addEmptyNode();
      int slot = growing.slot(name(key));
      growing.beginMove(slot, from, to);
      RedisCluster.moveKey(name(key), from, to);

      Awaitility.await().atMost(LIMIT).until(() -> !form(key).isEmpty());

      long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      while (System.nanoTime() < until) {
        assertThat(form(key)).as("also after slots were asked for").hasSize(200);
      }
    }
  }

  private CacheKey awayFromHome() {
    RedisServerProcess home = cluster.master(EPOCH);
    for (int i = 0; ; i++) {
      if (cluster.master(name(key("away" + i))) != home) {
        return key("away" + i);
      }
    }
  }

  @Test
  void mutationWhileTheVersionKeysAreMovingIsDelivered() {
    tested = new StoreUnderTest(cluster.url()).up();
    List<Tag.Id> all = new ArrayList<>(ab);
    all.add(Tag.ANY_MUTATION.id());
    Versions before = tested.client.init(all);
    RedisServerProcess from = cluster.master(EPOCH);
    RedisServerProcess to = cluster.nodes().stream().filter(n -> n != from).findFirst().get();
    int slot = cluster.slot(EPOCH);
    cluster.beginMove(slot, from, to);
    RedisCluster.moveKey(name(ab.get(0)), from, to);

    assertThat(tested.client.mark(uid(), all, 5_000)).isEqualTo(new Failed(Failure.REFUSED));
    Finished finished = expect(Finished.class, tested.client.finish(uid(), all));

    assertThat(finished.gap()).isTrue();
    assertThat(finished.epoch()).isEqualTo(before.epoch());
    assertThat(tested.client.lookup(all, null)).isEqualTo(new Failed(Failure.REFUSED));
    while (RedisCluster.moveKeys(slot, from, to, 100) > 0) {
      // Until the slot is empty.
    }
    cluster.endMove(slot, from, to);
    tested.client.lookup(all, null);
    tested.up();
    assertThat(tested.client.read(all).versions()).as("deleted one by one").containsOnlyNulls();
    Versions after = tested.client.init(all);
    assertThat(after.server()).isNotEqualTo(before.server());
    assertThat(after.epoch().server()).isEqualTo(after.server());
    assertThat(tested.client.read(all)).isEqualTo(after);
  }

  @Test
  void userWhoMayNotAskForSlotsIsNamed() {
    for (RedisServerProcess node : cluster.nodes()) {
      node.command("ACL", "SETUSER", "noslots", "on", ">pw", "~*", "+@all", "-cluster");
    }
    tested = new StoreUnderTest(cluster.url().replace("//", "//noslots:pw@"));

    tested.awaits(State.AUTH, Duration.ofSeconds(5));

    assertThat(tested.store.availability().reason())
        .isEqualTo("the user may not run CLUSTER SLOTS");
  }

  @Test
  void singleServerThatWasCalledAClusterIsNamed() {
    try (RedisServerProcess single = RedisServerProcess.start()) {
      tested = new StoreUnderTest(single.url().replace("redis:", "redis+cluster:"));

      tested.awaits(State.DOWN, Duration.ofSeconds(5));

      assertThat(tested.store.availability().reason()).isEqualTo("not part of a cluster");
    }
  }
}
