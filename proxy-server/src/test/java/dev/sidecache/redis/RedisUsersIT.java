package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static dev.sidecache.testing.StoreClient.uid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.store.SharedStore.Versions;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Failed;
import dev.sidecache.testing.StoreClient.Finished;
import dev.sidecache.testing.StoreClient.Found;
import dev.sidecache.testing.StoreClient.Told;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that wants to know who we are, and lets us do more or less. */
class RedisUsersIT {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String PASSWORD = "p@ss:w/rd";
  private static RedisServerProcess redis;
  private final List<Tag.Id> ab = tags("a", "b");
  private StoreUnderTest tested;

  @BeforeAll
  static void start() {
    redis = RedisServerProcess.start("--requirepass", PASSWORD);
    user("all", "+@all");
    user("noscripts", "+@all", "-eval", "-evalsha");
    user("noinfo", "+@all", "-info");
    user("readonly", "+@read", "+@connection", "+info", "+eval", "+evalsha");
    user("writeonly", "+@all", "-mget");
    user("pinger", "+ping", "+mget", "+get", "+set", "+del", "+eval", "+evalsha");
  }

  private static void user(String name, String... rules) {
    List<String> words = new java.util.ArrayList<>();
    words.addAll(List.of("ACL", "SETUSER", name, "on", ">secret", "~test:*"));
    words.addAll(List.of(rules));
    redis.commandAs(PASSWORD, words.toArray(String[]::new));
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @AfterEach
  void close() {
    if (tested != null) {
      tested.close();
    }
  }

  private StoreClient as(String user) {
    tested = new StoreUnderTest(redis.url().replace("//", "//" + user + "@"));
    return tested.client;
  }

  @Test
  void passwordOfTheDefaultUser() {
    expect(Acknowledged.class, upAs(":" + PASSWORD).store(key("k"), new byte[10], 60_000));
  }

  private StoreClient upAs(String user) {
    StoreClient client = as(user);
    tested.up();
    return client;
  }

  @Test
  void wrongOrMissingPasswordIsNamedAndNotTriedAgainAtOnce() {
    for (String wrong : List.of(":wrong", "all:wrong", "nobody:secret")) {
      as(wrong);
      tested.awaits(State.AUTH, LIMIT);
      assertThat(tested.store.availability())
          .isEqualTo(new Availability(State.AUTH, "wrong user or password", false));
      tested.close();
    }
    tested = new StoreUnderTest(redis.url());
    tested.awaits(State.AUTH, LIMIT);
    assertThat(tested.store.availability().reason()).isEqualTo("wrong user or password");
  }

  @Test
  void userWithTheNamespacesKeysAlone() {
    StoreClient client = upAs("all:secret");

    Versions before = client.init(ab);
    client.mark(uid(), ab, 5_000);
    expect(Finished.class, client.finish(uid(), ab));

    assertThat(client.read(ab).versions()).doesNotContainAnyElementsOf(before.versions());
    expect(Acknowledged.class, client.store(key("k"), new byte[10], 60_000));
    expect(Told.class, client.info());
  }

  @Test
  void withoutScriptsThereAreNoMarksAndVersionsAreDeleted() {
    StoreClient client = upAs("noscripts:secret");
    assertThat(tested.store.supportsMarks()).isTrue();
    Versions before = client.init(ab);
    assertThat(before.versions()).doesNotContainNull();
    assertThat(tested.store.supportsMarks()).isFalse();
    assertThat(client.mark(uid(), ab, 5_000)).isEqualTo(new Failed(Failure.REFUSED));

    Finished finished = expect(Finished.class, client.finish(uid(), ab));

    assertThat(finished.gap()).isTrue();
    assertThat(finished.epoch()).isEqualTo(before.epoch());
    assertThat(client.read(ab).versions()).containsOnlyNulls();
    assertThat(client.init(ab).versions()).doesNotContainAnyElementsOf(before.versions());
    assertThat(tested.store.availability().state()).isEqualTo(State.UP);
  }

  @Test
  void withoutInfoTheServerHasNoIdentity() {
    for (String user : List.of("noinfo:secret", "pinger:secret")) {
      StoreClient client = upAs(user);

      Versions versions = client.init(ab);

      assertThat(versions.server()).isEqualTo("-");
      assertThat(versions.versions()).doesNotContainNull();
      assertThat(client.info()).isEqualTo(new Failed(Failure.REFUSED));
      expect(Acknowledged.class, client.store(key("k"), new byte[10], 60_000));
      assertThat(expect(Found.class, client.lookup(ab, key("k"))).form()).isNotEmpty();
      tested.close();
      tested = null;
    }
  }

  @Test
  void userWhoMayNotWriteIsNamed() {
    StoreClient client = upAs("readonly:secret");
    expect(Found.class, client.lookup(ab, null));

    client.store(key("k"), new byte[10], 60_000);

    tested.awaits(State.AUTH, LIMIT);
    assertThat(tested.store.availability().reason()).isEqualTo("the user may not write");
  }

  @Test
  void userWhoMayNotReadIsNamed() {
    upAs("writeonly:secret").lookup(ab, null);

    tested.awaits(State.AUTH, LIMIT);
    assertThat(tested.store.availability().reason()).isEqualTo("the user may not read");
  }
}
