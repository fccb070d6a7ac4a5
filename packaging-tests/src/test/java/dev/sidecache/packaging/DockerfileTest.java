package dev.sidecache.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecache.testing.Checkout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Dockerfile says; what it builds, only a builder shows. */
class DockerfileTest {
  private static final Path ROOT = Checkout.root();
  private static final String USER = "65532";

  /** The instructions, each on one line. */
  private static List<String> instructions() throws Exception {
    return Files.readString(ROOT.resolve("Dockerfile"))
        .replaceAll("(?m)^\\s*#.*\\n", "")
        .replaceAll("\\\\\\n\\s*", "")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** Those of the stage that is shipped. */
  private static List<String> shipped() throws Exception {
    List<String> all = instructions();
    int start = all.indexOf("FROM ${BASE_IMAGE}");
    assertThat(start).isPositive();
    return all.subList(start, all.size());
  }

  @Test
  void hostsOfImagesStandInArgumentsOnly() throws Exception {
    assertThat(instructions())
        .filteredOn(line -> line.matches("FROM .*"))
        .hasSize(3)
        .allMatch(line -> line.matches("FROM \\$\\{[A-Z]+_IMAGE}( AS [a-z]+)?"));
    assertThat(instructions())
        .filteredOn(line -> Pattern.compile("\\b[a-z]+\\.io/").matcher(line).find())
        .allMatch(line -> line.startsWith("ARG "));
  }

  @Test
  void theShippedStageRunsNothingAndNeedsNoShell() throws Exception {
    assertThat(shipped())
        .noneMatch(line -> line.startsWith("RUN "))
        .contains("USER " + USER + ":" + USER, "EXPOSE 8080 8180", "CMD [\"run\"]")
        .filteredOn(line -> line.matches("(ENTRYPOINT|HEALTHCHECK) .*"))
        .hasSize(2)
        .allMatch(
            line ->
                line.matches(
                    ".*\\[\"/opt/jre/bin/java\", \"-XX:AOTCache=/app/[a-z]+\\.aot\", \"@/app/.*"));
  }

  @Test
  void theBillOfMaterialsIsInside() throws Exception {
    assertThat(shipped())
        .contains(
            "COPY --from=build /src/proxy-server/target/sidecache.cdx.json"
                + " /usr/share/sidecache/sbom.cdx.json");
    assertThat(Files.readString(ROOT.resolve("proxy-server/pom.xml")))
        .contains("<outputName>sidecache.cdx</outputName>", "<phase>package</phase>");
  }

  @Test
  void theChartsRunTheImagesUser() throws Exception {
    assertThat(Files.readString(ROOT.resolve("helm/sidecache-lib/templates/_sidecache.tpl")))
        .contains("runAsUser: " + USER);
  }

  /** What is copied from the checkout is there and not left out of the build's context. */
  @Test
  void whatIsCopiedIsInTheContext() throws Exception {
    for (String name : List.of("jvm.flags", "jvm.options", "cli.options", "healthcheck.options")) {
      assertThat(ROOT.resolve("proxy-server/src/main/image").resolve(name)).exists();
    }
    assertThat(Files.readAllLines(ROOT.resolve(".dockerignore")))
        .contains("**/target", "helm", "examples")
        .doesNotContain("packaging-tests", "config", "proxy-server");
  }

  /** NB: below 250 MiB Java counts by MinRAMPercentage, and up to 420 it takes 126 MiB, else. */
  @ParameterizedTest
  @ValueSource(ints = {192, 256, 384, 512, 2048})
  void theHeapIsItsShareOfAContainerOfAnySize(int mebibytes) throws Exception {
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:Flags=" + ROOT.resolve("proxy-server/src/main/image/jvm.flags"),
            "-XX:MaxRAM=" + mebibytes + "m",
            "-XX:+PrintFlagsFinal",
            "-version");
    Process process = new ProcessBuilder(java).redirectErrorStream(true).start();
    String flags = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(flags).isZero();
    Matcher heap = Pattern.compile(" MaxHeapSize += +([0-9]+)").matcher(flags);
    assertThat(heap.find()).as(flags).isTrue();
    assertThat(Double.parseDouble(heap.group(1)) / (1 << 20))
        .isCloseTo(0.3 * mebibytes, within(2.0));
  }
}
