package dev.sidecache.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory that a running process has, as Linux counts it. */
public final class ProcessMemory {
  private final Path directory;

  private ProcessMemory(Path directory) {
    this.directory = directory;
  }

  /** That of this process; the test is skipped where the system does not tell it. */
  public static ProcessMemory of(long pid) {
    Path directory = Path.of("/proc", Long.toString(pid));
    Prerequisite.require(Files.isReadable(directory.resolve("status")), "Linux");
    return new ProcessMemory(directory);
  }

  /** The bytes that are in memory now: heap, buffers, stacks, code. */
  public long residentBytes() throws IOException {
    return bytes("VmRSS:");
  }

  /** The most that there ever was, or was since {@link #forgetPeak}. */
  public long peakBytes() throws IOException {
    return bytes("VmHWM:");
  }

  /** Lets the peak begin anew. Source: proc(5), clear_refs. */
  public void forgetPeak() throws IOException {
    Files.writeString(directory.resolve("clear_refs"), "5");
  }

  private long bytes(String key) throws IOException {
    for (String line : Files.readAllLines(directory.resolve("status"))) {
      if (line.startsWith(key)) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no " + key);
  }
}
