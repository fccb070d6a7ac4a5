package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.config.CacheSection.Store;
import dev.sidecache.config.ConfigLoader.Result;
import dev.sidecache.config.ConfigLoader.Surroundings;
import dev.sidecache.redis.RedisAddress;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
  private static final String UPSTREAM = "UPSTREAM_URL";

  private static ProxyConfig load(String yaml, Map<String, String> environment) {
    return Configs.valid(yaml, environment, Map.of());
  }

  private static Route onlyRoute(ProxyConfig config) {
    assertThat(config.rules().routes()).hasSize(1);
    return config.rules().routes().get(0);
  }

  @Nested
  class Precedence {
    private static final String FILE = Configs.SMALLEST + "cache: { store: memory }\n";

    private ProxyConfig load(
        String yaml, Map<String, String> environment, Map<String, String> flags) {
      return Configs.valid(yaml, environment, flags);
    }

    @Test
    void flagBeatsVariableBeatsFileBeatsDefault() {
      Map<String, String> environment = Map.of("SIDECACHE_MODE", "shadow");
      Map<String, String> flags = Map.of("--mode", "observe");
      String file = Configs.SMALLEST + "mode: serve\n";

      assertThat(load(file, environment, flags).mode()).isEqualTo(Mode.OBSERVE);
      assertThat(load(file, environment, Map.of()).mode()).isEqualTo(Mode.SHADOW);
      assertThat(load(file, Map.of(), Map.of()).mode()).isEqualTo(Mode.SERVE);
      assertThat(load(Configs.SMALLEST, Map.of(), Map.of()).mode()).isEqualTo(Mode.SERVE);
    }

    @Test
    void eachEffectiveValueKnowsItsSource() {
      Map<String, String> environment =
          Map.of("SIDECACHE_LOG_LEVEL", "debug", "CACHE_TTL_LONG", "7200");

      Map<String, Setting> settings =
          load(FILE, environment, Map.of("--listen", ":9090")).settings();

      assertThat(settings.get("server.listen")).hasToString(":9090 (flag)");
      assertThat(settings.get("log.level")).hasToString("debug (env SIDECACHE_LOG_LEVEL)");
      assertThat(settings.get("cache.store")).hasToString("memory (sidecache.yaml:3)");
      assertThat(settings.get("ttl_presets.long")).hasToString("7200 (env CACHE_TTL_LONG)");
      assertThat(settings.get("cache.namespace")).hasToString("sidecache (default)");
      assertThat(settings.get("identity.from"))
          .hasToString("[header:Authorization, header:X-API-Key, header:Cookie] (default)");
    }

    @Test
    void portIsATrafficPortOnAllAddresses() {
      String file = Configs.SMALLEST + "server: { listen: \"127.0.0.1:9000\" }\n";

      assertThat(load(file, Map.of(), Map.of()).server().listen())
          .isEqualTo(new ListenAddress("127.0.0.1", 9000));
      assertThat(load(file, Map.of("PORT", "3001"), Map.of()).server().listen())
          .isEqualTo(new ListenAddress(null, 3001));
    }

    @Test
    void variableOfTheBackendOnlyStandsInForTheFile() {
      Map<String, String> environment = Map.of("CACHE_TTL_SHORT", "30");
      String file = Configs.SMALLEST + "ttl_presets: { short: 10 }\n";

      assertThat(load(Configs.SMALLEST, environment, Map.of()).ttlPresets())
          .containsEntry("short", Duration.ofSeconds(30));
      assertThat(load(file, environment, Map.of()).ttlPresets())
          .containsEntry("short", Duration.ofSeconds(10));
    }

    @Test
    void emptyVariableCountsAsUnset() {
      Map<String, String> environment = Map.of("SIDECACHE_STORE", "", "CACHE_TTL_SHORT", "");

      ProxyConfig config = load(FILE, environment, Map.of());

      assertThat(config.cache().store()).isEqualTo(Store.MEMORY);
      assertThat(config.ttlPresets()).containsEntry("short", Duration.ofMinutes(1));
    }

    @Test
    void variableThatIsNotSetDoesNotMatterWhereAFlagCounts() {
      String file = "version: 1\nupstream: { url: \"${BACKEND}\" }\n";

      assertThat(Configs.parse(file, Map.of(), Map.of()).errors()).hasSize(1);
      assertThat(load(file, Map.of(), Map.of("--upstream", "http://a")).upstream().url())
          .hasToString("http://a");
    }
  }

  @Nested
  class WithoutAFile {
    private static Result parse(Map<String, String> environment) {
      return ConfigLoader.parse("no file", null, new Surroundings(environment, Map.of(), 1L << 30));
    }

    @Test
    void addressOfTheBackendIsEnough() {
      Result result = parse(Map.of(UPSTREAM, "http://localhost:3000"));

      assertThat(result).isInstanceOf(Result.Valid.class);
      assertThat(((Result.Valid) result).config().upstream().url())
          .isEqualTo(new HttpAddress(false, "localhost", 3000));
    }

    @Test
    void withoutItTheErrorNamesEveryWayToGiveIt() {
      assertThat(parse(Map.of()).findings())
          .singleElement()
          .hasToString(
              "no file  error  upstream.url: is missing; write upstream.url, an address such as"
                  + " http://127.0.0.1:3000, set UPSTREAM_URL, or give --upstream");
    }
  }

  @Nested
  class Secrets {
    private static final String TOKEN = "0123456789abcdef";

    @Test
    void noSecretIsInAnyTextOfTheConfiguration() {
      String yaml =
          """
          version: 1
          upstream: { url: "http://127.0.0.1:3000" }
          admin: { token: 0123456789abcdef0 }
          identity: { jwt: { secret: hunter2 } }
          cache: { redis: { url: "redis://:hunter2@localhost" } }
          warm: [{ url: /a, headers: { Authorization: hunter2 } }]
          """;

      ProxyConfig config = load(yaml, Map.of());

      assertThat(config.toString()).doesNotContain("hunter2").doesNotContain(TOKEN);
      assertThat(config.settings().get("admin.token").shown()).isEqualTo("***");
      assertThat(config.settings().get("cache.redis.url").shown()).isEqualTo("***");
      assertThat(config.settings().get("warm[0].headers").shown()).isEqualTo("***");
    }

    @Test
    void variablesOfRedisAreHiddenAndNamed() {
      Map<String, Setting> settings =
          load(Configs.SMALLEST, Map.of("REDIS_HOST", "redis", "REDIS_PASSWORD", "hunter2"))
              .settings();

      assertThat(settings.get("cache.redis.host")).hasToString("redis (env REDIS_HOST)");
      assertThat(settings.get("cache.redis.password")).hasToString("*** (env REDIS_PASSWORD)");
    }

    @Test
    void emptyTokenIsNone() {
      String yaml = Configs.SMALLEST + "admin: { token: \"${TOKEN:-}\" }\n";

      assertThat(load(yaml, Map.of()).admin().token()).isNull();
      assertThat(load(yaml, Map.of("TOKEN", TOKEN)).admin().token()).isEqualTo(new Secret(TOKEN));
    }
  }

  @Nested
  class Redis {
    private static RedisAddress.Found address(String yaml, Map<String, String> environment) {
      return load(yaml, environment).cache().redis().address();
    }

    private static String endpoint(RedisAddress.Found found) {
      assertThat(found).isInstanceOf(RedisAddress.Configured.class);
      return ((RedisAddress.Configured) found).address().endpoint();
    }

    @Test
    void connectionInTheFileLeavesTheVariablesUnread() {
      Map<String, String> environment = Map.of("REDIS_URL", "redis://a", "REDIS_PORT", "1234");
      String file = Configs.SMALLEST + "cache: { redis: { host: b } }\n";

      assertThat(endpoint(address(Configs.SMALLEST, environment))).isEqualTo("redis://a:6379");
      assertThat(endpoint(address(file, environment))).isEqualTo("redis://b:6379");
    }

    @Test
    void fileFillsWhatTheVariablesLeaveOut() {
      Map<String, String> environment = Map.of("REDIS_HOST", "a", "REDIS_PORT", "1234");
      String file = Configs.SMALLEST + "cache: { redis: { port: 4321, database: 2 } }\n";

      RedisAddress.Found found = address(file, environment);

      assertThat(endpoint(found)).isEqualTo("redis://a:4321");
      assertThat(((RedisAddress.Configured) found).address().login().database()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "0", "NO", "Off"})
    void switchBeatsTheFile(String off) {
      String file = Configs.SMALLEST + "cache: { redis: { host: b } }\n";

      assertThat(address(file, Map.of("REDIS_ENABLED", "true")))
          .isInstanceOf(RedisAddress.Configured.class);
      assertThat(address(file, Map.of("REDIS_ENABLED", off)))
          .isEqualTo(new RedisAddress.Off("REDIS_ENABLED"));
    }

    @Test
    void noVariableIsReadForTheStoreInMemory() {
      String file = Configs.SMALLEST + "cache: { store: memory }\n";
      Map<String, String> wrong = Map.of("REDIS_URL", "nonsense://localhost");

      assertThat(Configs.parse(Configs.SMALLEST, wrong, Map.of()).errors()).hasSize(1);
      assertThat(address(file, wrong)).isEqualTo(new RedisAddress.Off("cache.store"));
    }

    @Test
    void transportOfUpstashIsTheFiles() {
      String file =
          Configs.SMALLEST
              + "cache: { redis: { upstash: { rest_url: \"https://x.upstash.io\", rest_token: t,"
              + " transport: rest } } }\n";

      assertThat(endpoint(address(file, Map.of()))).isEqualTo("https://x.upstash.io:443");
      assertThat(load(file, Map.of()).cache().redis().transport())
          .isEqualTo(RedisSection.Transport.REST);
    }
  }

  @Nested
  class Routes {
    private static final String ROUTE =
        Configs.SMALLEST + "routes: [{ name: a, match: { path: /a }, ttl: short%s }]\n%s";

    private static Route route(String more, String elsewhere) {
      return onlyRoute(load(ROUTE.formatted(more, elsewhere), Map.of()));
    }

    @Test
    void whatARouteLeavesOutComesFromTheDefaults() {
      String defaults =
          "defaults: { stale_if_error: 10m, coalesce: false, statuses: [200, 404] }\n";

      Route route = route("", defaults);

      assertThat(route.policy().staleIfError()).isEqualTo(Duration.ofMinutes(10));
      assertThat(route.policy().coalesce()).isFalse();
      assertThat(route.ttlFor(404)).isNotNull();
      assertThat(route(", stale_if_error: 0s", defaults).policy().staleIfError()).isZero();
    }

    @Test
    void inheritedValueHasTheSourceOfTheDefault() {
      String yaml = ROUTE.formatted("", "defaults: { scope: shared }\n");

      assertThat(load(yaml, Map.of()).settings().get("routes[0].scope"))
          .hasToString("shared (sidecache.yaml:4)");
    }

    @Test
    void modeIsTheRoutesOwnOrThatOfTheWholeFile() {
      assertThat(route("", "mode: observe\n").mode()).isEqualTo(Mode.OBSERVE);
      assertThat(route(", mode: bypass", "mode: observe\n").mode()).isEqualTo(Mode.BYPASS);
    }

    @Test
    void limitOfAnEntryIsTheRoutesOwnOrThatOfTheCache() {
      String cache = "cache: { max_entry_size: 2MiB }\n";

      assertThat(route("", cache).policy().maxEntrySizeBytes()).isEqualTo(2 << 20);
      assertThat(route(", max_entry_size: 1KiB", cache).policy().maxEntrySizeBytes())
          .isEqualTo(1024);
    }

    @Test
    void presetsStandWhereverATtlDoes() {
      Route route = route(", status_ttl: { 404: week }", "ttl_presets: { short: 5, week: 7d }\n");

      assertThat(route.ttl()).isEqualTo(new Ttl.Fixed(Duration.ofSeconds(5)));
      assertThat(route.ttlFor(404)).isEqualTo(new Ttl.Fixed(Duration.ofDays(7)));
    }

    @Test
    void sourceOfARouteIsTheLineOfItsDash() {
      String yaml =
          Configs.SMALLEST + "routes:\n  - name: a\n    match: { path: /a }\n    ttl: origin\n";

      assertThat(onlyRoute(load(yaml, Map.of())).source()).isEqualTo("sidecache.yaml:4");
    }

    @Test
    void unmatchedRequestsMayFollowTheOriginUnderTheDefaults() {
      String yaml = Configs.SMALLEST + "defaults: { unmatched: origin, stale_if_error: 1m }\n";

      ProxyConfig config = load(yaml, Map.of());

      assertThat(load(Configs.SMALLEST, Map.of()).rules().unmatchedFollowsOrigin()).isFalse();
      assertThat(config.rules().unmatchedFollowsOrigin()).isTrue();
      assertThat(config.rules().allRoutes().get(0).policy().staleIfError())
          .isEqualTo(Duration.ofMinutes(1));
    }
  }

  @Test
  void rootOfSettingsIsInTheOrderOfTheReferenceFile() {
    assertThat(Configs.valid(Configs.SMALLEST).settings().keySet())
        .startsWith("version", "mode", "server.listen", "server.tls")
        .containsSubsequence("log.level", "log.format", "log.access", "log.query")
        .endsWith("tracing.service_name", "tracing.sample_percent");
  }
}
