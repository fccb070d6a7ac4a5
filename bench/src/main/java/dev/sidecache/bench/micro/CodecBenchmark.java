package dev.sidecache.bench.micro;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.store.StoredResponseCodec.Decoded;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The form that lies in Redis, of a response of 1 KB. */
@State(Scope.Thread)
public class CodecBenchmark {
  private static final CacheKey KEY =
      CacheKey.ofBytes("GET http://api.example/r/1".getBytes(StandardCharsets.UTF_8));

  private final StoredResponseCodec codec =
      new StoredResponseCodec(
          new StoredResponseCodec.Settings(-1, 1 << 20), ByteBufAllocator.DEFAULT);
  private final StoredResponse response = Samples.response(KEY);
  private ByteBuf form = Unpooled.EMPTY_BUFFER;

  @Setup
  public void prepare() {
    form = codec.encode(response, Duration.ofMinutes(1), Duration.ZERO);
  }

  @TearDown
  public void release() {
    form.release();
    response.release();
  }

  @Benchmark
  public boolean encode() {
    return codec.encode(response, Duration.ofMinutes(1), Duration.ZERO).release();
  }

  @Benchmark
  public boolean decode() {
    Decoded decoded = codec.decode(KEY, form.retainedDuplicate());
    return decoded != null && decoded.stored().release();
  }
}
