package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidecache.testing.Checkout;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code ./sidecache}, in a made-up checkout. The JDKs and Maven there are scripts that
 * write down what they are told, so that no test starts a build.
 */
class LauncherIT {
  private static final List<String> TOOLS =
      List.of("cat", "find", "flock", "head", "mkdir", "readlink", "sed", "touch");
  private static final String SHORT =
      "[-XX:+UseSerialGC][-XX:TieredStopAtLevel=1][-XX:-UsePerfData][-Xlog:disable]";

  /** What one run of the script did. */
  record Run(int exit, String out, String err) {}

  @TempDir Path temp;

  private final Map<String, String> environment = new HashMap<>();
  private Path tree;
  private Path bin;
  private Path jar;

  @BeforeEach
  void makeCheckout() throws Exception {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "the launcher is a POSIX shell script");
    temp = temp.toRealPath();
    tree = Files.createDirectories(temp.resolve("a checkout"));
    script(tree.resolve("sidecache"), launcher());
    jar = tree.resolve("proxy-server/target/app/sidecache.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    Path source = tree.resolve("proxy-server/src/main/java/A.java");
    Files.createDirectories(source.getParent());
    Files.createDirectories(tree.resolve("proxy-client/src/main"));
    for (Path file :
        List.of(
            source,
            tree.resolve("pom.xml"),
            tree.resolve("proxy-server/pom.xml"),
            tree.resolve("proxy-client/pom.xml"))) {
      Files.createFile(file);
    }
    try (var paths = Files.walk(tree)) {
      for (Path path : paths.filter(path -> !path.equals(jar)).toList()) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
      }
    }
    bin = Files.createDirectories(temp.resolve("bin"));
    for (String tool : TOOLS) {
      for (String directory : List.of("/usr/bin", "/bin")) {
        Path path = Path.of(directory, tool);
        if (Files.exists(path) && !Files.exists(bin.resolve(tool))) {
          script(bin.resolve(tool), "#!/bin/sh\nexec " + path + " \"$@\"\n");
        }
      }
    }
    environment.put("PATH", bin.toString());
    environment.put("HOME", temp.toString());
    environment.put("JAVA_HOME", jdk("17.0.15").toString());
  }

  @Nested
  class Dispatch {
    @ParameterizedTest
    @ValueSource(strings = {"run", "demo", "help", "--version", "nonsense"})
    void otherVerbsGoToTheServerWithJavasOwnChoices(String verb) throws Exception {
      assertThat(launch(verb).out())
          .isEqualTo("[-cp][" + classPath() + "][dev.sidecache.Main][" + verb + "]");
    }

    @Test
    void noVerbGoesToTheServer() throws Exception {
      assertThat(launch().out()).endsWith("[dev.sidecache.Main]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"validate", "doctor", "explain", "version", "healthcheck"})
    void shortServerVerbsStartFast(String verb) throws Exception {
      assertThat(launch(verb).out())
          .startsWith(SHORT)
          .endsWith("[dev.sidecache.Main][" + verb + "]");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "stats",
          "status",
          "top",
          "keys",
          "inspect",
          "tail",
          "purge",
          "warm",
          "advise",
          "reload",
          "config",
          "drain",
          "log-level"
        })
    void adminVerbsGoToTheClient(String verb) throws Exception {
      assertThat(launch(verb).out())
          .startsWith(SHORT)
          .endsWith("[dev.sidecache.client.cli.ClientMain][" + verb + "]");
    }

    @Test
    void argumentsArriveUnchanged() throws Exception {
      assertThat(launch("run", "-c", "my file.yaml", "*", "", "$HOME").out())
          .endsWith("[run][-c][my file.yaml][*][][$HOME]");
    }

    @Test
    void furtherJvmOptionsAreSplitAtBlanks() throws Exception {
      environment.put("SIDECACHE_JVM_OPTS", "-Xmx64m -Dx=*");

      assertThat(launch("run").out()).startsWith("[-Xmx64m][-Dx=*][-cp]");
    }

    @Test
    void theCallersDirectoryStays() throws Exception {
      Path elsewhere = Files.createDirectories(temp.resolve("elsewhere"));
      Path absolute = Files.createSymbolicLink(elsewhere.resolve("abs"), tree.resolve("sidecache"));
      Files.createSymbolicLink(elsewhere.resolve("rel"), Path.of("../elsewhere/abs"));

      assertThat(launchFrom(elsewhere, List.of("./rel", "run")).out())
          .contains(classPath())
          .endsWith("[run]");
      assertThat(launchFrom(temp, List.of(absolute.toString(), "run")).out())
          .contains(classPath())
          .endsWith("[run]");
      assertThat(Files.readString(temp.resolve("java.cwd")).strip()).isEqualTo(temp.toString());
    }
  }

  @Nested
  class Flags {
    @ParameterizedTest
    @CsvSource({
      "17.0.15, ''",
      "21.0.1, ''",
      "24, [--enable-native-access=ALL-UNNAMED][--sun-misc-unsafe-memory-access=allow]",
      "25.0.3, [--enable-native-access=ALL-UNNAMED][--sun-misc-unsafe-memory-access=allow]"
          + "[-XX:+UseCompactObjectHeaders]",
    })
    void followTheVersion(String version, String flags) throws Exception {
      environment.put("JAVA_HOME", jdk(version).toString());

      assertThat(launch("run").out()).startsWith(flags + "[-cp]");
    }

    @Test
    void theSecondShortRunFindsTheArchiveOfTheFirst() throws Exception {
      Path archive = jar.resolveSibling("cds/version-17.jsa");

      assertThat(launch("version").out()).contains("[-XX:ArchiveClassesAtExit=" + archive + "]");
      Files.createFile(archive);
      assertThat(launch("version").out()).contains("[-XX:SharedArchiveFile=" + archive + "]");
    }

    @Test
    void newerJavaKeepsItsArchiveItself() throws Exception {
      environment.put("JAVA_HOME", jdk("21").toString());

      assertThat(launch("purge").out())
          .contains("[-XX:+AutoCreateSharedArchive][-XX:SharedArchiveFile=")
          .contains("/cds/client-21.jsa]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "version", "stats"})
    void areAcceptedByTheJavaOfThisTest(String verb) throws Exception {
      environment.put("JAVA_HOME", System.getProperty("java.home"));
      environment.put("SIDECACHE_JVM_OPTS", "--version");

      Run run = launch(verb);

      assertThat(run.err()).isEmpty();
      assertThat(run.out()).contains(System.getProperty("java.vm.version"));
      assertThat(run.exit()).isZero();
    }
  }

  @Nested
  class FindingJava {
    @Test
    void sidecacheJavaComesFirst() throws Exception {
      Path chosen = jdk("21");
      environment.put("SIDECACHE_JAVA", chosen.toString());
      launch("run");
      assertThat(usedJava()).isEqualTo(chosen.resolve("bin/java"));

      Path other = jdk("22");
      environment.put("SIDECACHE_JAVA", other.resolve("bin/java").toString());
      launch("run");
      assertThat(usedJava()).isEqualTo(other.resolve("bin/java"));
    }

    @Test
    void whatSidecacheJavaNamesMustFit() throws Exception {
      environment.put("SIDECACHE_JAVA", jdk("11.0.2").toString());
      assertThat(launch("run").err())
          .startsWith("sidecache: SIDECACHE_JAVA is no Java 17 or newer");

      environment.put("SIDECACHE_JAVA", temp.resolve("none").toString());
      Run run = launch("run");
      assertThat(run.err()).startsWith("sidecache: SIDECACHE_JAVA is neither a JDK's directory");
      assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void anOldJavaHomeIsPassedOver() throws Exception {
      environment.put("JAVA_HOME", jdk("1.8.0_402").toString());
      Path onPath = jdk("19");
      Files.createSymbolicLink(bin.resolve("java"), onPath.resolve("bin/java"));

      launch("run");

      assertThat(usedJava()).isEqualTo(onPath.resolve("bin/java"));
    }

    @Test
    void theNewestOfTheUsualPlacesIsTheLastResort() throws Exception {
      environment.remove("JAVA_HOME");
      jdk("18");
      Path newest = jdk("20");
      jdk("11");

      launch("run");

      assertThat(usedJava()).isEqualTo(newest.resolve("bin/java"));
    }

    @Test
    void withoutOneItTellsWhatToInstall() throws Exception {
      environment.put("JAVA_HOME", jdk("11").toString());
      Files.delete(jdk("17.0.15").resolve("bin/java"));

      Run run = launch("run");

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err())
          .startsWith("sidecache: there is no Java 17 or newer here. Install:")
          .contains("apt-get install openjdk-17-jdk-headless maven")
          .contains("or set JAVA_HOME");
    }
  }

  @Nested
  class Building {
    @Test
    void currentJarsAreNotBuiltAgain() throws Exception {
      maven("3.8.7", 0);

      assertThat(launch("run").err()).isEmpty();
      assertThat(temp.resolve("mvn.log")).doesNotExist();
    }

    @Test
    void missingJarsAreBuiltOnce() throws Exception {
      maven("3.8.7", 0);
      Files.delete(jar);

      Run first = launch("version");

      assertThat(first.err()).startsWith("sidecache: building (first start)");
      assertThat(first.out()).as("standard output is the verb's alone").startsWith(SHORT);
      assertThat(Files.readString(temp.resolve("mvn.log")))
          .contains("-Dmaven.test.skip=true")
          .endsWith("package\n")
          .hasLineCount(1);
      assertThat(launch("version").err()).isEmpty();
      assertThat(Files.readString(temp.resolve("mvn.log"))).hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"pom.xml", "proxy-client/src/main", "proxy-server/src/main/java/A.java"})
    void jarsOlderThanASourceAreBuiltAgain(String source) throws Exception {
      maven("3.9.9", 0);
      FileTime later = FileTime.from(Instant.now().plusSeconds(60));
      Files.setLastModifiedTime(tree.resolve(source), later);

      assertThat(launch("run").err())
          .startsWith("sidecache: building (the sources are newer than the jars)");
    }

    @Test
    void aFailedBuildEndsTheStart() throws Exception {
      maven("3.8.7", 1);
      Files.delete(jar);

      Run run = launch("run");

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("maven says why").contains("sidecache: the build failed");
    }

    @Test
    void itTellsWhatIsMissing() throws Exception {
      Files.delete(jar);
      assertThat(launch("run").err()).contains("no mvn on the PATH").contains("apt-get install");

      maven("3.6.3", 0);
      assertThat(launch("run").err()).contains("Maven 3.8 or newer; ").contains("/mvn is 3.6");

      Files.delete(jdk("17.0.15").resolve("bin/javac"));
      Run run = launch("run");
      assertThat(run.err()).contains("building needs a JDK (with javac)").contains("apt-get");
      assertThat(run.exit()).isEqualTo(1);
    }
  }

  private Run launch(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(tree.resolve("sidecache").toString());
    command.addAll(List.of(arguments));
    return launchFrom(temp, command);
  }

  private Run launchFrom(Path directory, List<String> command) throws Exception {
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended within a minute").isTrue();
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** The launcher's text, its usual places for Java moved into the temporary directory. */
  private String launcher() throws IOException {
    String text = Files.readString(Checkout.root().resolve("sidecache"));
    for (String place : List.of("/usr/lib/jvm", "/usr/java", "/opt/", "/Library/", "/usr/local")) {
      assertThat(text).contains(place);
      text = text.replace(" " + place, " \"$HOME\"" + place);
    }
    return text;
  }

  /** A JDK of this version in a usual place; made once. */
  private Path jdk(String version) throws IOException {
    Path home = temp.resolve("usr/lib/jvm/jdk-" + version);
    if (Files.exists(home)) {
      return home;
    }
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "X=1\nJAVA_VERSION=\"" + version + "\"\n");
    script(
        home.resolve("bin/java"),
        """
        #!/bin/sh
        printf %s "$0" >"$HOME/java.used"
        pwd -P >"$HOME/java.cwd"
        printf '[%s]' "$@"
        """);
    script(home.resolve("bin/javac"), "#!/bin/sh\n");
    return home;
  }

  private Path usedJava() throws IOException {
    return Path.of(Files.readString(temp.resolve("java.used")));
  }

  /** A Maven that writes down its arguments, leaves the jar and ends with this status. */
  private void maven(String version, int status) throws IOException {
    script(
        bin.resolve("mvn"),
        """
        #!/bin/sh
        if [ "$1" = -v ]; then printf '\\033[1mApache Maven %s\\033[m (x)\\n' VERSION; exit 0; fi
        printf '%s\\n' "$*" >>"$HOME/mvn.log"
        echo maven says why
        mkdir -p proxy-server/target/app
        : >proxy-server/target/app/sidecache.jar
        exit STATUS
        """
            .replace("VERSION", version)
            .replace("STATUS", Integer.toString(status)));
  }

  private String classPath() {
    return jar + ":" + jar.resolveSibling("lib") + "/*";
  }

  private static void script(Path path, String text) throws IOException {
    Files.writeString(path, text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
