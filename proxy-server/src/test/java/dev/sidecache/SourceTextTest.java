package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts of the checkout, measured against {@link SourceText}. */
class SourceTextTest {
  private static final Set<String> NOT_OURS =
      Set.of(".git", ".idea", ".vscode", "target", "node_modules", "charts");
  private static final Pattern TEXT =
      Pattern.compile(
          ".*\\.(java|lua|md|ya?ml|json|xml|js|ts|css|html|properties|toml|tpl|sh|flags|options|bicep)"
              + "|sidecache|Dockerfile|run|install-packages");
  private static final Path ROOT = Checkout.root();
  private static final List<Path> FILES = files();

  @Test
  void noFileHasAFault() throws Exception {
    List<String> faults = new ArrayList<>();
    for (Path file : FILES) {
      String path = ROOT.relativize(file).toString();
      if (!path.contains("archfixture")) {
        faults.addAll(SourceText.faults(path, Files.readString(file)));
      }
    }
    assertThat(FILES).hasSizeGreaterThan(20);
    assertThat(faults).isEmpty();
  }

  @Test
  void everyPackageIsDescribedAndNullMarked() throws Exception {
    Set<Path> packages = new TreeSet<>();
    for (Path file : FILES) {
      if (file.toString().endsWith(".java") && file.toString().contains("src/main/java")) {
        packages.add(file.getParent());
      }
    }
    assertThat(packages).isNotEmpty();
    for (Path directory : packages) {
      assertThat(directory.resolve("package-info.java")).exists();
      assertThat(Files.readString(directory.resolve("package-info.java")))
          .as(directory.toString())
          .contains("@NullMarked")
          .startsWith("/**");
    }
  }

  private static List<Path> files() {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
              boolean skip = NOT_OURS.contains(path.getFileName().toString());
              return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()
                  && TEXT.matcher(path.getFileName().toString()).matches()) {
                files.add(path);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /**
   * Each fault, and beside it a text that comes near without being one. An underscore goes before
   * the text is measured; it keeps this file itself free of faults.
   */
  @Nested
  class Proof {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        delimiter = '|',
        value = {
          "an obsolete RFC  | a/B.java               | // see RFC 72_34, here",
          "an obsolete RFC  | README.md              | https://example.org/rfc26_16#section-2",
          "a section        | a/B.java               | // RFC 91_11 Section 4",
          "a section        | a/B.java               | // RFC 91_11, section 4",
          "a section        | a/B.java               | // RFC 91_11 §4",
          "a note           | a/B.java               | // TO_DO later",
          "a note           | .ci/run                | # FIX_ME",
          "a test does not  | p/src/test/java/B.java | Thread._sleep(10);",
          "a test does not  | p/src/test/java/B.java | TimeUnit.SECONDS._sleep(1);",
        })
    void isFound(String message, String path, String line) {
      assertThat(SourceText.faults(path, "first\n" + line.replace("_", "")))
          .singleElement()
          .asString()
          .startsWith(path + ":2: " + message);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        delimiter = '|',
        value = {
          "a/B.java               | // RFC 9111, Section 4.2.3 (and RFC 5861)",
          "a/B.java               | // one file per section of RFC 9111.",
          "a/B.java               | int n = 7234;",
          "a/B.java               | // TODO(#12): later",
          "p/src/main/java/B.java | Thread._sleep(10);",
        })
    void isNot(String path, String line) {
      assertThat(SourceText.faults(path, line.replace("_", ""))).isEmpty();
    }

    @Test
    void aFileHasAtMost400Lines() {
      assertThat(SourceText.faults("B.java", "x\n".repeat(400))).isEmpty();
      assertThat(SourceText.faults("B.java", "x\n".repeat(401)))
          .containsExactly("B.java: 401 lines (expected: at most 400)");
      assertThat(SourceText.faults("notes.md", "x\n".repeat(401))).isEmpty();
    }
  }
}
