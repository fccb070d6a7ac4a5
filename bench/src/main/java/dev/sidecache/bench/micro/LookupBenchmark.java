package dev.sidecache.bench.micro;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.store.Stored;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Finding a response in memory, and letting go of it. */
@State(Scope.Thread)
public class LookupBenchmark {
  @Param({"1", "10000", "100000"})
  int entries;

  private MemoryTier tier = new MemoryTier(0, System::nanoTime);
  private CacheKey[] keys = {};
  private int next;

  @Setup
  public void fill() {
    tier = new MemoryTier(1L << 30, System::nanoTime);
    keys = new CacheKey[entries];
    for (int i = 0; i < entries; i++) {
      keys[i] =
          CacheKey.ofBytes(("GET http://api.example/r/" + i).getBytes(StandardCharsets.UTF_8));
      tier.put(keys[i], Samples.response(keys[i]), TimeUnit.HOURS.toNanos(1));
    }
  }

  @TearDown
  public void clear() {
    tier.clear();
  }

  @Benchmark
  public boolean hit() {
    next = next + 1 == entries ? 0 : next + 1;
    Stored found = tier.find(keys[next]);
    return found != null && found.release();
  }
}
