package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.cli.DoctorCommand.Finding;
import dev.sidecache.config.ConfigLoader;
import dev.sidecache.testing.RedisCluster;
import dev.sidecache.testing.RedisSentinels;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What doctor finds wrong with a Redis, and what it says can be done. */
class RedisDiagnosisIT {
  @TempDir static Path directory;

  private static List<Finding> check(String url) throws Exception {
    ConfigLoader.Result result =
        ConfigLoader.parse(
            "test.yaml",
            "version: 1\n",
            new ConfigLoader.Surroundings(
                Map.of("UPSTREAM_URL", "http://127.0.0.1:1", "REDIS_URL", url),
                Map.of(),
                1L << 30));
    if (!(result instanceof ConfigLoader.Result.Valid valid)) {
      throw new AssertionError(result.findings());
    }
    return new RedisDiagnosis().check(valid.config());
  }

  private static Finding onlyFailure(String url) throws Exception {
    List<Finding> failures = new ArrayList<>(check(url));
    failures.removeIf(finding -> !Boolean.FALSE.equals(finding.ok()));
    assertThat(failures).hasSize(1);
    return failures.get(0);
  }

  private static void assertFailure(String url, String reason, String remedy) throws Exception {
    Finding failure = onlyFailure(url);
    assertThat(failure.detail()).contains(reason).doesNotContain("secret");
    assertThat(failure.remedy()).contains(remedy);
  }

  private static List<String> warnings(String url) throws Exception {
    return check(url).stream()
        .filter(found -> Boolean.TRUE.equals(found.ok()) && !found.remedy().isEmpty())
        .map(found -> found.detail() + " -> " + found.remedy())
        .toList();
  }

  private static void assertFine(String url) throws Exception {
    assertThat(check(url))
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(
            finding -> {
              assertThat(finding.ok()).isTrue();
              assertThat(finding.remedy()).isEmpty();
            });
  }

  @Test
  void singleServer() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start()) {
      assertFine(redis.url());
      assertThat(redis.command("DBSIZE")).as("nothing stays").isEqualTo("0");
      assertFailure(
          redis.url().replace("redis:", "rediss:"),
          "no answer to the TLS handshake",
          "write redis:// instead of rediss:// if the server speaks no TLS");
      assertFailure(
          redis.url().replace("redis:", "redis-sentinel:") + "?sentinelMasterId=m",
          "not a sentinel",
          "name the sentinels");
      assertFailure(
          redis.url().replace("redis:", "redis+cluster:"),
          "not part of a cluster",
          "write redis:// and this one host");
      redis.command("CONFIG", "SET", "maxmemory", "100mb");
      assertThat(warnings(redis.url())).hasSize(1).first().asString().contains("eviction is off");
      redis.command("REPLICAOF", "127.0.0.1", "1");
      assertFailure(redis.url(), "a replica, no master", "name the master");
    }
    try (RedisServerProcess nobody = RedisServerProcess.reserved()) {
      assertFailure(nobody.url(), "connection refused", "start Redis");
    }
    assertFailure("redis://no-such-host.invalid", "unknown host", "correct the host name");
  }

  @Test
  void users() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start("--requirepass", "secret")) {
      user(redis, "noscripts", "+@all", "-eval", "-evalsha");
      user(redis, "readonly", "+@read", "+@connection", "+info");
      user(redis, "noreads", "+@all", "-mget");
      user(redis, "elsewhere", "+@all", "resetkeys", "~other:*");

      assertFine(redis.url().replace("//", "//:secret@"));
      assertFailure(redis.url(), "wrong user or password", "correct user and password");
      assertFailure(
          redis.url().replace("//", "//:secret2@"),
          "wrong user or password",
          "correct user and password");
      assertThat(warnings(redis.url().replace("//", "//noscripts:secret@")))
          .containsExactly(
              "the user may not run scripts: writes are not announced (as consistency: lite)"
                  + " -> give the user EVAL and EVALSHA");
      assertFailure(
          redis.url().replace("//", "//readonly:secret@"),
          "the user may not write",
          "give the user SET and DEL");
      assertFailure(
          redis.url().replace("//", "//noreads:secret@"),
          "the user may not read",
          "give the user MGET and GET");
      assertFailure(
          redis.url().replace("//", "//elsewhere:secret@"),
          "the user may not write",
          "on the namespace's keys");
    }
  }

  private static void user(RedisServerProcess redis, String name, String... rules) {
    List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", name, "on", ">secret", "~*"));
    words.addAll(List.of(rules));
    assertThat(redis.commandAs("secret", words.toArray(String[]::new))).isEqualTo("OK");
  }

  @Test
  void certificates() throws Exception {
    TlsFiles own = TlsFiles.forHost("localhost", directory);
    TlsFiles elsewhere = TlsFiles.forHost("redis.example", directory);
    try (RedisServerProcess redis = RedisServerProcess.start(own.redisOptions());
        RedisServerProcess otherName = RedisServerProcess.start(elsewhere.redisOptions())) {
      String port = "://localhost:" + redis.port();
      assertFine("rediss" + port + "?ssl_ca_certs=" + own.certificate());
      assertFailure("rediss" + port, "from an unknown issuer", "?ssl_ca_certs=FILE");
      assertFailure(
          "redis" + port,
          "connection closed before any answer",
          "write rediss:// instead of redis://");
      assertFailure(
          "rediss://localhost:" + otherName.port() + "?ssl_ca_certs=" + elsewhere.certificate(),
          "certificate for another host",
          "write the host that the certificate names");
      assertFailure(
          "rediss" + port + "?ssl_ca_certs=" + directory.resolve("none"),
          "the file of ssl_ca_certs cannot be read",
          "correct REDIS_URL");
    }
  }

  @Test
  void sentinels() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start("secret", "secret2")) {
      assertFine(sentinels.url());
      assertFailure(
          sentinels.url().replace("MasterId=", "MasterId=un"),
          "the sentinels know no master of this name",
          "sentinelMasterId");
      assertFailure(
          sentinels.url().replace("Password=", "Password=un"),
          "the sentinels refuse the password",
          "sentinelPassword");
      assertFailure(
          sentinels.url().replace(":secret@", ":secret3@"),
          "wrong user or password",
          "correct user and password");
    }
  }

  @Test
  void cluster() throws Exception {
    try (RedisCluster cluster = RedisCluster.ofMasters()) {
      assertFine(cluster.url());
      assertFine(cluster.oneUrl());
      cluster.nodes().get(0).kill();
      RedisServerProcess other = cluster.nodes().get(1);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> other.command("CLUSTER", "INFO").contains("cluster_state:fail"));
      assertFailure(cluster.url(), "the cluster is down", "bring its missing nodes back");
    }
  }
}
