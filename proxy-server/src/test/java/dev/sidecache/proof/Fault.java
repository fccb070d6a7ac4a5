package dev.sidecache.proof;

import java.util.Random;

/**
 * Something that goes wrong, and is mended after a while. Each is over before the next begins: of
 * two at once consistency.md, Section 9, leaves one window that nothing closes (a sidecar cut off
 * after its mark, and the version that it marked lost before it dies).
 */
enum Fault {
  REDIS_KILLED_AND_EMPTY {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      fleet.redis.kill();
    }

    @Override
    void end(Fleet fleet, Fleet.Member victim) {
      fleet.redis.startAgain();
    }
  },
  REDIS_BACK_WITH_OLD_DATA {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      fleet.snapshot();
    }

    @Override
    void end(Fleet fleet, Fleet.Member victim) throws Exception {
      fleet.restartFromSnapshot();
      java.nio.file.Files.deleteIfExists(fleet.redis.directory().resolve("dump.rdb"));
    }
  },
  REDIS_STOPPED {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      fleet.redis.pause();
    }

    @Override
    void end(Fleet fleet, Fleet.Member victim) {
      fleet.redis.resume();
    }
  },
  FLUSHED {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      fleet.redis.command("FLUSHALL");
    }
  },
  VERSIONS_DELETED {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      for (String key : fleet.redis.command("KEYS", "*:k1:*").split("\n", -1)) {
        if (!key.isEmpty()) {
          fleet.redis.command("DEL", key);
        }
      }
    }
  },
  FULL {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      fleet.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
      fleet.redis.command("CONFIG", "SET", "maxmemory", "1");
    }

    @Override
    void end(Fleet fleet, Fleet.Member victim) {
      fleet.redis.command("CONFIG", "SET", "maxmemory", "0");
    }
  },
  EVICTING {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      fleet.redis.command("CONFIG", "SET", "maxmemory-policy", "volatile-lru");
      fleet.redis.command("CONFIG", "SET", "maxmemory", "1");
    }

    @Override
    void end(Fleet fleet, Fleet.Member victim) {
      fleet.redis.command("CONFIG", "SET", "maxmemory", "0");
      fleet.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    }
  },
  ONE_DELAYED {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      victim.relay.become(Relay.Mode.DELAY);
    }

    @Override
    void end(Fleet fleet, Fleet.Member victim) {
      victim.relay.become(Relay.Mode.PASS);
    }
  },
  ONE_SWALLOWED {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      victim.relay.become(Relay.Mode.SWALLOW);
    }

    @Override
    void end(Fleet fleet, Fleet.Member victim) {
      victim.relay.become(Relay.Mode.PASS);
      victim.relay.reset();
    }
  },
  ONE_RESET {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      victim.relay.reset();
    }
  },
  ONE_CUT_OFF {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      victim.relay.become(Relay.Mode.CUT);
    }

    @Override
    void end(Fleet fleet, Fleet.Member victim) {
      victim.relay.become(Relay.Mode.PASS);
    }
  },
  SIDECAR_STOPPED {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      victim.trouble();
      victim.process.pause();
    }

    @Override
    void end(Fleet fleet, Fleet.Member victim) {
      victim.process.resume();
      victim.healed();
    }
  },
  /** Its writers write all the time, so it dies between the origin's write and the answer. */
  SIDECAR_KILLED {
    @Override
    void begin(Fleet fleet, Fleet.Member victim) {
      victim.trouble();
      victim.process.kill();
    }

    @Override
    void end(Fleet fleet, Fleet.Member victim) throws Exception {
      fleet.replace(victim);
      fleet.awaitUp(victim);
      victim.healed();
    }
  };

  abstract void begin(Fleet fleet, Fleet.Member victim) throws Exception;

  void end(Fleet fleet, Fleet.Member victim) throws Exception {}

  /** How long it lasts, in milliseconds. */
  long lasts(Random random) {
    return 300L + random.nextInt(1_200);
  }
}
