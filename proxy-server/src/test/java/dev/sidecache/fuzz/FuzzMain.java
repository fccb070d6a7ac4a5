package dev.sidecache.fuzz;

import java.util.Locale;

/**
 * Where Jazzer begins; {@code .ci/fuzz} starts it. The target is named by the property {@code
 * sidecache.fuzz.target}.
 */
public final class FuzzMain {
  private static final FuzzTarget TARGET =
      FuzzTarget.valueOf(System.getProperty("sidecache.fuzz.target", "").toUpperCase(Locale.ROOT));

  private FuzzMain() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    TARGET.run(input);
  }
}
