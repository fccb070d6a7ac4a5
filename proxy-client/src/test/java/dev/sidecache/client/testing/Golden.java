package dev.sidecache.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example documents in {@code docs/admin-api}, which the server is tested against too. */
public final class Golden {
  private Golden() {}

  public static String text(String name) {
    try {
      return Files.readString(directory().resolve(name + ".json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode json(String name) {
    return parse(text(name));
  }

  public static JsonNode parse(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path directory() {
    for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
      if (Files.isDirectory(path.resolve("docs/admin-api"))) {
        return path.resolve("docs/admin-api");
      }
    }
    throw new IllegalStateException("not within a checkout: " + Path.of("").toAbsolutePath());
  }
}
