package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.redis.ServerInfo.Stage;
import dev.sidecache.store.SharedStore.Epoch;
import dev.sidecache.store.SharedStore.Version;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read out of replies. */
class RepliesTest {

  private static Reply bytes(String text) {
    return new Reply.Bytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Nested
  class Errors {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "OOM command not allowed when used memory > 'maxmemory'.|FULL",
          "ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed|FULL",
          "ERR DB capacity quota exceeded|FULL",
          "NOREPLICAS Not enough good replicas to write.|WRITES_REFUSED",
          "MISCONF Redis is configured to save RDB snapshots|WRITES_REFUSED",
          "ERR max requests limit exceeded. Limit: 500000|QUOTA",
          "ERR max daily request limit exceeded|QUOTA",
          "LOADING Redis is loading the dataset in memory|NOT_READY",
          "MASTERDOWN Link with MASTER is down|NOT_READY",
          "CLUSTERDOWN The cluster is down|CLUSTER_DOWN",
          "CLUSTERDOWN Hash slot not served|SLOT_UNSERVED",
          "TRYAGAIN Multiple keys request during rehashing of slot|KEYS_APART",
          "BUSY Redis is busy running a script.|NOT_READY",
          "BUSYGROUP Consumer Group name already exists|OTHER",
          "BUSYKEY Target key name already exists.|OTHER",
          "READONLY You can't write against a read only replica.|DEMOTED",
          "NOAUTH Authentication required.|UNAUTHORISED",
          "WRONGPASS invalid username-password pair or user is disabled.|UNAUTHORISED",
          "ERR invalid password|UNAUTHORISED",
          "NOPERM this user has no permissions to run the 'eval' command|NO_PERMISSION",
          "ERR max number of clients reached|TOO_MANY_CLIENTS",
          "ERR max concurrent connections exceeded|TOO_MANY_CLIENTS",
          "CROSSSLOT Keys in request don't hash to the same slot|CROSS_SLOT",
          "MOVED 866 127.0.0.1:7000|MOVED",
          "ASK 866 127.0.0.1:7000|MOVED",
          "NOSCRIPT No matching script.|NO_SCRIPT",
          "ERR Unexpected flag in script shebang: allow-key-locking|SCRIPT_UNREADABLE",
          "ERR Error compiling script (new function): user_script:1: '#'|SCRIPT_UNREADABLE",
          "WRONGTYPE Operation against a key|OTHER",
          "ERR syntax error|OTHER",
          "''|OTHER"
        })
    void textHasOneMeaning(String text, ErrorMeaning meaning) {
      assertThat(ErrorMeaning.of(text)).isEqualTo(meaning);
    }
  }

  @Nested
  class Versions {
    private final String uid = "abcDEF012-_xyzXY";

    @Test
    void versionWithAndWithoutMarks() {
      assertThat(StoredValues.version(bytes(uid))).isEqualTo(new Version(uid, false));
      assertThat(StoredValues.version(bytes(uid + ";" + uid))).isEqualTo(new Version(uid, true));
      assertThat(StoredValues.version(bytes(uid + ";"))).isEqualTo(new Version(uid, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "abcDEF012-_xyzX", "abcDEF012-_xyzXYZ", "abcDEF012+/xyzXY"})
    void anythingElseIsAbsent(String value) {
      assertThat(StoredValues.version(bytes(value))).isNull();
      assertThat(StoredValues.epoch(bytes(value))).isNull();
    }

    @Test
    void whatIsNoStringIsAbsent() {
      assertThat(StoredValues.version(Reply.Nil.NIL)).isNull();
      assertThat(StoredValues.version(new Reply.Int(1))).isNull();
      assertThat(StoredValues.epoch(new Reply.Refused("WRONGTYPE"))).isNull();
    }

    @Test
    void epochNamesServerAndLease() {
      assertThat(StoredValues.epoch(bytes(uid + "@f00@100"))).isEqualTo(new Epoch(uid, "f00", 100));
      assertThat(StoredValues.epoch(bytes(uid + "@-@0"))).isEqualTo(new Epoch(uid, "-", 0));
      assertThat(StoredValues.epochValue(uid, "f00", 100)).asString().isEqualTo(uid + "@f00@100");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"", "@", "@f00", "@f00@", "@f00@-1", "@f00@x", "@f00@3600001", ";f00@1"})
    void epochWithAnotherEndIsAbsent(String end) {
      assertThat(StoredValues.epoch(bytes(uid + end))).isNull();
    }
  }

  @Nested
  class Info {
    private final String text =
        """
        # Server\r
        redis_version:7.0.15\r
        redis_mode:standalone\r
        run_id:1dc0a7c2\r
        \r
        # Persistence\r
        loading:0\r
        # Memory\r
        used_memory:1052984\r
        maxmemory:0\r
        maxmemory_policy:noeviction\r
        # Replication\r
        role:master\r
        # Keyspace\r
        db0:keys=12,expires=3,avg_ttl=0\r
        """;

    @Test
    void serverTellsWhoItIs() {
      ServerInfo info = ServerInfo.parse(text, 0);

      assertThat(info.identity()).isEqualTo("1dc0a7c2");
      assertThat(info.server()).isEqualTo("redis 7.0.15");
      assertThat(info.mode()).isEqualTo("standalone");
      assertThat(info.stage()).isEqualTo(Stage.MASTER);
      assertThat(info.memory()).isEqualTo(new ServerInfo.Memory(12, 1_052_984, 0, "noeviction"));
    }

    @Test
    void databaseWithoutKeysHasNone() {
      assertThat(ServerInfo.parse(text, 1).memory().keys()).isZero();
    }

    @Test
    void loadingAndReplicasAreSeen() {
      assertThat(ServerInfo.parse(text.replace("loading:0", "loading:1"), 0).stage())
          .isEqualTo(Stage.LOADING);
      assertThat(ServerInfo.parse(text.replace("role:master", "role:slave"), 0).stage())
          .isEqualTo(Stage.REPLICA);
    }

    @Test
    void valkeyIsCalledByItsName() {
      String valkey =
          text.replace("# Server", "# Server\r\nvalkey_version:8.0.1")
              .replace("redis_mode:standalone", "server_mode:cluster");
      assertThat(ServerInfo.parse(valkey, 0).server()).isEqualTo("valkey 8.0.1");
      assertThat(ServerInfo.parse(valkey, 0).mode()).isEqualTo("cluster");
    }

    @Test
    void whatIsNotToldIsUnknown() {
      ServerInfo info = ServerInfo.parse("", 0);

      assertThat(info.identity()).isEqualTo("-");
      assertThat(info.server()).isEqualTo("redis");
      assertThat(info.memory()).isEqualTo(new ServerInfo.Memory(-1, -1, -1, ""));
      assertThat(ServerInfo.parse("run_id:a@b", 0).identity()).isEqualTo("-");
    }
  }
}
