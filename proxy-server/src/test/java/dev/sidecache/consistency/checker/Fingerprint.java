package dev.sidecache.consistency.checker;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import dev.sidecache.consistency.Environment;
import dev.sidecache.consistency.RuledInstance;
import dev.sidecache.consistency.Settings;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.testing.ManualLoop;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.Future;

/**
 * A number for all that objects of the protocol hold, closures included, so that a state reached
 * before is known again. What comes from outside (clocks, stores, settings) is left out.
 */
final class Fingerprint {
  private static final Map<Class<?>, Field[]> FIELDS = new HashMap<>();

  private final IdentityHashMap<Object, Integer> visited = new IdentityHashMap<>();
  private final long now;
  private final long horizon;
  private long hash = 0xcbf29ce484222325L;

  /**
   * An empty one.
   *
   * @param now leases that ended by then are like none
   * @param horizon what is due later never happens
   */
  Fingerprint(long now, long horizon) {
    this.now = now;
    this.horizon = horizon;
  }

  long value() {
    return hash;
  }

  void add(Object object) {
    if (object == null || isOutside(object)) {
      mix(0);
    } else if (object instanceof Number number) {
      mix(number.longValue());
    } else if (isPlain(object)) {
      mix(object.hashCode());
    } else if (object instanceof Enum<?> constant) {
      mix(constant.name().hashCode());
    } else {
      Integer before = visited.putIfAbsent(object, visited.size());
      if (before != null) {
        mix(before);
      } else {
        addNew(object);
      }
    }
  }

  private void mix(long value) {
    hash = (hash ^ value) * 0x100000001b3L;
    hash ^= hash >>> 29;
  }

  private static boolean isOutside(Object object) {
    return object instanceof Environment
        || object instanceof Settings
        || object instanceof SharedStore
        || object instanceof MemoryTier
        || object instanceof StoredResponseCodec
        || object instanceof World
        || object instanceof StepModel
        || object instanceof Future
        || RuledInstance.isDeadlines(object)
        // The leases of a model are all of one length.
        || RuledInstance.isLeaseBounds(object)
        || object instanceof Thread;
  }

  private static boolean isPlain(Object object) {
    return object instanceof String
        || object instanceof Boolean
        || object instanceof Tag.Id
        || object instanceof CacheKey
        || object instanceof Stamp
        || object instanceof SharedStore.Version
        || object instanceof SharedStore.Finish;
  }

  private void addNew(Object object) {
    if (object instanceof StoredResponse response) {
      mix(response.stamp().hashCode());
      mix(response.head().hashCode());
    } else if (object instanceof ManualLoop loop) {
      for (ManualLoop.Waiting waiting : loop.waiting()) {
        if (waiting.due() <= horizon) {
          mix(waiting.due());
          add(waiting.work());
        }
      }
    } else if (object instanceof Map<?, ?> map) {
      map.forEach(this::addEntry);
    } else if (object instanceof Collection<?> collection) {
      mix(collection.size());
      collection.forEach(this::add);
    } else if (isOurs(object.getClass())) {
      addFields(object);
    }
  }

  private void addEntry(Object key, Object value) {
    if (value != null && value.getClass().getSimpleName().equals("Lease")) {
      if (!RuledInstance.hasEnded(value, now)) {
        add(key);
        add(value);
      }
    } else {
      add(key);
      add(value);
    }
  }

  private static boolean isOurs(Class<?> type) {
    return type.getName().startsWith("dev.sidecache.");
  }

  private void addFields(Object object) {
    mix(object.getClass().hashCode());
    for (Field field : FIELDS.computeIfAbsent(object.getClass(), Fingerprint::fields)) {
      try {
        add(field.get(object));
      } catch (IllegalAccessException impossible) {
        throw new AssertionError(impossible);
      }
    }
  }

  private static Field[] fields(Class<?> type) {
    java.util.List<Field> fields = new java.util.ArrayList<>();
    for (Class<?> c = type; c != null && isOurs(c); c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          fields.add(field);
        }
      }
    }
    return fields.toArray(new Field[0]);
  }
}
