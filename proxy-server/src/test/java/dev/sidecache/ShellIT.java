package dev.sidecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.Verb;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code completion} and {@code man} print, given to what reads it. */
class ShellIT {
  private static final List<String> VERBS =
      List.of(
          "run",
          "demo",
          "init",
          "validate",
          "schema",
          "doctor",
          "explain",
          "replay",
          "healthcheck",
          "version",
          "completion",
          "man",
          "stats",
          "status",
          "tail",
          "top",
          "warm",
          "drain",
          "advise",
          "keys",
          "inspect",
          "purge",
          "log-level",
          "reload",
          "config");

  @TempDir private Path directory;

  private Verb.Ended bash(String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("bash", "--norc");
    builder.command().addAll(List.of(arguments));
    Path err = directory.resolve("bash.err");
    Process process = builder.redirectError(err.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Verb.Ended(process.exitValue(), out, Files.readString(err));
  }

  private Path script(String shell) throws Exception {
    Verb.Ended ended = new Verb(directory).run("completion", shell);
    assertThat(ended.code()).isZero();
    return Files.writeString(directory.resolve("completion"), ended.out());
  }

  @ParameterizedTest
  @CsvSource({
    "'sidecache va', validate",
    "'sidecache pur', purge",
    "'sidecache validate --op', --openapi",
    "'sidecache purge --ta', --tag",
    "'sidecache completion z', zsh"
  })
  void bashCompletesVerbsAndOptions(String typed, String completed) throws Exception {
    Prerequisite.requireProgram("bash", "apt-get install bash");
    Path script = script("bash");
    assertThat(bash("-n", script.toString())).isEqualTo(new Verb.Ended(0, "", ""));
    String word = typed.substring(typed.lastIndexOf(' ') + 1);
    String ask =
        "compopt() { :; }; source '%s'; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); COMP_LINE='%s';"
                .formatted(script, typed, typed)
            + " COMP_POINT=${#COMP_LINE}; complete -p sidecache >/dev/null &&"
            + " _complete_sidecache sidecache '%s' x; printf '%%s\\n' \"${COMPREPLY[@]}\""
                .formatted(word);

    Verb.Ended asked = bash("-c", ask);

    assertThat(asked.out().lines().map(String::strip)).contains(completed);
    assertThat(asked.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void scriptHasEveryVerbOfBothJars(String shell) throws Exception {
    assertThat(Files.readString(script(shell))).contains(VERBS).contains("bashcompinit");
  }

  @Test
  void shellThatIsNotKnownIsTold() throws Exception {
    Verb.Ended ended = new Verb(directory).run("completion", "fish");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("fish").contains("bash, zsh");
  }

  @Test
  void manualNamesEachVerbAndEveryOptionHasAText() throws Exception {
    Verb.Ended ended = new Verb(directory).run("man");

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).startsWith(".TH SIDECACHE 1 ");
    for (String verb : VERBS) {
      String written = Pattern.quote(verb.replace("-", "\\-"));
      assertThat(ended.out()).containsPattern("(?m)^\\.SS sidecache " + written + "\\b");
    }
    assertThat(ended.out()).contains(".B \\-\\-openapi URL|FILE\nWarns of writes");
    assertThat(ended.out()).doesNotContainPattern("(?m)^\\.B .*\n$");
  }

  @Test
  void manualIsReadWithoutAWarning() throws Exception {
    Prerequisite.requireProgram("groff", "apt-get install groff-base");
    Path page = directory.resolve("sidecache.1");
    Files.writeString(page, new Verb(directory).run("man").out());

    Verb.Ended read = bash("-c", "groff -man -Tascii -ww '" + page + "' | col -b");

    assertThat(read.err()).isEmpty();
    assertThat(read.out())
        .contains("sidecache - a caching sidecar proxy")
        .contains("--from-openapi");
  }
}
