package dev.sidecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.Verb;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/**
 * The terminal as docs/terminal.md shows it, against what the commands print: words have to be the
 * same, figures may differ, and three dots stand for lines that are left out.
 */
class TerminalIT {
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```console\n\\$ sidecache (.*?)^```$");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  /** Where the outputs are left for a new document; without it, nowhere. */
  private static final String WRITTEN = System.getProperty("sidecache.terminal");

  private static final String RULES =
      """
      routes:
        - { name: students-list, match: { path: /api/students }, ttl: short, tags: [students] }
        - { name: student-detail, match: { path: "/api/students/{id}" }, ttl: 5m, tags: ["student:{id}", students] }
        - { name: pricing, match: { path: /api/pricing }, ttl: 1h, scope: shared }
      never_cache: { paths: [/api/auth/**] }
      invalidate:
        - { name: student-changed, when: { methods: [PATCH], path: "/api/students/{id}" }, tags: ["student:{id}", students] }
      """;

  private final AtomicReference<Instant> clock =
      new AtomicReference<>(Instant.parse("2026-03-01T09:30:00Z"));

  @TempDir private Path directory;

  /** The outputs of the document by their commands. */
  private static Map<String, String> shown() throws IOException {
    Map<String, String> shown = new LinkedHashMap<>();
    Matcher block = BLOCK.matcher(Files.readString(Checkout.root().resolve("docs/terminal.md")));
    while (block.find()) {
      String[] parts = block.group(1).split("\n", 2);
      shown.put(parts[0], parts[1]);
    }
    return shown;
  }

  /** Without what differs from run to run: figures with their units, digests, widths. */
  private static String masked(String line) {
    return line.replaceAll("\\b[0-9a-f]{8,}\\b", "#")
        .replaceAll("\\d[\\d,.:]*", "#")
        .replaceAll("# ?(ns|µs|ms|s|min|h|B|KiB|MiB|kB|MB|K|M)\\b", "#")
        .replaceAll("[▁▂▃▄▅▆▇█]+", "#")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static void assertShown(String command, String printed) throws IOException {
    if (WRITTEN != null) {
      Files.writeString(
          Path.of(WRITTEN),
          "```console\n$ sidecache " + command + "\n" + printed + "```\n\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      return;
    }
    String expected = shown().get(command);
    assertThat(expected).as("docs/terminal.md shows sidecache " + command).isNotNull();
    // NB: the proxy in this process was given its text under another name.
    String named = printed.replace("test.yaml", "sidecache.yaml");
    List<String> real = named.lines().map(TerminalIT::masked).toList();
    StringBuilder pattern = new StringBuilder();
    for (String line : expected.lines().toList()) {
      String quoted = Pattern.quote(masked(line) + "\n");
      pattern.append(line.strip().equals("…") ? "(?:.*\n)*?" : quoted);
    }
    assertThat(String.join("\n", real) + "\n")
        .as("sidecache %s printed%n%s", command, printed)
        .matches(pattern.toString());
  }

  private static String[] words(String command) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words.toArray(String[]::new);
  }

  private void assertShown(Verb verb, int code, String... commands) throws Exception {
    for (String command : commands) {
      Verb.Ended ended = verb.run(words(command));
      assertThat(ended.code()).as(command + ended).isEqualTo(code);
      assertShown(command, ended.out() + ended.err());
    }
  }

  /** In a terminal that can show more than ASCII. */
  private Verb verb() {
    return new Verb(directory).with("LC_ALL", "C.UTF-8");
  }

  private static String answer(RawMessage request) {
    return ScriptedOrigin.ok("{\"path\":\"" + request.target() + "\"}");
  }

  @Test
  @Execution(CONCURRENT)
  void whatARunningProxyIsAsked() throws Exception {
    try (ScriptedOrigin origin = ScriptedOrigin.answering(TerminalIT::answer);
        RunningProxy proxy = RunningProxy.start(origin.url(), RULES, Map.of()).awaitCache()) {
      for (int i = 0; i < 12; i++) {
        proxy.get("/api/students?page=1", "anna");
        proxy.get("/api/students/" + i % 3, "anna");
        proxy.get("/api/pricing", null);
        proxy.get("/api/pricing", null);
      }
      proxy.get("/api/auth/me", "anna");
      String yaml = RunningProxy.head("", ", url: \"" + origin.url() + "\"") + RULES;
      Files.writeString(directory.resolve("sidecache.yaml"), yaml + "cache: { store: memory }\n");
      Verb verb = verb().with("SIDECACHE_ADMIN", proxy.admin().toString());
      assertShown(
          verb,
          0,
          "stats",
          "top",
          "explain GET '/api/students?page=1' -H 'Authorization: Bearer anna'",
          "explain PATCH /api/students/2 -H 'Authorization: Bearer anna'",
          "purge --tag students --dry-run",
          "purge --tag student",
          "doctor -c sidecache.yaml");
      assertShown("tail", tail(verb, proxy));
    }
  }

  /** Two requests as they pass, then the end of it. */
  private static String tail(Verb verb, RunningProxy proxy) throws Exception {
    Process process = verb.process("tail").redirectErrorStream(true).start();
    try (BufferedReader out = process.inputReader(UTF_8)) {
      CompletableFuture<List<String>> read =
          CompletableFuture.supplyAsync(() -> out.lines().limit(2).toList());
      while (!read.isDone()) {
        proxy.get("/api/pricing", null);
      }
      return String.join("\n", read.get()) + "\n";
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  @Execution(CONCURRENT)
  void whatObservedTrafficAdvises() throws Exception {
    InstantSource time = clock::get;
    try (ScriptedOrigin origin =
            ScriptedOrigin.answering(
                request ->
                    ScriptedOrigin.ok(
                        request.target().startsWith("/api/prices")
                            ? "prices " + clock.get().getEpochSecond() / 660
                            : "none"));
        RunningProxy proxy =
            RunningProxy.start(origin.url(), "mode: observe\n" + RULES, Map.of(), time)) {
      for (int i = 0; i < 300; i++) {
        clock.updateAndGet(now -> now.plusSeconds(5));
        proxy.get("/api/prices/" + i % 2, null);
      }
      Verb verb = verb().with("SIDECACHE_ADMIN", proxy.admin().toString());
      assertShown(verb, 0, "advise");
    }
  }

  @Test
  @Execution(CONCURRENT)
  void demoEndsWithItsTour() throws Exception {
    assertShown(verb(), 0, "demo --once --store memory");
  }

  @Test
  @Execution(CONCURRENT)
  void everyOutputIsTried() throws IOException {
    assertThat(shown()).hasSize(10);
  }
}
