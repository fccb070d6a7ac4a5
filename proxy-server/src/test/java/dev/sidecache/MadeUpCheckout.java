package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Checkout;
import java.io.IOException;
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

/**
 * A checkout with nothing in it but the real launcher, and a machine whose JDKs and Maven are
 * scripts that write down what they are told.
 */
final class MadeUpCheckout {
  private static final List<String> TOOLS =
      List.of("cat", "find", "flock", "head", "mkdir", "readlink", "sed", "touch");

  /** What one run of the launcher did. */
  record Run(int exit, String out, String err) {}

  final Map<String, String> environment = new HashMap<>();
  final Path temp;
  final Path tree;
  final Path bin;
  final Path jar;

  MadeUpCheckout(Path place) throws IOException {
    temp = place.toRealPath();
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
    makeTools();
    environment.put("PATH", bin.toString());
    environment.put("HOME", temp.toString());
    environment.put("JAVA_HOME", jdk("17.0.15").toString());
  }

  /** Nothing on the PATH but what the launcher calls. */
  private void makeTools() throws IOException {
    for (String tool : TOOLS) {
      for (String directory : List.of("/usr/bin", "/bin")) {
        Path path = Path.of(directory, tool);
        if (Files.exists(path) && !Files.exists(bin.resolve(tool))) {
          script(bin.resolve(tool), "#!/bin/sh\nexec " + path + " \"$@\"\n");
        }
      }
    }
  }

  Run launch(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(tree.resolve("sidecache").toString());
    command.addAll(List.of(arguments));
    return launchFrom(temp, command);
  }

  Run launchFrom(Path directory, List<String> command) throws Exception {
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
  private static String launcher() throws IOException {
    String text = Files.readString(Checkout.root().resolve("sidecache"));
    for (String place : List.of("/usr/lib/jvm", "/usr/java", "/opt/", "/Library/", "/usr/local")) {
      assertThat(text).contains(place);
      text = text.replace(" " + place, " \"$HOME\"" + place);
    }
    return text;
  }

  /** A JDK of this version in a usual place; made once. */
  Path jdk(String version) throws IOException {
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

  Path usedJava() throws IOException {
    return Path.of(Files.readString(temp.resolve("java.used")));
  }

  /** A Maven that writes down its arguments, leaves the jar and ends with this status. */
  void maven(String version, int status) throws IOException {
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

  String classPath() {
    return jar + ":" + jar.resolveSibling("lib") + "/*";
  }

  private static void script(Path path, String text) throws IOException {
    Files.writeString(path, text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
