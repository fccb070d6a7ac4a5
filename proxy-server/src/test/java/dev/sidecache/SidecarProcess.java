package dev.sidecache;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A sidecar in a process of its own, which can be killed, stopped and continued. */
public final class SidecarProcess implements AutoCloseable {
  static final String READY = "listens ";
  private static final String HEAD =
      "version: 1\nserver: { listen: \"127.0.0.1:0\" }\nadmin: { listen: \"127.0.0.1:0\" }\n";
  private static final List<String> SOON =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx192m");

  private final Process process;
  private final Path yaml;
  private final Thread lines;
  private URI address;
  private URI admin;

  /**
   * What makes it differ from the product as it is.
   *
   * @param withoutRule the rule that is switched off, or null
   * @param clockFastSeconds how far its wall clock is ahead
   * @param permilleSlow how many thousandths its monotonic clock is slow
   */
  public record Oddity(String withoutRule, long clockFastSeconds, long permilleSlow) {
    public static final Oddity NONE = new Oddity(null, 0, 0);
  }

  private SidecarProcess(Process process, Path yaml, BufferedReader out) throws IOException {
    this.process = process;
    this.yaml = yaml;
    String line = out.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("the sidecar ended before it listened");
    }
    String[] addresses = line.substring(READY.length()).split(" ", -1);
    this.address = URI.create(addresses[0]);
    this.admin = URI.create(addresses[1]);
    this.lines = new Thread(() -> drain(out), "sidecar-output");
    lines.setDaemon(true);
    lines.start();
  }

  /**
   * Starts one on free ports; returns when it listens.
   *
   * @param rules the YAML after the addresses, from {@code upstream:} or {@code routes:} on
   */
  public static SidecarProcess start(
      String origin, String rules, Map<String, String> variables, Oddity oddity)
      throws IOException {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("UPSTREAM_URL", origin);
    return start(HEAD + rules, environment, oddity, SOON, ProcessBuilder.Redirect.DISCARD);
  }

  /**
   * Starts one with a whole configuration, which listens where it says.
   *
   * @param variables of its environment
   * @param options of Java
   * @param errors where its log goes
   */
  public static SidecarProcess start(
      String config, Map<String, String> variables, List<String> options, Path errors)
      throws IOException {
    return start(
        config, variables, Oddity.NONE, options, ProcessBuilder.Redirect.to(errors.toFile()));
  }

  private static SidecarProcess start(
      String config,
      Map<String, String> environment,
      Oddity oddity,
      List<String> options,
      ProcessBuilder.Redirect errors)
      throws IOException {
    Path yaml = Files.createTempFile("sidecar-", ".yaml");
    Files.writeString(yaml, config);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), SidecarMain.class.getName(), yaml.toString()));
    command.add(oddity.withoutRule == null ? "-" : oddity.withoutRule);
    command.add(Long.toString(oddity.clockFastSeconds));
    command.add(Long.toString(oddity.permilleSlow));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(errors);
    Process process = builder.start();
    try {
      return new SidecarProcess(process, yaml, process.inputReader(StandardCharsets.UTF_8));
    } catch (IOException failed) {
      process.destroyForcibly();
      throw failed;
    }
  }

  /** That of this test, whoever loads it. */
  private static String classPath() {
    if (SidecarProcess.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> new File(URI.create(url.toString())).getPath())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  private static void drain(BufferedReader out) {
    try {
      String line = "";
      while (line != null) {
        line = out.readLine();
      }
    } catch (IOException ended) {
      // It was killed.
    }
  }

  public URI address() {
    return address;
  }

  public URI admin() {
    return admin;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** As kill -9. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** As SIGSTOP. */
  public void pause() {
    signal("-STOP");
  }

  /** As SIGCONT. */
  public void resume() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", name, Long.toString(process.pid())).start();
      if (!kill.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("kill " + name + " takes too long");
      }
    } catch (IOException e) {
      throw new AssertionError("kill " + name, e);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Files.deleteIfExists(yaml);
    } catch (IOException left) {
      yaml.toFile().deleteOnExit();
    }
  }
}
