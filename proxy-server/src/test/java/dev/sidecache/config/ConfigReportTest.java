package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.config.ConfigLoader.Surroundings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigReportTest {
  private static final String BROKEN =
      """
      version: 1

      server:
        listen: ":${PORT:-8080}"

      upstream:
        url: "http://127.0.0.1:3000"

      admin:
        listen: "127.0.0.1:8180"
        ui: true
        token: "${CACHE_ADMIN_TOKEN}"
      """
          + "\n".repeat(14)
          + """
          routes:
            - name: students-list
              match: { path: /api/students }
              ttl: 2 minutes
              stale_while_revalidat: 30s
          """
          + "\n".repeat(11)
          + """
            - name: students-some
              match: { path: "/api/some/{id}" }
              ttl: short
            - name: students-all
              match: { path: /api/students/** }
              ttl: short
            - name: student-detail
              match: { path: "/api/students/{id}" }
              ttl: short
          """;

  private static List<ConfigError> findings(Map<String, String> environment) {
    return ConfigLoader.parse(
            "sidecache.yaml", BROKEN, new Surroundings(environment, Map.of(), 1L << 30))
        .findings();
  }

  @Test
  void textIsInColumnsAndCounts() {
    assertThat(ConfigReport.text(findings(Map.of())))
        .isEqualTo(
            """
            sidecache.yaml:12:10  error  admin.token: CACHE_ADMIN_TOKEN is not set; set it, or write ${CACHE_ADMIN_TOKEN:-}
            sidecache.yaml:30:10  error  routes[0].ttl: "2 minutes" is not a TTL; write 2m (ms s m h d, bare number = seconds, short medium long day, origin)
            sidecache.yaml:31:5   error  routes[0].stale_while_revalidat: unknown key; did you mean stale_while_revalidate?
            sidecache.yaml:49:3   warn   routes[3] "student-detail" can never match: routes[2] "students-all" (/api/students/**) comes first
            3 errors, 1 warning
            """);
  }

  @Test
  void findingsWithoutALineComeFirst() {
    String text =
        ConfigReport.text(
            findings(Map.of("PORT", "http", "CACHE_ADMIN_TOKEN", "0123456789abcdef")));

    assertThat(text)
        .startsWith("env PORT              error  server.listen: the value is not an address")
        .endsWith("3 errors, 1 warning\n");
  }

  @Test
  void nothingFoundIsAnEmptyText() {
    assertThat(ConfigReport.text(List.of())).isEmpty();
    assertThat(ConfigReport.github(List.of())).isEmpty();
    assertThat(ConfigReport.json(List.of()))
        .hasToString("{\"valid\":true,\"errors\":[],\"warnings\":[]}");
  }

  @Test
  void jsonIsWhatTheAdminApiAnswers() {
    var json = ConfigReport.json(findings(Map.of()));

    assertThat(json.get("valid").asBoolean()).isFalse();
    assertThat(json.at("/errors/1"))
        .hasToString(
            "{\"path\":\"routes[0].ttl\",\"line\":30,\"column\":10,\"code\":\"bad_ttl\","
                + "\"message\":\"\\\"2 minutes\\\" is not a TTL\",\"hint\":\"write 2m\"}");
    assertThat(json.at("/warnings/0/code").asText()).isEqualTo("unreachable");
    assertThat(json.at("/errors")).hasSize(3);
    assertThat(json.at("/warnings")).hasSize(1);
  }

  @Test
  void githubShowsEachFindingAtItsLine() {
    List<String> lines =
        ConfigReport.github(findings(Map.of("PORT", "100%", "CACHE_ADMIN_TOKEN", "")))
            .lines()
            .toList();

    assertThat(lines.get(0)).startsWith("::error title=bad_address::env PORT: server.listen: the");
    assertThat(lines.get(1))
        .startsWith("::error file=sidecache.yaml,line=30,col=10,title=bad_ttl::routes[0].ttl: ");
    assertThat(lines.get(3)).startsWith("::warning file=sidecache.yaml,line=49,col=3,");
  }

  @Test
  void githubTextsAreEscaped() {
    ConfigError error =
        new ConfigError(
            "a,b:c",
            1,
            2,
            "p",
            ConfigError.Code.BAD_WORD,
            "100% wrong",
            null,
            null,
            ConfigError.Severity.ERROR);

    assertThat(ConfigReport.github(List.of(error)))
        .isEqualTo("::error file=a%2Cb%3Ac,line=1,col=2,title=bad_word::p: 100%25 wrong\n");
  }
}
