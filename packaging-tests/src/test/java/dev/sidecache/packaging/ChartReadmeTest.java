package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of the charts' READMEs are what their {@code values.yaml} says, comments included. */
class ChartReadmeTest {
  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z]+):(.*)");

  @ParameterizedTest
  @ValueSource(strings = {"sidecache", "sidecache-lib"})
  void everyParameterIsTold(String chart) throws Exception {
    Path directory = Checkout.root().resolve("helm").resolve(chart);
    List<String> expected = rows(Files.readString(directory.resolve("values.yaml")));

    assertThat(expected).hasSizeGreaterThan(5);
    assertThat(Files.readString(directory.resolve("README.md")).lines())
        .filteredOn(line -> line.startsWith("| `"))
        .containsExactlyElementsOf(expected);
  }

  /** One row a key that has a comment; what is below such a key is its default. */
  static List<String> rows(String values) {
    JsonNode tree = Yaml.tree(values);
    List<String> rows = new ArrayList<>();
    List<String> path = new ArrayList<>();
    String comment = null;
    for (String line : values.lines().toList()) {
      Matcher key = KEY.matcher(line);
      if (line.strip().startsWith("#")) {
        comment = line.strip().substring(1).strip();
      } else if (key.matches()) {
        int depth = key.group(1).length() / 2;
        while (path.size() > depth) {
          path.remove(path.size() - 1);
        }
        path.add(key.group(2));
        if (comment != null) {
          rows.add(row(String.join(".", path), comment, tree.at("/" + String.join("/", path))));
          comment = null;
        }
      }
    }
    return rows;
  }

  private static String row(String name, String comment, JsonNode value) {
    String standard = value.toString().contains("\\n") ? "a minimal one" : "`" + value + "`";
    return "| `" + name + "` | " + comment + " | " + standard + " |";
  }
}
