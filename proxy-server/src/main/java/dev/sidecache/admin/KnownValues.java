package dev.sidecache.admin;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The keys of values that this instance has seen, each until its value ends; only to count by. Of
 * too many the one unused for longest is forgotten. Safe on any thread.
 */
final class KnownValues {
  private final Map<ValueKey, Instant> ends;

  KnownValues(int most) {
    this.ends =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<ValueKey, Instant> eldest) {
            return size() > most;
          }
        };
  }

  synchronized void add(ValueKey key, Instant end) {
    ends.put(key, end);
  }

  synchronized void remove(ValueKey key) {
    ends.remove(key);
  }

  /** Forgets what is covered; how many of them had not ended. */
  synchronized long remove(ValueKey.Covering covering, Instant now) {
    long live = 0;
    var entries = ends.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<ValueKey, Instant> entry = entries.next();
      if (covering.covers(entry.getKey())) {
        live += entry.getValue().isAfter(now) ? 1 : 0;
        entries.remove();
      }
    }
    return live;
  }
}
