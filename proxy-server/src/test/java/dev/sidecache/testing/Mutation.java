package dev.sidecache.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Small changes of octets, by chance: what a fuzzer does that sees no coverage. */
public final class Mutation {
  private static final byte[] ODD =
      "\r\n\0\t :;,=%/?#\\\"'.-+[]{}()<>0x7f\u00ff\u0080\u000b"
          .getBytes(StandardCharsets.ISO_8859_1);

  private Mutation() {}

  /** These octets after a few changes, of which some take from others. */
  public static byte[] several(byte[] input, List<byte[]> others, SplittableRandom random) {
    byte[] mutated = input;
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      mutated = one(mutated, others, random);
    }
    return mutated;
  }

  /** Cut, an odd octet put in, an octet or a bit replaced, deleted, doubled, or spliced. */
  private static byte[] one(byte[] input, List<byte[]> others, SplittableRandom random) {
    int at = random.nextInt(input.length + 1);
    int to = Math.min(input.length, at + random.nextInt(8));
    return switch (random.nextInt(7)) {
      case 0 -> Arrays.copyOf(input, at);
      case 1 -> joined(input, at, new byte[] {ODD[random.nextInt(ODD.length)]}, at);
      case 2 ->
          joined(
              input, at, new byte[] {(byte) random.nextInt(256)}, Math.min(input.length, at + 1));
      case 3 -> joined(input, at, new byte[0], to);
      case 4 -> joined(input, to, Arrays.copyOfRange(input, at, to), to);
      case 5 -> flipped(input, random);
      default -> {
        byte[] other = others.get(random.nextInt(others.size()));
        int from = random.nextInt(other.length + 1);
        yield joined(input, at, Arrays.copyOfRange(other, from, other.length), input.length);
      }
    };
  }

  private static byte[] flipped(byte[] input, SplittableRandom random) {
    byte[] flipped = input.clone();
    if (flipped.length > 0) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  /** The beginning up to an index, something between, and the rest from another index. */
  private static byte[] joined(byte[] input, int until, byte[] between, int from) {
    byte[] all = Arrays.copyOf(input, until + between.length + input.length - from);
    System.arraycopy(between, 0, all, until, between.length);
    System.arraycopy(input, from, all, until + between.length, input.length - from);
    return all;
  }
}
