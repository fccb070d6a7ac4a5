package dev.sidecache.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every target over its kept corpus, and over as many mutations of it as there is time for in each
 * build. With {@code -Dsidecache.fuzz.seed=N} a run is repeated; {@code .ci/fuzz} goes on for
 * longer and is guided by coverage.
 */
class FuzzCorpusTest {
  private static final int MUTATIONS = Integer.getInteger("sidecache.fuzz.mutations", 1_000);
  private static final long SEED = Long.getLong("sidecache.fuzz.seed", System.nanoTime());
  private static final byte[] ODD =
      "\r\n\0\t :;,=%/?#\\\"'.-+[]{}()<>0x7f\u00ff\u0080\u000b"
          .getBytes(StandardCharsets.ISO_8859_1);

  @ParameterizedTest
  @EnumSource
  void corpus(FuzzTarget target) throws Exception {
    List<byte[]> corpus = read(target);
    assertThat(corpus).hasSizeGreaterThan(2);
    for (byte[] input : corpus) {
      run(target, input);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = corpus.get(random.nextInt(corpus.size()));
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        mutated = mutated(mutated, corpus, random);
      }
      run(target, mutated);
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

  private static byte[] mutated(byte[] input, List<byte[]> corpus, SplittableRandom random) {
    int at = random.nextInt(input.length + 1);
    int to = Math.min(input.length, at + random.nextInt(8));
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(input, at);
      case 1 -> joined(input, at, new byte[] {ODD[random.nextInt(ODD.length)]}, at);
      case 2 ->
          joined(
              input, at, new byte[] {(byte) random.nextInt(256)}, Math.min(input.length, at + 1));
      case 3 -> joined(input, at, new byte[0], to);
      case 4 -> joined(input, to, Arrays.copyOfRange(input, at, to), to);
      default -> {
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        yield joined(
            input,
            at,
            Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length),
            input.length);
      }
    };
  }

  /** The beginning up to an index, something between, and the rest from another index. */
  private static byte[] joined(byte[] input, int until, byte[] between, int from) {
    byte[] all = Arrays.copyOf(input, until + between.length + input.length - from);
    System.arraycopy(between, 0, all, until, between.length);
    System.arraycopy(input, from, all, until + between.length, input.length - from);
    return all;
  }
}
