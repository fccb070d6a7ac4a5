package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The dashboard for Grafana: what lets it be imported anywhere and read without a manual. */
class DashboardTest {
  @Test
  void itIsOfNoInstallation() throws Exception {
    JsonNode dashboard = Queries.dashboard();

    assertThat(dashboard.get("id").isNull()).isTrue();
    assertThat(dashboard.get("uid").asText()).isEqualTo("sidecache");
    assertThat(dashboard.get("editable").asBoolean(true)).isFalse();
    assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
        .containsExactly("datasource", "namespace", "pod", "route");
    for (JsonNode source : dashboard.findValues("datasource")) {
      assertThat(source.path("uid").asText()).isEqualTo("${datasource}");
    }
  }

  @Test
  void everyPanelIsDescribedAndObeysTheVariables() throws Exception {
    for (JsonNode panel : Queries.panels()) {
      String title = panel.path("title").asText();
      assertThat(panel.path("description").asText()).as(title).endsWith(".").hasSizeGreaterThan(30);
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotBlank();
      assertThat(panel.path("targets")).as(title).isNotEmpty();
      for (JsonNode target : panel.path("targets")) {
        String query = target.path("expr").asText();
        assertThat(query).as(title).contains("namespace=~\"$namespace\"", "pod=~\"$pod\"");
        assertThat(query)
            .as(title)
            .doesNotContainPattern("rate\\([^\\[]*\\[(?!\\$__rate_interval)");
      }
    }
  }

  @Test
  void panelsDoNotOverlapAndHaveNumbersOfTheirOwn() throws Exception {
    List<Integer> numbers = new ArrayList<>();
    List<String> taken = new ArrayList<>();
    for (JsonNode panel : Queries.dashboard().path("panels")) {
      numbers.add(panel.path("id").asInt());
      JsonNode at = panel.path("gridPos");
      for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
        for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
          taken.add(x + "," + y);
        }
      }
    }

    assertThat(numbers).doesNotHaveDuplicates();
    assertThat(taken).doesNotHaveDuplicates();
  }
}
