package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The queries of the alerts and of the dashboard, and promtool to check them. */
final class Queries {
  static final Path ALERTS = Checkout.root().resolve("helm/sidecache/alerts");
  private static final Path DASHBOARD =
      Checkout.root().resolve("helm/sidecache/dashboards/sidecache.json");
  private static final Pattern METRIC =
      Pattern.compile("(?<![\\w:])(?:sidecache|jvm|process)_\\w+(?![\\w:])");

  private Queries() {}

  static JsonNode alerts() throws IOException {
    return Yaml.tree(Files.readString(ALERTS.resolve("sidecache.yaml")));
  }

  static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(DASHBOARD.toFile());
  }

  /** Every rule, recorded or an alert. */
  static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    alerts().path("groups").forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  /** The panels of the dashboard that show something. */
  static List<JsonNode> panels() throws IOException {
    List<JsonNode> panels = new ArrayList<>();
    for (JsonNode panel : dashboard().path("panels")) {
      if (!panel.path("type").asText().equals("row")) {
        panels.add(panel);
      }
    }
    return panels;
  }

  /** The queries of the dashboard's panels as Grafana sends them, each variable at "all". */
  static List<String> ofDashboard() throws IOException {
    List<String> queries = new ArrayList<>();
    for (JsonNode panel : panels()) {
      for (JsonNode target : panel.path("targets")) {
        queries.add(
            target
                .get("expr")
                .asText()
                .replace("$__rate_interval", "5m")
                .replaceAll("\\$(namespace|pod|route)\\b", ".*"));
      }
    }
    return queries;
  }

  /** The metrics that alerts, panels and the dashboard's variables ask for. */
  static Set<String> metrics() throws IOException {
    List<String> texts = new ArrayList<>(ofDashboard());
    rules().forEach(rule -> texts.add(rule.get("expr").asText()));
    dashboard().at("/templating/list").forEach(one -> texts.add(one.path("definition").asText()));
    Set<String> names = new TreeSet<>();
    for (String text : texts) {
      Matcher matcher = METRIC.matcher(text);
      while (matcher.find()) {
        names.add(matcher.group());
      }
    }
    return names;
  }

  /** What promtool says, in this directory; fails the test if it ends with another status. */
  static String promtool(Path directory, int status, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isEqualTo(status);
    return output;
  }
}
