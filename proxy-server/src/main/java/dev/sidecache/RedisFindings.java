package dev.sidecache;

import dev.sidecache.admin.CommandFigures;
import dev.sidecache.admin.Diagnosis.Check;
import dev.sidecache.redis.RedisAddress;
import dev.sidecache.redis.RedisRemedy;
import dev.sidecache.redis.RedisSharedStore;
import dev.sidecache.store.SharedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a running proxy knows of its Redis without asking it. */
final class RedisFindings {
  static final String NAME = "redis";

  private RedisFindings() {}

  static List<Check> of(
      RedisSharedStore store, RedisAddress address, @Nullable CommandFigures commands) {
    List<Check> checks = new ArrayList<>();
    SharedStore.Availability now = store.availability();
    String way = store.endpoint() + " (transport " + store.transport() + ")";
    if (now.state() != SharedStore.State.UP) {
      String detail = "cannot use " + way + ": " + now.reason();
      checks.add(Check.failed(NAME, detail, RedisRemedy.of(address, now)));
    } else {
      checks.add(Check.passed(NAME, "connected to " + way));
    }
    if (now.storesPaused()) {
      checks.add(
          Check.warning(
              NAME,
              "it is full: nothing more is stored",
              "enlarge it, switch eviction on (allkeys-lru), or shorten the TTLs"));
    }
    if (!store.supportsMarks()) {
      checks.add(
          Check.warning(
              NAME,
              "the user may not run scripts: writes are not announced (as consistency: lite)",
              "give the user EVAL and EVALSHA"));
    }
    SharedStore.Info info = store.lastInfo();
    if (info != null && info.maxBytes() > 0 && info.evictionPolicy().equals("noeviction")) {
      checks.add(
          Check.warning(
              NAME,
              "eviction is off: a full database stops storing",
              "switch eviction on (allkeys-lru), or shorten the TTLs"));
    }
    if (commands != null) {
      checks.add(budget(commands));
    }
    return checks;
  }

  private static Check budget(CommandFigures commands) {
    String detail =
        String.format(
            Locale.ROOT,
            "%,d of %,d commands this %s, forecast %,d",
            commands.spent(),
            commands.budget(),
            commands.period(),
            commands.forecast());
    return commands.warning() || commands.forecast() > commands.budget()
        ? Check.warning(
            NAME, detail, "raise cache.l1.lease or the TTLs, cache fewer routes, or a larger plan")
        : Check.passed(NAME, detail);
  }
}
