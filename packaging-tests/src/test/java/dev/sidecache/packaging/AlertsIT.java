package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts of the chart: as promtool judges them, and what each tells whom it wakes. */
class AlertsIT {
  private static final String HINT = "Debian's package prometheus";

  @TempDir private Path directory;

  private static List<JsonNode> alerts() throws Exception {
    return Queries.rules().stream().filter(rule -> rule.has("alert")).toList();
  }

  @Test
  void promtoolFindsNothingToCriticize() throws Exception {
    Prerequisite.requireProgram("promtool", HINT);

    assertThat(Queries.promtool(Queries.ALERTS, 0, "check", "rules", "sidecache.yaml"))
        .contains("SUCCESS: " + Queries.rules().size() + " rules found");
  }

  @Test
  void eachAlertFiresAndIsQuietInItsCases() throws Exception {
    Prerequisite.requireProgram("promtool", HINT);

    Queries.promtool(Queries.ALERTS, 0, "test", "rules", "tests.yaml");
  }

  /** The cases are not only about what is quiet: another threshold is seen. */
  @Test
  void anotherThresholdFailsTheCases() throws Exception {
    Prerequisite.requireProgram("promtool", HINT);
    String rules = Files.readString(Queries.ALERTS.resolve("sidecache.yaml"));
    Files.copy(Queries.ALERTS.resolve("tests.yaml"), directory.resolve("tests.yaml"));
    Files.writeString(directory.resolve("sidecache.yaml"), rules.replace("> 0.05", "> 0.2"));

    assertThat(Queries.promtool(directory, 1, "test", "rules", "tests.yaml"))
        .contains("SidecacheUpstreamErrors");
  }

  @Test
  void eachAlertHasACaseInWhichItFiresAndOneInWhichItIsQuiet() throws Exception {
    Set<String> fires = new TreeSet<>();
    Set<String> quiet = new TreeSet<>();
    JsonNode cases = Yaml.tree(Files.readString(Queries.ALERTS.resolve("tests.yaml")));
    for (JsonNode one : cases.path("tests")) {
      for (JsonNode test : one.path("alert_rule_test")) {
        (test.path("exp_alerts").isEmpty() ? quiet : fires).add(test.path("alertname").asText());
      }
    }
    Set<String> names = new TreeSet<>();
    alerts().forEach(alert -> names.add(alert.get("alert").asText()));

    assertThat(fires).isEqualTo(names);
    assertThat(quiet).isEqualTo(names);
  }

  @Test
  void eachAlertSaysWhatUsersSeeAndHasASectionOfTheRunbook() throws Exception {
    List<String> sections = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    Files.readAllLines(Checkout.root().resolve("docs/runbook.md")).stream()
        .filter(line -> line.startsWith("## "))
        .forEach(line -> sections.add(line.substring(3)));
    for (JsonNode alert : alerts()) {
      String name = alert.get("alert").asText();
      expected.add(name);
      assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning", "info");
      assertThat(alert.at("/annotations/summary").asText()).as(name).isNotBlank();
      assertThat(alert.at("/annotations/description").asText()).as(name).hasSizeGreaterThan(60);
      assertThat(alert.at("/annotations/runbook").asText())
          .isEqualTo("docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
    }

    assertThat(sections).containsExactlyElementsOf(expected);
  }
}
