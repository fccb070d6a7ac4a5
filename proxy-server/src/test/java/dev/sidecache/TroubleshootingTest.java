package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.admin.ReasonRemedy;
import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.Refusal;
import dev.sidecache.testing.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/troubleshooting.md has every reason, in the words of the checks. */
class TroubleshootingTest {
  private static List<String> section(String title) throws IOException {
    String document = Files.readString(Checkout.root().resolve("docs/troubleshooting.md"));
    String section = document.split("\n## " + title + "\n", -1)[1].split("\n## ", 2)[0];
    return section.lines().filter(line -> line.startsWith("| `")).toList();
  }

  private static List<String> rows(Stream<String> words) {
    return words.map(TroubleshootingTest::row).toList();
  }

  private static String row(String word) {
    ReasonRemedy told = ReasonRemedy.of(word);
    String remedy = told.remedy().isEmpty() ? "–" : told.remedy();
    return "| `" + word + "` | " + told.meaning() + " | " + remedy + " |";
  }

  @Test
  void whyARequestIsNotLookedUp() throws IOException {
    assertThat(section("A request was not looked up"))
        .isEqualTo(rows(Stream.of(Bypass.values()).map(Bypass::word)));
  }

  @Test
  void whyAnAnswerIsNotStored() throws IOException {
    assertThat(section("An answer was not stored"))
        .isEqualTo(rows(Stream.of(Refusal.values()).map(Refusal::word)));
  }
}
