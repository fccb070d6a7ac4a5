package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidecache.MadeUpCheckout.Run;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code ./sidecache}, in a {@link MadeUpCheckout}, so that no test starts a build. */
class LauncherIT {
  private static final String SHORT =
      "[-XX:+UseSerialGC][-XX:TieredStopAtLevel=1][-XX:-UsePerfData][-Xlog:disable]";

  @TempDir Path temp;
  private MadeUpCheckout checkout;

  @BeforeEach
  void makeCheckout() throws Exception {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "the launcher is a POSIX shell script");
    checkout = new MadeUpCheckout(temp);
    temp = checkout.temp;
  }

  @Nested
  class Dispatch {
    @ParameterizedTest
    @ValueSource(strings = {"run", "demo", "help", "--version", "nonsense"})
    void otherVerbsGoToTheServerWithJavasOwnChoices(String verb) throws Exception {
      assertThat(checkout.launch(verb).out())
          .isEqualTo("[-cp][" + checkout.classPath() + "][dev.sidecache.Main][" + verb + "]");
    }

    @Test
    void noVerbGoesToTheServer() throws Exception {
      assertThat(checkout.launch().out()).endsWith("[dev.sidecache.Main]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"validate", "doctor", "explain", "version", "healthcheck"})
    void shortServerVerbsStartFast(String verb) throws Exception {
      assertThat(checkout.launch(verb).out())
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
      assertThat(checkout.launch(verb).out())
          .startsWith(SHORT)
          .endsWith("[dev.sidecache.client.cli.ClientMain][" + verb + "]");
    }

    @Test
    void argumentsArriveUnchanged() throws Exception {
      assertThat(checkout.launch("run", "-c", "my file.yaml", "*", "", "$HOME").out())
          .endsWith("[run][-c][my file.yaml][*][][$HOME]");
    }

    @Test
    void furtherJvmOptionsAreSplitAtBlanks() throws Exception {
      checkout.environment.put("SIDECACHE_JVM_OPTS", "-Xmx64m -Dx=*");

      assertThat(checkout.launch("run").out()).startsWith("[-Xmx64m][-Dx=*][-cp]");
    }

    @Test
    void theCallersDirectoryStays() throws Exception {
      Path elsewhere = Files.createDirectories(temp.resolve("elsewhere"));
      Path absolute =
          Files.createSymbolicLink(elsewhere.resolve("abs"), checkout.tree.resolve("sidecache"));
      Files.createSymbolicLink(elsewhere.resolve("rel"), Path.of("../elsewhere/abs"));

      assertThat(checkout.launchFrom(elsewhere, List.of("./rel", "run")).out())
          .contains(checkout.classPath())
          .endsWith("[run]");
      assertThat(checkout.launchFrom(temp, List.of(absolute.toString(), "run")).out())
          .contains(checkout.classPath())
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
      checkout.environment.put("JAVA_HOME", checkout.jdk(version).toString());

      assertThat(checkout.launch("run").out()).startsWith(flags + "[-cp]");
    }

    @Test
    void theSecondShortRunFindsTheArchiveOfTheFirst() throws Exception {
      Path archive = checkout.jar.resolveSibling("cds/version-17.jsa");

      assertThat(checkout.launch("version").out())
          .contains("[-XX:ArchiveClassesAtExit=" + archive + "]");
      Files.createFile(archive);
      assertThat(checkout.launch("version").out())
          .contains("[-XX:SharedArchiveFile=" + archive + "]");
    }

    @Test
    void newerJavaKeepsItsArchiveItself() throws Exception {
      checkout.environment.put("JAVA_HOME", checkout.jdk("21").toString());

      assertThat(checkout.launch("purge").out())
          .contains("[-XX:+AutoCreateSharedArchive][-XX:SharedArchiveFile=")
          .contains("/cds/client-21.jsa]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "version", "stats"})
    void areAcceptedByTheJavaOfThisTest(String verb) throws Exception {
      checkout.environment.put("JAVA_HOME", System.getProperty("java.home"));
      checkout.environment.put("SIDECACHE_JVM_OPTS", "--version");

      Run run = checkout.launch(verb);

      assertThat(run.err()).isEmpty();
      assertThat(run.out()).contains(System.getProperty("java.vm.version"));
      assertThat(run.exit()).isZero();
    }
  }

  @Nested
  class FindingJava {
    @Test
    void sidecacheJavaComesFirst() throws Exception {
      Path chosen = checkout.jdk("21");
      checkout.environment.put("SIDECACHE_JAVA", chosen.toString());
      checkout.launch("run");
      assertThat(checkout.usedJava()).isEqualTo(chosen.resolve("bin/java"));

      Path other = checkout.jdk("22");
      checkout.environment.put("SIDECACHE_JAVA", other.resolve("bin/java").toString());
      checkout.launch("run");
      assertThat(checkout.usedJava()).isEqualTo(other.resolve("bin/java"));
    }

    @Test
    void whatSidecacheJavaNamesMustFit() throws Exception {
      checkout.environment.put("SIDECACHE_JAVA", checkout.jdk("11.0.2").toString());
      assertThat(checkout.launch("run").err())
          .startsWith("sidecache: SIDECACHE_JAVA is no Java 17 or newer");

      checkout.environment.put("SIDECACHE_JAVA", temp.resolve("none").toString());
      Run run = checkout.launch("run");
      assertThat(run.err()).startsWith("sidecache: SIDECACHE_JAVA is neither a JDK's directory");
      assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void anOldJavaHomeIsPassedOver() throws Exception {
      checkout.environment.put("JAVA_HOME", checkout.jdk("1.8.0_402").toString());
      Path onPath = checkout.jdk("19");
      Files.createSymbolicLink(checkout.bin.resolve("java"), onPath.resolve("bin/java"));

      checkout.launch("run");

      assertThat(checkout.usedJava()).isEqualTo(onPath.resolve("bin/java"));
    }

    @Test
    void theNewestOfTheUsualPlacesIsTheLastResort() throws Exception {
      checkout.environment.remove("JAVA_HOME");
      checkout.jdk("18");
      Path newest = checkout.jdk("20");
      checkout.jdk("11");

      checkout.launch("run");

      assertThat(checkout.usedJava()).isEqualTo(newest.resolve("bin/java"));
    }

    @Test
    void withoutOneItTellsWhatToInstall() throws Exception {
      checkout.environment.put("JAVA_HOME", checkout.jdk("11").toString());
      Files.delete(checkout.jdk("17.0.15").resolve("bin/java"));

      Run run = checkout.launch("run");

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
      checkout.maven("3.8.7", 0);

      assertThat(checkout.launch("run").err()).isEmpty();
      assertThat(temp.resolve("mvn.log")).doesNotExist();
    }

    @Test
    void missingJarsAreBuiltOnce() throws Exception {
      checkout.maven("3.8.7", 0);
      Files.delete(checkout.jar);

      Run first = checkout.launch("version");

      assertThat(first.err()).startsWith("sidecache: building (first start)");
      assertThat(first.out()).as("standard output is the verb's alone").startsWith(SHORT);
      assertThat(Files.readString(temp.resolve("mvn.log")))
          .contains("-Dmaven.test.skip=true")
          .endsWith("package\n")
          .hasLineCount(1);
      assertThat(checkout.launch("version").err()).isEmpty();
      assertThat(Files.readString(temp.resolve("mvn.log"))).hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"pom.xml", "proxy-client/src/main", "proxy-server/src/main/java/A.java"})
    void jarsOlderThanASourceAreBuiltAgain(String source) throws Exception {
      checkout.maven("3.9.9", 0);
      FileTime later = FileTime.from(Instant.now().plusSeconds(60));
      Files.setLastModifiedTime(checkout.tree.resolve(source), later);

      assertThat(checkout.launch("run").err())
          .startsWith("sidecache: building (the sources are newer than the jars)");
    }

    @Test
    void aFailedBuildEndsTheStart() throws Exception {
      checkout.maven("3.8.7", 1);
      Files.delete(checkout.jar);

      Run run = checkout.launch("run");

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("maven says why").contains("sidecache: the build failed");
    }

    @Test
    void itTellsWhatIsMissing() throws Exception {
      Files.delete(checkout.jar);
      assertThat(checkout.launch("run").err())
          .contains("no mvn on the PATH")
          .contains("apt-get install");

      checkout.maven("3.6.3", 0);
      assertThat(checkout.launch("run").err())
          .contains("Maven 3.8 or newer; ")
          .contains("/mvn is 3.6");

      Files.delete(checkout.jdk("17.0.15").resolve("bin/javac"));
      Run run = checkout.launch("run");
      assertThat(run.err()).contains("building needs a JDK (with javac)").contains("apt-get");
      assertThat(run.exit()).isEqualTo(1);
    }
  }
}
