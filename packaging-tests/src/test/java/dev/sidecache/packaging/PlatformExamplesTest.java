package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.testing.Checkout;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The examples of platforms whose own tools no build has: what our side knows of them. Addresses
 * and ports fit together, only the proxy is public, the configuration is valid, no secret is in the
 * open.
 */
class PlatformExamplesTest {
  private static final Set<String> COMPOSE_KEYS =
      Set.of(
          "build",
          "cap_drop",
          "command",
          "depends_on",
          "environment",
          "expose",
          "healthcheck",
          "image",
          "mem_limit",
          "ports",
          "read_only",
          "security_opt",
          "stop_grace_period",
          "volumes");

  @Test
  void composeOpensTheProxyAlone() throws Exception {
    JsonNode services = Examples.yaml("compose/compose.yaml").path("services");
    JsonNode cache = services.path("cache");

    for (JsonNode service : services) {
      assertThat(Examples.unknown(service, COMPOSE_KEYS)).isEmpty();
      assertThat(service.has("ports")).isEqualTo(service.equals(cache));
    }
    assertThat(cache.path("ports").toString()).contains("8080:8080", "127.0.0.1:8180:8180");
    assertThat(cache.at("/environment/UPSTREAM_URL").asText())
        .isEqualTo("http://backend:" + services.at("/backend/expose/0").asText());
    assertThat(cache.at("/environment/SIDECACHE_ADMIN_TOKEN").asText()).startsWith("${");
    assertThat(cache.at("/environment/REDIS_URL").asText()).isEqualTo("redis://redis:6379");
    assertThat(cache.at("/volumes/0").asText()).isEqualTo("./sidecache:/etc/sidecache:ro");
    assertThat(cache.at("/read_only").asBoolean()).isTrue();
    assertThat(cache.at("/cap_drop/0").asText()).isEqualTo("ALL");
    assertThat(cache.at("/mem_limit").asText()).isEqualTo("256m");
  }

  @Test
  void flyRunsBothInOneMachine() throws Exception {
    JsonNode fly = Examples.toml("fly/fly.toml");
    JsonNode services = Examples.yaml("fly/compose.yaml").path("services");
    JsonNode cache = services.path("cache");

    assertThat(fly.at("/build/compose/file").asText()).isEqualTo("compose.yaml");
    assertThat(fly.at("/http_service/internal_port").asInt()).isEqualTo(8080);
    assertThat(fly.at("/http_service/checks/0/path").asText()).isEqualTo("/-/readyz");
    assertThat(fly.at("/kill_timeout").asInt()).as("more than the drain of 20 s").isEqualTo(30);
    assertThat(services).filteredOn(service -> service.has("build")).hasSize(1);
    assertThat(services).noneMatch(service -> service.has("volumes") || service.has("ports"));
    assertThat(cache.at("/environment/UPSTREAM_URL").asText())
        .isEqualTo("http://127.0.0.1:" + services.at("/api/environment/PORT").asText());
    assertThat(
            ConfigTexts.faults(cache.at("/environment/SIDECACHE_CONFIG_YAML").asText(), Map.of()))
        .isEmpty();
  }

  @Test
  void ecsStartsTheProxyLastAndOpensItAlone() throws Exception {
    JsonNode task = Examples.json("ecs/task-definition.json");
    JsonNode cache = Examples.named(task.path("containerDefinitions"), "cache");
    JsonNode api = Examples.named(task.path("containerDefinitions"), "api");

    assertThat(task.path("networkMode").asText()).isEqualTo("awsvpc");
    assertThat(cache.at("/portMappings/0/containerPort").asInt()).isEqualTo(8080);
    assertThat(api.has("portMappings")).isFalse();
    assertThat(cache.at("/dependsOn/0/containerName").asText()).isEqualTo("api");
    assertThat(cache.at("/dependsOn/0/condition").asText()).isEqualTo("HEALTHY");
    assertThat(api.has("healthCheck")).as("HEALTHY needs a health check").isTrue();
    assertThat(cache.at("/healthCheck/command/0").asText()).as("no shell").isEqualTo("CMD");
    assertThat(cache.path("readonlyRootFilesystem").asBoolean()).isTrue();
    assertThat(Examples.variables(cache.path("environment")))
        .containsExactly(
            Map.entry(
                "UPSTREAM_URL",
                "http://127.0.0.1:" + Examples.variables(api.path("environment")).get("PORT")));
    assertThat(cache.path("secrets"))
        .hasSize(2)
        .allMatch(secret -> secret.path("valueFrom").asText().startsWith("arn:aws:"));
  }

  @Test
  void ecsAsksForHealthAsTheImageDoes() throws Exception {
    String dockerfile = Files.readString(Checkout.root().resolve("Dockerfile"));
    JsonNode cache =
        Examples.named(
            Examples.json("ecs/task-definition.json").path("containerDefinitions"), "cache");
    StringBuilder command = new StringBuilder();
    cache.at("/healthCheck/command").forEach(word -> command.append(", ").append(word));

    assertThat(dockerfile).contains(command.substring(", \"CMD\", ".length()));
  }

  @Test
  void azureLeadsTrafficToTheProxy() throws Exception {
    JsonNode resources = Examples.json("azure/appservice.json").path("resources");
    JsonNode site = resources.get(0).path("properties");
    List<JsonNode> containers = List.of(resources.get(1), resources.get(2));
    JsonNode cache = containers.get(0).path("properties");
    Map<String, String> settings = Examples.variables(site.at("/siteConfig/appSettings"));

    assertThat(site.at("/siteConfig/linuxFxVersion").asText()).isEqualTo("sitecontainers");
    assertThat(site.at("/siteConfig/healthCheckPath").asText()).isEqualTo("/-/readyz");
    assertThat(containers).filteredOn(one -> one.at("/properties/isMain").asBoolean()).hasSize(1);
    assertThat(cache.at("/isMain").asBoolean()).isTrue();
    assertThat(cache.at("/targetPort").asText()).isEqualTo("8080");
    assertThat(settings).as("it would reach both containers").doesNotContainKey("PORT");
    assertThat(settings.get("UPSTREAM_URL"))
        .isEqualTo("http://127.0.0.1:" + containers.get(1).at("/properties/targetPort").asText());
    Examples.variables(cache.path("environmentVariables"))
        .forEach(
            (name, value) -> {
              assertThat(value).as("the name of a setting").isEqualTo(name);
              assertThat(settings).containsKey(name);
            });
  }

  /** No compiler of Bicep is at hand, so what both forms say is compared. */
  @Test
  void azureSaysTheSameInBicepAndJson() throws Exception {
    String json = Examples.text("azure/appservice.json");
    String bicep = Examples.text("azure/appservice.bicep");
    Map<String, List<String>> ofJson = values(json, "\"(%s)\": \"?([^\"\n]*?)\"?,?\n");
    Map<String, List<String>> ofBicep = values(bicep, "\\b(%s): '?([^'\n]*?)'?\n");

    for (String key :
        List.of(
            "image",
            "isMain",
            "targetPort",
            "authType",
            "startUpCommand",
            "linuxFxVersion",
            "healthCheckPath",
            "httpsOnly",
            "kind")) {
      assertThat(ofBicep.get(key)).as(key).isNotNull().isEqualTo(ofJson.get(key));
    }
    assertThat(settings(bicep, "name: '([A-Z0-9_]+)'"))
        .isEqualTo(settings(json, "\"name\": \"([A-Z0-9_]+)\""))
        .hasSize(6);
    assertThat(bicep).contains("http://127.0.0.1:8000");
  }

  private static Map<String, List<String>> values(String text, String form) {
    String keys =
        "image|isMain|targetPort|authType|startUpCommand|linuxFxVersion|healthCheckPath"
            + "|httpsOnly|kind";
    return Pattern.compile(form.formatted(keys))
        .matcher(text)
        .results()
        .collect(
            Collectors.groupingBy(
                found -> found.group(1),
                TreeMap::new,
                Collectors.mapping(found -> found.group(2), Collectors.toList())));
  }

  private static List<String> settings(String text, String form) {
    return Pattern.compile(form).matcher(text).results().map(found -> found.group(1)).toList();
  }

  @Test
  void azuresContainerAppAsksTheAdminPort() throws Exception {
    JsonNode app = Examples.yaml("azure/containerapp.yaml").path("properties");
    JsonNode cache = Examples.named(app.at("/template/containers"), "cache");

    assertThat(app.at("/configuration/ingress/targetPort").asInt()).isEqualTo(8080);
    assertThat(cache.path("probes").findValuesAsText("path"))
        .containsExactly("/startupz", "/livez", "/readyz");
    assertThat(cache.path("probes").findValuesAsText("port")).containsOnly("8180");
    assertThat(Examples.variables(cache.path("env")))
        .containsEntry("SIDECACHE_ADMIN_LISTEN", ":8180")
        .containsEntry("UPSTREAM_URL", "http://127.0.0.1:8000");
    for (JsonNode variable : cache.path("env")) {
      if (variable.has("secretRef")) {
        Examples.named(app.at("/configuration/secrets"), variable.path("secretRef").asText());
      }
    }
    List<String> arguments =
        List.of(Examples.named(app.at("/template/containers"), "api").path("args").toString());
    assertThat(arguments.get(0)).contains("\"127.0.0.1\"", "\"8000\"");
  }

  @Test
  void railwaysServicesFindEachOther() throws Exception {
    String file = Examples.text("railway/railway.ts");
    List<String> names =
        Pattern.compile("service\\(\"(\\w+)\"")
            .matcher(file)
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();

    assertThat(names).containsExactly("api", "cache");
    assertThat(file)
        .contains("PORT: \"3000\", HOST: \"::\"")
        .contains("UPSTREAM_URL: \"http://api.railway.internal:3000\"")
        .contains("healthcheck: \"/-/readyz\"")
        .contains("RAILWAY_DEPLOYMENT_DRAINING_SECONDS: \"25\"");
    assertThat(file.split("domains:", -1)).as("only the proxy is public").hasSize(2);
    assertThat(file.indexOf("domains:")).isGreaterThan(file.indexOf("service(\"cache\""));
  }
}
