package dev.sidecache.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs beside the checkout, such as a program. Where it is missing, the test is
 * skipped with a message on a developer's machine and fails in the continuous integration ({@code
 * CI=true}), so that a green run means that it ran.
 */
public final class Prerequisite {
  private Prerequisite() {}

  /** Goes on only if {@code present}; {@code what} completes "this test needs …". */
  public static void require(boolean present, String what) {
    if (!present) {
      String message = "this test needs " + what;
      if ("true".equals(System.getenv("CI"))) {
        Assertions.fail(message);
      }
      Assumptions.abort(message);
    }
  }

  /** Goes on only if this program is on the PATH; {@code hint} says how it is installed. */
  public static void requireProgram(String name, String hint) {
    require(onPath(name), name + " on the PATH: " + hint);
  }

  /** True if a program of this name is on the PATH. */
  public static boolean onPath(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(path)
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
  }
}
