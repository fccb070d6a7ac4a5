package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.cli.ProxyStarter;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.demo.DemoCommand;
import dev.sidecache.redis.RedisAddress;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.ImageContainer;
import dev.sidecache.testing.ProcessMemory;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.VersionedOrigin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The image in containers, mostly of the least that does: 192 MiB and half a core. */
class ImageIT {
  private static final String MEMORY = "192m";
  private static final String CPUS = "0.5";
  private static final String YAML =
      """
      version: 1
      cache: { l1: { max_size: %dMiB } }
      defaults: { scope: shared }
      routes: [{ name: all, match: { path: /** }, ttl: 1h }]
      """;
  private static final long MEBIBYTE = 1L << 20;

  /** What the cache that the build trained has to leave of the work until it listens. */
  private static final double OF_THE_WORK_WITHOUT = 0.7;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path directory;

  @BeforeAll
  static void requireImage() {
    ImageContainer.require();
  }

  private static ImageContainer start(VersionedOrigin origin) throws Exception {
    return start(origin, "");
  }

  private static Map<String, String> variables(String origin, int mebibytesInMemory) {
    Map<String, String> variables = new HashMap<>();
    variables.put("UPSTREAM_URL", origin);
    variables.put("SIDECACHE_STORE", "memory");
    variables.put("SIDECACHE_CONFIG_YAML", YAML.formatted(mebibytesInMemory));
    return variables;
  }

  private static ImageContainer start(VersionedOrigin origin, String javaToolOptions)
      throws Exception {
    Map<String, String> variables = variables(origin.url(), 16);
    if (!javaToolOptions.isEmpty()) {
      variables.put("JAVA_TOOL_OPTIONS", javaToolOptions);
    }
    return ImageContainer.start(variables, MEMORY, CPUS);
  }

  private static HttpRequest get(ImageContainer container, String path) {
    return HttpRequest.newBuilder(container.address().resolve(path)).build();
  }

  private static HttpResponse<String> answer(ImageContainer container, String path)
      throws Exception {
    return HTTP.send(get(container, path), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void listensSoonInLittleMemoryAndCaches() throws Exception {
    try (VersionedOrigin origin = new VersionedOrigin();
        ImageContainer container = start(origin)) {
      long before = System.nanoTime();
      container.awaitListening();
      double cpuSeconds = cpuSeconds(container.pid());
      double seconds = Duration.ofNanos(System.nanoTime() - before).toMillis() / 1e3;
      assertThat(answer(container, "/-/readyz").statusCode()).isEqualTo(200);

      assertThat(answer(container, "/a").headers().firstValue("Cache-Status").orElse(""))
          .contains("fwd=uri-miss");
      assertThat(answer(container, "/a").headers().firstValue("Cache-Status").orElse(""))
          .contains("; hit");
      for (int i = 0; i < 200; i++) {
        assertThat(answer(container, "/a" + i % 20).statusCode()).isEqualTo(200);
      }

      long resident = ProcessMemory.of(container.pid()).residentBytes();
      System.out.printf(
          "image: listens after %.1f s and %.2f s of CPU, %d MiB resident after 200 requests%n",
          seconds, cpuSeconds, resident / MEBIBYTE);
      assertThat(container.log())
          .contains("transport epoll")
          .doesNotContain("[warning]", "\"level\":\"warn\"", "\"level\":\"error\"");
      assertThat(resident).isLessThan(150 * MEBIBYTE);
      assertThat(container.isOutOfMemory()).isFalse();
    }
  }

  /** 40 MB of small answers, 60 MB of large ones, and what it takes to keep the newest 32 MiB. */
  @Test
  void fullCacheStaysWithinTheLimitThatIsSuggested() throws Exception {
    try (ScriptedOrigin origin = ScriptedOrigin.answering(ImageIT::ofItsSize);
        ImageContainer container =
            ImageContainer.start(variables(origin.url(), 32), "256m", "2").awaitListening()) {
      Semaphore together = new Semaphore(64);
      AtomicInteger failed = new AtomicInteger();
      for (int i = 0; i < 80_300; i++) {
        String path = i < 80_000 ? "/small/" + i % 40_000 : "/large/" + i;
        together.acquire();
        CompletableFuture<?> unused =
            HTTP.sendAsync(get(container, path), HttpResponse.BodyHandlers.discarding())
                .whenComplete(
                    (answer, failure) -> {
                      together.release();
                      if (failure != null || answer.statusCode() != 200) {
                        failed.incrementAndGet();
                      }
                    });
      }
      together.acquire(64);

      long resident = ProcessMemory.of(container.pid()).peakBytes();
      System.out.printf("image: %d MiB resident at most, its cache full%n", resident / MEBIBYTE);
      assertThat(failed).hasValue(0);
      assertThat(container.isOutOfMemory()).isFalse();
    }
  }

  private static String ofItsSize(RawMessage request) {
    int size = request.target().startsWith("/large/") ? 200_000 : 1_000;
    return ScriptedOrigin.ok("\"" + "x".repeat(size) + "\"");
  }

  /** What a process has used: proc(5), fields 14 and 15 in hundredths of a second. */
  private static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }

  /** NB: work, not time, and beside the same without: so a busy machine is no failure. */
  @Test
  void cacheOfTheBuildSparesWorkAtTheStart() throws Exception {
    try (VersionedOrigin origin = new VersionedOrigin();
        ImageContainer with = start(origin).awaitListening();
        ImageContainer without = start(origin, "-XX:AOTMode=off").awaitListening()) {
      double work = cpuSeconds(with.pid());
      double workWithout = cpuSeconds(without.pid());
      System.out.printf("image: %.2f s of CPU, %.2f s without its cache%n", work, workWithout);
      assertThat(work).isLessThan(OF_THE_WORK_WITHOUT * workWithout);
    }
  }

  @Test
  void healthcheckTellsReadyFromNotReady() throws Exception {
    String command = ImageContainer.inspectImage("{{join .HealthCheck.Test \"|\"}}");
    assertThat(command).startsWith("CMD|/opt/jre/bin/java|");
    List<String> program = List.of(command.substring("CMD|".length()).split("\\|", -1));
    try (VersionedOrigin origin = new VersionedOrigin();
        ImageContainer container = start(origin).awaitListening()) {
      assertThat(container.exec(List.of(), program).expect(0).out()).isEmpty();
      assertThat(container.exec(List.of("PORT=9"), program).expect(1).out())
          .startsWith("not ready: http://127.0.0.1:9/");
    }
  }

  @Test
  void verbsRunBesideTheServerWithoutAShell() throws Exception {
    List<String> java = List.of("/opt/jre/bin/java", "@/app/cli.options");
    try (VersionedOrigin origin = new VersionedOrigin();
        ImageContainer container = start(origin).awaitListening()) {
      List<String> variables = List.of("SIDECACHE_ADMIN=" + container.admin());
      List<String> stats = List.of(java.get(0), java.get(1), "status");
      assertThat(container.exec(variables, stats).expect(0).out())
          .contains("healthy")
          .doesNotContain("[warning]");
      assertThat(container.exec(List.of(), List.of("/bin/sh", "-c", "true")).code())
          .as("no shell")
          .isNotZero();
    }
  }

  @Test
  void terminationWaitsForASlowAnswer() throws Exception {
    try (VersionedOrigin origin = new VersionedOrigin();
        ImageContainer container = start(origin).awaitListening()) {
      origin.delay(3_000);
      CompletableFuture<HttpResponse<String>> slow =
          HTTP.sendAsync(get(container, "/slow"), HttpResponse.BodyHandlers.ofString());
      Awaitility.await().until(() -> origin.reads() == 1);

      container.terminate();

      assertThat(container.awaitEnd()).isZero();
      assertThat(slow.get().statusCode()).isEqualTo(200);
      assertThat(slow.get().headers().firstValue("Connection")).contains("close");
    }
  }

  @Test
  void javaToolOptionsAreTheUsers() throws Exception {
    try (VersionedOrigin origin = new VersionedOrigin();
        ImageContainer container =
            start(origin, "-XX:MaxDirectMemorySize=123m -XX:+PrintFlagsFinal")) {
      String log = container.awaitListening().log();

      assertThat(log)
          .containsPattern("MaxDirectMemorySize += 128974848 .*environment")
          .containsPattern("MaxRAMPercentage += 30\\.0+ .*config file")
          .containsPattern("MinRAMPercentage += 30\\.0+ .*config file")
          .containsPattern("UseSerialGC += true .*config file");
    }
  }

  @Test
  void imageSaysWhatItIs() throws Exception {
    assertThat(ImageContainer.inspectImage("{{.User}}")).isEqualTo("65532:65532");
    assertThat(ImageContainer.inspectImage("{{json .Labels}}"))
        .contains("\"org.opencontainers.image.title\":\"sidecache\"")
        .contains("\"org.opencontainers.image.version\":\"test\"")
        .contains(
            "\"org.opencontainers.image.revision\":\""
                + System.getProperty("sidecache.revision")
                + "\"");
    String size = ImageContainer.inspectImage("{{.Size}}");
    System.out.printf("image: %d MB%n", Long.parseLong(size) / 1_000_000);
    try (VersionedOrigin origin = new VersionedOrigin();
        ImageContainer container = start(origin)) {
      Path bill = directory.resolve("sbom.json");
      container.copyOut("/usr/share/sidecache/sbom.cdx.json", bill);
      assertThat(Files.readString(bill)).contains("\"CycloneDX\"", "netty-handler");
    }
  }

  /** The tour of {@code sidecache demo} with containers in the place of its two proxies. */
  @Test
  void theDemosTourPasses() {
    int code = new CommandLine(new DemoCommand(ImageIT::container)).execute("--once");

    assertThat(code).isZero();
  }

  private static ProxyStarter.Running container(ProxyConfig config)
      throws IOException, InterruptedException {
    RedisAddress redis = ((RedisAddress.Configured) config.cache().redis().address()).address();
    String yaml = config.cache().namespace() + ".yaml";
    ImageContainer container =
        ImageContainer.start(
                Map.of(
                    "UPSTREAM_URL",
                    config.upstream().url().toString(),
                    "REDIS_URL",
                    "redis://127.0.0.1:" + redis.nodes().get(0).port(),
                    "SIDECACHE_CONFIG_YAML",
                    Files.readString(Checkout.root().resolve("config").resolve(yaml))),
                MEMORY,
                "1")
            .awaitListening();
    return new RunningContainer(container);
  }

  private record RunningContainer(ImageContainer container) implements ProxyStarter.Running {
    @Override
    public URI address() {
      return container.address();
    }

    @Override
    public URI admin() {
      return container.admin();
    }

    @Override
    public void drain() {
      container.close();
    }

    @Override
    public void reload(String by) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void onDrainAsked(Runnable action) {}

    @Override
    public void cut() {}
  }
}
