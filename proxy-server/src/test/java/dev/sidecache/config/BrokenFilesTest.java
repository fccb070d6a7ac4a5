package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of {@code broken.txt}: after {@code ===} a description, after {@code <<<} variables and
 * flags, then a file, after {@code >>>} all that is found in it.
 */
class BrokenFilesTest {

  private record Case(
      Map<String, String> environment, Map<String, String> flags, String yaml, String expected) {}

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    String table = Resources.text(BrokenFilesTest.class, "broken.txt");
    List<String> blocks = Pattern.compile("^=== ", Pattern.MULTILINE).splitAsStream(table).toList();
    for (String block : blocks) {
      if (!block.isBlank()) {
        int end = block.indexOf('\n');
        cases.add(Arguments.of(block.substring(0, end), parse(block.substring(end + 1))));
      }
    }
    return cases.stream();
  }

  private static Case parse(String block) {
    Map<String, String> environment = new HashMap<>();
    Map<String, String> flags = new HashMap<>();
    StringBuilder yaml = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (String line : block.lines().toList()) {
      if (line.startsWith("<<< ")) {
        int equals = line.indexOf('=');
        String name = line.substring(4, equals);
        (name.startsWith("--") ? flags : environment).put(name, line.substring(equals + 1));
      } else if (line.startsWith(">>> ")) {
        expected.append(line.substring(4)).append('\n');
      } else {
        yaml.append(line).append('\n');
      }
    }
    return new Case(environment, flags, yaml.toString(), expected.toString());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void tellsAllThatIsWrong(String description, Case broken) {
    StringBuilder found = new StringBuilder();
    Configs.parse(broken.yaml(), broken.environment(), broken.flags())
        .findings()
        .forEach(finding -> found.append(finding).append('\n'));

    assertThat(found).hasToString(broken.expected()).isNotEmpty();
  }
}
