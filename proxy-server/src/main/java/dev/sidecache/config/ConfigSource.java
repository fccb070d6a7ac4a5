package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.ConfigError.Severity;
import dev.sidecache.config.Findings.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the configuration's text is. The first given wins: a named file; one of {@code
 * SIDECACHE_CONFIG} (a path), {@code SIDECACHE_CONFIG_YAML}, {@code SIDECACHE_CONFIG_BASE64} (the
 * whole text); {@code sidecache.yaml} in the working directory; the system's file; none.
 */
public final class ConfigSource {
  private static final String FILE = "SIDECACHE_CONFIG";
  private static final String YAML = "SIDECACHE_CONFIG_YAML";
  private static final String BASE64 = "SIDECACHE_CONFIG_BASE64";

  private final Path directory;
  private final Path system;

  /**
   * A search from a working directory.
   *
   * @param directory against which paths are resolved
   * @param system the file that counts if the directory has none
   */
  public ConfigSource(Path directory, Path system) {
    this.directory = directory;
    this.system = system;
  }

  /** The search of this process. */
  public static ConfigSource ofProcess() {
    return new ConfigSource(Path.of(""), Path.of("/etc/sidecache/config.yaml"));
  }

  /** What was found. */
  public sealed interface Found {
    /**
     * A text, or that there is none.
     *
     * @param name for messages
     * @param yaml null: there is no file, flags and environment stand alone
     * @param file to be watched, or null
     */
    record Document(String name, @Nullable String yaml, @Nullable Path file) implements Found {}

    /** A source that was named and cannot be read. */
    record Refused(ConfigError error) implements Found {}
  }

  /**
   * The text.
   *
   * @param named a file that was named, or null
   * @param environment variables; an empty value counts as unset
   */
  public Found find(@Nullable String named, Map<String, String> environment) {
    if (named != null) {
      return read(named, directory.resolve(named));
    }
    List<String> given =
        List.of(FILE, YAML, BASE64).stream()
            .filter(name -> !environment.getOrDefault(name, "").isEmpty())
            .toList();
    if (given.size() > 1) {
      String message = given.get(0) + " and " + given.get(1) + " are both set";
      return refused("env " + given.get(1), message, "set one of them");
    }
    if (given.size() == 1) {
      return fromVariable(given.get(0), environment.getOrDefault(given.get(0), ""));
    }
    for (Path usual : List.of(Path.of("sidecache.yaml"), system)) {
      Path file = directory.resolve(usual);
      if (Files.exists(file)) {
        return read(usual.toString(), file);
      }
    }
    return new Found.Document("no file", null, null);
  }

  private Found fromVariable(String name, String value) {
    if (name.equals(FILE)) {
      return read(value, directory.resolve(value));
    }
    if (name.equals(YAML)) {
      return new Found.Document(YAML, value, null);
    }
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(value);
      return new Found.Document(BASE64, new String(bytes, StandardCharsets.UTF_8), null);
    } catch (IllegalArgumentException e) {
      return refused(
          "env " + BASE64, "the value is not Base64", "encode the file: base64 -w0 FILE");
    }
  }

  private static Found read(String name, Path file) {
    try {
      return new Found.Document(name, Files.readString(file), file);
    } catch (NoSuchFileException e) {
      return refused(name, "there is no such file", "name another, or write one: sidecache init");
    } catch (CharacterCodingException e) {
      return refused(name, "is not UTF-8", "save it as UTF-8");
    } catch (IOException e) {
      String message = Files.isDirectory(file) ? "is a directory" : "cannot be read";
      return refused(name, message, "name a file that this user may read");
    }
  }

  private static Found refused(String source, String message, String hint) {
    return new Found.Refused(
        Findings.finding(
            Position.of(source),
            "",
            new Problem(Code.BAD_SOURCE, message, hint, null),
            Severity.ERROR));
  }
}
