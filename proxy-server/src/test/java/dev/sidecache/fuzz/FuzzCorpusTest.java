package dev.sidecache.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Mutation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every target over its kept corpus, and over mutations of it: 1,000, or {@code
 * -Dsidecache.fuzz.mutations=N}, and unless told no more than there is time for in three seconds.
 * The mutations are the same each time, others with {@code -Dsidecache.fuzz.seed=N}; {@code
 * .ci/fuzz} goes on for longer, with chance, and is guided by coverage.
 */
class FuzzCorpusTest {
  private static final int MUTATIONS = Integer.getInteger("sidecache.fuzz.mutations", 1_000);
  private static final Duration LONGEST = Duration.ofSeconds(3);
  private static final long SEED = Long.getLong("sidecache.fuzz.seed", 20_261_130);

  @ParameterizedTest
  @EnumSource
  void corpus(FuzzTarget target) throws Exception {
    List<byte[]> corpus = read(target);
    assertThat(corpus).hasSizeGreaterThan(2);
    for (byte[] input : corpus) {
      run(target, input);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    long end = System.nanoTime() + LONGEST.toNanos();
    boolean told = System.getProperty("sidecache.fuzz.mutations") != null;
    for (int i = 0; i < MUTATIONS && (told || System.nanoTime() - end < 0); i++) {
      byte[] base = corpus.get(random.nextInt(corpus.size()));
      run(target, Mutation.several(base, corpus, random));
    }
  }

  private static void run(FuzzTarget target, byte[] input) {
    try {
      target.run(input);
    } catch (Throwable failure) {
      throw new AssertionError(
          target + ", seed " + SEED + ", input " + HexFormat.of().formatHex(input), failure);
    }
  }

  private static List<byte[]> read(FuzzTarget target) throws IOException {
    Path folder = Path.of("src/test/resources/dev/sidecache/fuzz", target.folder());
    List<byte[]> corpus = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        corpus.add(Files.readAllBytes(file));
      }
    }
    return corpus;
  }
}
