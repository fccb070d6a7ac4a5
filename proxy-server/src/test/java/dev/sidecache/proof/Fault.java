package dev.sidecache.proof;

import java.nio.file.Files;
import java.util.Random;

/**
 * Something that goes wrong, and is mended after a while. Each is over before the next begins: of
 * two at once consistency.md, Section 9, leaves one window that nothing closes (a sidecar cut off
 * after its mark, and the version that it marked lost before it dies).
 */
enum Fault {
  REDIS_KILLED_AND_EMPTY {
    @Override
    void begin(Stage stage) {
      stage.fleet().redis.kill();
    }

    @Override
    void end(Stage stage) {
      stage.fleet().redis.startAgain();
    }
  },
  REDIS_ENDED_AND_EMPTY {
    @Override
    void begin(Stage stage) {
      stage.fleet().redis.stop();
    }

    @Override
    void end(Stage stage) {
      stage.fleet().redis.startAgain();
    }
  },
  REDIS_BACK_WITH_OLD_DATA {
    @Override
    void begin(Stage stage) {
      stage.fleet().snapshot();
    }

    @Override
    void end(Stage stage) throws Exception {
      stage.fleet().restartFromSnapshot();
      Files.deleteIfExists(stage.fleet().redis.directory().resolve("dump.rdb"));
    }
  },
  REDIS_STOPPED {
    @Override
    void begin(Stage stage) {
      stage.fleet().redis.pause();
    }

    @Override
    void end(Stage stage) {
      stage.fleet().redis.resume();
    }
  },
  /** It answers, but stands still again and again, for less than a deadline and for more. */
  REDIS_SLOW {
    @Override
    void goOn(Stage stage, long elapsedMillis) throws InterruptedException {
      stage.pauseRedis(10 + stage.random().nextInt(190));
    }
  },
  FLUSHED {
    @Override
    void goOn(Stage stage, long elapsedMillis) {
      if (stage.random().nextInt(10) == 0) {
        stage.fleet().redis.command("FLUSHALL");
      }
    }
  },
  VERSIONS_DELETED {
    @Override
    void begin(Stage stage) {
      stage.deleteAllVersions();
    }
  },
  VERSIONS_DELETED_ONE_BY_ONE {
    @Override
    void goOn(Stage stage, long elapsedMillis) {
      stage.deleteAVersion();
    }
  },
  FULL {
    @Override
    void begin(Stage stage) {
      stage.configure("maxmemory-policy", "noeviction");
      stage.configure("maxmemory", "1");
    }

    @Override
    void end(Stage stage) {
      stage.configure("maxmemory", "0");
    }
  },
  FULL_AND_EVICTING {
    @Override
    void begin(Stage stage) {
      stage.configure("maxmemory-policy", "volatile-lru");
      stage.configure("maxmemory", "1");
    }

    @Override
    void end(Stage stage) {
      stage.configure("maxmemory", "0");
      stage.configure("maxmemory-policy", "noeviction");
    }
  },
  /** As the line before, but there is room for most: now this, now that is driven out. */
  EVICTING {
    @Override
    void begin(Stage stage) {
      stage.configure("maxmemory-policy", "volatile-lru");
    }

    @Override
    void goOn(Stage stage, long elapsedMillis) {
      stage.leaveNoRoom();
    }

    @Override
    void end(Stage stage) {
      stage.configure("maxmemory", "0");
      stage.configure("maxmemory-policy", "noeviction");
    }
  },
  ALL_DELAYED(Ways.ALL, Relay.Mode.DELAY),
  ALL_HELD(Ways.ALL, Relay.Mode.HOLD),
  ALL_RESET {
    @Override
    void goOn(Stage stage, long elapsedMillis) {
      if (stage.random().nextInt(8) == 0) {
        stage.fleet().members().forEach(member -> member.relay.reset());
      }
    }
  },
  /** Redis is away for all, and comes back for one after the other, as fast as probation allows. */
  ALL_BACK_ONE_BY_ONE(Ways.ALL, Relay.Mode.CUT) {
    @Override
    void goOn(Stage stage, long elapsedMillis) {
      stage.backOneByOne(elapsedMillis - 500, 150);
    }

    @Override
    long lasts(Random random) {
      return 900;
    }
  },
  /** The same, so far apart that the first uses its cache before the last can say what it owes. */
  ONE_BACK_LATE(Ways.ALL, Relay.Mode.CUT) {
    @Override
    void goOn(Stage stage, long elapsedMillis) {
      stage.backOneByOne(elapsedMillis - 400, 700);
    }

    @Override
    long lasts(Random random) {
      return 2_400;
    }
  },
  ONE_DELAYED(Ways.VICTIMS, Relay.Mode.DELAY),
  ONE_SWALLOWED(Ways.VICTIMS, Relay.Mode.SWALLOW) {
    @Override
    void end(Stage stage) throws Exception {
      super.end(stage);
      stage.victim().relay.reset();
    }
  },
  /** A black hole without reset; what was sent arrives late, though it was given up. */
  ONE_HELD(Ways.VICTIMS, Relay.Mode.HOLD),
  ONE_HEARS_NOTHING(Ways.VICTIMS, Relay.Mode.HOLD_REPLIES),
  ONE_RESET {
    @Override
    void goOn(Stage stage, long elapsedMillis) {
      if (stage.random().nextInt(5) == 0) {
        stage.victim().relay.reset();
      }
    }
  },
  ONE_CUT_OFF(Ways.VICTIMS, Relay.Mode.CUT),
  /** For less than the life of a mark, and for more. */
  SIDECAR_STOPPED {
    @Override
    void begin(Stage stage) {
      stage.victim().trouble();
      stage.victim().process.pause();
    }

    @Override
    void end(Stage stage) {
      stage.victim().process.resume();
      stage.victim().healed();
    }

    @Override
    long lasts(Random random) {
      return 300L + random.nextInt(6_000);
    }
  },
  SIDECAR_KILLED_WITHIN_A_WRITE {
    @Override
    void begin(Stage stage) throws Exception {
      stage.killWithinAWrite();
    }

    @Override
    void end(Stage stage) throws Exception {
      stage.replace();
    }
  };

  private final Ways ways;
  private final Relay.Mode mode;

  /** One that leaves the ways to Redis as they are. */
  Fault() {
    this(Ways.NONE, Relay.Mode.PASS);
  }

  /** One in which these ways to Redis become so, and are mended at its end. */
  Fault(Ways ways, Relay.Mode mode) {
    this.ways = ways;
    this.mode = mode;
  }

  /** The ways to Redis of which sidecars. */
  private enum Ways {
    ALL,
    VICTIMS,
    NONE
  }

  private void become(Stage stage, Relay.Mode now) {
    switch (ways) {
      case ALL -> stage.all(now);
      case VICTIMS -> stage.victim().relay.become(now);
      case NONE -> {}
    }
  }

  void begin(Stage stage) throws Exception {
    become(stage, mode);
  }

  /** Called about every 20 ms while it lasts. */
  void goOn(Stage stage, long elapsedMillis) throws Exception {}

  void end(Stage stage) throws Exception {
    become(stage, Relay.Mode.PASS);
  }

  /** How long it lasts, in milliseconds. */
  long lasts(Random random) {
    return 300L + random.nextInt(1_200);
  }

  /**
   * Whether it strikes one way to Redis only: then {@code mutation_policy: forward} leaves others
   * stale.
   */
  boolean isPartition() {
    return name().startsWith("ONE_");
  }
}
