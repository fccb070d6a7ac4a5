package dev.sidecache.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that the measurement started, its children included, as the kernel accounts for it. */
final class Running implements AutoCloseable {
  /** What the kernel counts CPU time in, nearly everywhere: USER_HZ, in microseconds. */
  private static final long TICK_MICROS = 10_000;

  private final Process process;
  private final Path log;

  private Running(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a command on these cores ({@code 0} or {@code 0,1}) with its output in a file. Ends with
   * this program, however that ends.
   */
  static Running start(String cores, List<String> command, List<String> environment, Path log) {
    List<String> all = new ArrayList<>(List.of("taskset", "-c", cores));
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all);
    for (String variable : environment) {
      int at = variable.indexOf('=');
      builder.environment().put(variable.substring(0, at), variable.substring(at + 1));
    }
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      Running running = new Running(builder.start(), log);
      Runtime.getRuntime().addShutdownHook(new Thread(running::kill));
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until this stands in what it has written. */
  void await(String text) {
    while (!log().contains(text)) {
      if (!isAlive()) {
        throw new IllegalStateException("it did not start:\n" + log());
      }
      pause();
    }
  }

  /** Before another look: a program of others has no event that tells it is ready. */
  static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** User and system time so far, in microseconds. */
  long cpuMicros() {
    return processes()
        .mapToLong(
            pid -> {
              String stat = proc(pid, "stat");
              String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
              return fields.length < 13
                  ? 0
                  : (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS;
            })
        .sum();
  }

  /** Memory that is the processes' own or their part of what is shared (Pss), in KiB. */
  long memoryKib() {
    return processes()
        .mapToLong(
            pid ->
                proc(pid, "smaps_rollup")
                    .lines()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum())
        .sum();
  }

  private Stream<Long> processes() {
    return Stream.concat(Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid));
  }

  private static String proc(long pid, String name) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), name));
    } catch (IOException e) {
      return ""; // ended in the meantime
    }
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
