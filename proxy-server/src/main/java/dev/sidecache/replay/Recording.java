package dev.sidecache.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A file with recorded traffic: a HAR file, or an access log of nginx or of sidecache. */
public final class Recording {
  private static final int PEEKED = 4_096;

  private final Path file;
  private final Format format;
  private long skipped;

  private Recording(Path file, Format format) {
    this.file = file;
    this.format = format;
  }

  /** How it is written. */
  public enum Format {
    HAR("HAR"),
    COMBINED("nginx combined"),
    JSON("sidecache JSON");

    private final String words;

    Format(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }

    /** Whether answers have their fields and content, not status and length alone. */
    public boolean hasContent() {
      return this == HAR;
    }
  }

  /**
   * Opens a recording.
   *
   * @throws IOException if it cannot be read or is none; the message says so
   */
  public static Recording of(Path file) throws IOException {
    String begin;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      char[] peeked = new char[PEEKED];
      int length = reader.read(peeked);
      begin = length < 0 ? "" : new String(peeked, 0, length).stripLeading();
    }
    Format format = format(begin);
    if (format == null) {
      throw new IOException(
          "is none of the recordings that can be read: a HAR file, an access log of nginx in the"
              + " format combined, or sidecache's JSON log");
    }
    return new Recording(file, format);
  }

  private static @Nullable Format format(String begin) {
    String line = begin.lines().findFirst().orElse("");
    if (AccessLines.combined(line) != null) {
      return Format.COMBINED;
    }
    if (AccessLines.isJson(line)) {
      return Format.JSON;
    }
    return begin.startsWith("{") && begin.contains("\"log\"") ? Format.HAR : null;
  }

  public Format format() {
    return format;
  }

  /** How many of its entries could not be read. */
  public long skipped() {
    return skipped;
  }

  /**
   * Reads all of it.
   *
   * @throws IOException if it is broken off or no such file after all
   */
  void read(Consumer<Recorded> each) throws IOException {
    if (format == Format.HAR) {
      skipped = HarFile.read(file, each);
      return;
    }
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        Recorded recorded =
            format == Format.COMBINED ? AccessLines.combined(line) : AccessLines.json(line);
        if (recorded != null) {
          each.accept(recorded);
        } else if (!line.isBlank() && !AccessLines.isOther(line)) {
          skipped++;
        }
      }
    }
  }
}
