package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all examples have in common. */
class ExamplesTest {
  private static List<Path> files() throws Exception {
    try (Stream<Path> all = Files.walk(Examples.path(""))) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("node_modules"))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "compose/sidecache/config.yaml",
        "kubernetes/kustomize/config.yaml",
        "railway/sidecache.yaml",
        "azure/sidecache.yaml",
        "ecs/sidecache.yaml"
      })
  void theConfigurationIsWithoutFault(String file) throws Exception {
    assertThat(ConfigTexts.faults(Examples.text(file), Map.of())).isEmpty();
  }

  /** They differ in what the platform needs, not in the rules. */
  @Test
  void allShowTheSameRules() throws Exception {
    String rules =
        Yaml.tree(Examples.text("compose/sidecache/config.yaml")).at("/routes").toString();

    for (Path file : files()) {
      String text = Files.readString(file);
      if (file.getFileName().toString().matches("(sidecache|config)\\.yaml")) {
        assertThat(Yaml.tree(text).at("/routes")).as(file.toString()).hasToString(rules);
      } else if (text.contains("routes:") && !file.toString().endsWith(".md")) {
        assertThat(text)
            .as(file.toString())
            .contains("{ name: students, match: { path: /api/students }");
      }
    }
  }

  @Test
  void oneImageIsNamedEverywhere() throws Exception {
    String version =
        Yaml.tree(Files.readString(Checkout.root().resolve("helm/sidecache/Chart.yaml")))
            .at("/appVersion")
            .asText();
    Set<String> tags = new TreeSet<>();
    for (Path file : files()) {
      Pattern.compile("OWNER/sidecache:([\\w.]+)")
          .matcher(Files.readString(file))
          .results()
          .forEach(found -> tags.add(found.group(1)));
    }

    assertThat(tags).containsExactly(version);
  }

  /** Every file is named by the README, which says how it is checked or why it is not. */
  @Test
  void theReadmeTellsOfEachFileHowItIsChecked() throws Exception {
    String readme = Examples.text("README.md");
    for (Path file : files()) {
      String name = Examples.path("").relativize(file).toString();
      if (!name.equals("README.md")) {
        assertThat(readme.lines().filter(line -> line.startsWith("| `" + name + "` |")))
            .as(name)
            .singleElement()
            .asString()
            .matches("\\| `[^`]+` \\| .{20,} \\| .{9,} \\|");
      }
    }
  }
}
