package dev.sidecache.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directories of the checkout that the tests run in, wherever Maven or an editor starts them.
 */
public final class Checkout {
  private Checkout() {}

  /** The top directory: the one with the parent {@code pom.xml} and the launcher. */
  public static Path root() {
    for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
      if (Files.exists(path.resolve("proxy-server/pom.xml"))) {
        return path;
      }
    }
    throw new IllegalStateException("not within a checkout: " + Path.of("").toAbsolutePath());
  }
}
