package dev.sidecache.proof;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What faults are made of, and where they happen: to all, to Redis, or to one sidecar of the fleet.
 */
record Stage(Fleet fleet, Fleet.Member victim, Random random) {
  private static final long SOON_SECONDS = 3;
  private static final String MARK_ALL =
      "for _, key in ipairs(redis.call('KEYS', '*:k1:*:t:*')) do "
          + "local uid = string.match(redis.call('GET', key), '[^;]*') "
          + "redis.call('SET', key, uid .. ';mid_other_000000', 'PX', ARGV[1]) end return 'done'";

  /** What lies between each sidecar and Redis becomes so. */
  void all(Relay.Mode mode) {
    fleet.members().forEach(member -> member.relay.become(mode));
  }

  /**
   * So long after Redis began to come back, it is back for this many, beginning with the victim.
   */
  void backOneByOne(long sinceMillis, long apartMillis) {
    int members = fleet.members().size();
    for (int i = 0; i < members && sinceMillis >= i * apartMillis; i++) {
      fleet.members().get((victim.index + i) % members).relay.become(Relay.Mode.PASS);
    }
  }

  /** Redis stands still for so long: a fault has no event to wait for. */
  void pauseRedis(int millis) throws InterruptedException {
    fleet.redis.pause();
    boolean unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    fleet.redis.resume();
  }

  void configure(String name, String value) {
    String reply = fleet.redis.command("CONFIG", "SET", name, value);
    if (!reply.equals("OK")) {
      throw new AssertionError(name + " " + value + ": " + reply);
    }
  }

  /** Redis has as much memory as it uses, so each value that comes drives out others. */
  void leaveNoRoom() {
    String used = "used_memory:";
    String told =
        Arrays.stream(fleet.redis.command("INFO", "memory").split("\r\n", -1))
            .filter(line -> line.startsWith(used))
            .findFirst()
            .orElseThrow();
    configure("maxmemory", told.substring(used.length()));
  }

  /** One version key, or none if there is none. */
  void deleteAVersion() {
    List<String> keys = versions();
    if (!keys.isEmpty()) {
      fleet.redis.command("DEL", keys.get(random.nextInt(keys.size())));
    }
  }

  void deleteAllVersions() {
    versions().forEach(key -> fleet.redis.command("DEL", key));
  }

  /** All versions of tags are as if another mutation had marked them, and die so soon. */
  void markAllUntil(long millis) {
    fleet.redis.command("EVAL", MARK_ALL, "0", Long.toString(millis));
  }

  private List<String> versions() {
    return Arrays.stream(fleet.redis.command("KEYS", "*:k1:*").split("\n", -1))
        .filter(key -> !key.isEmpty())
        .toList();
  }

  /** Kills the victim when a write through it has taken effect and is not answered. */
  void killWithinAWrite() throws InterruptedException {
    CountDownLatch killed = new CountDownLatch(1);
    fleet.origin.whenChanged(
        uri -> {
          if (("by=" + victim.index).equals(uri.getQuery()) && killed.getCount() > 0) {
            victim.trouble();
            victim.process.kill();
            killed.countDown();
          }
        });
    boolean itWas = killed.await(SOON_SECONDS, TimeUnit.SECONDS);
    fleet.origin.whenChanged(uri -> {});
    if (!itWas) {
      throw new AssertionError("no write through sidecar " + victim.index);
    }
  }

  /** Renews the victim's process. */
  void replace() throws Exception {
    fleet.replace(victim);
    fleet.awaitUp(victim);
    victim.healed();
  }
}
