package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ConfigSchemaTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(ConfigSchema.text(), InputFormat.JSON);

  @Test
  void fileInTheRepositoryIsTheOneTheKeysTell() {
    assertThat(Configs.file("sidecache.schema.json")).isEqualTo(ConfigSchema.text());
  }

  @Test
  void isAValidSchemaItself() throws Exception {
    Schema meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(
                com.networknt.schema.SchemaLocation.of(
                    "https://json-schema.org/draft/2020-12/schema"));

    assertThat(meta.validate(ConfigSchema.text(), InputFormat.JSON)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecache.yaml", "career-crm.yaml", "propiq.yaml"})
  void acceptsTheFilesOfTheRepository(String name) throws Exception {
    assertThat(validate(Configs.file(name))).isEmpty();
  }

  @Test
  void acceptsVariablesWhereverAValueStands() throws Exception {
    String yaml =
        """
        version: 1
        upstream: { url: "${URL}", max_connections: "${MAX:-10}", timeout: "${T}s" }
        admin: { ui: "${UI}" }
        x-free: { anything: [goes] }
        routes:
        """;

    assertThat(validate(yaml)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "unknown key                   | version: 1                        | route: []",
        "wrong type                    | version: 1                        | admin: { ui: 'yes' }",
        "another format                | version: 2                        | mode: serve",
        "no word for this              | version: 1                        | mode: shadwo",
        "unknown key of a section      | version: 1                        | cache: { stor: redis }",
        "a route without a TTL         | version: 1                        | routes: [{ name: a, match: { path: /a } }]",
        "a size in another unit        | version: 1                        | cache: { max_entry_size: 64KB }",
        "a duration in words           | version: 1                        | cache: { hold_max: 2 minutes }",
        "a path that does not begin so | version: 1                        | never_cache: { paths: [api] }",
      })
  void refuses(String description, String version, String line) throws Exception {
    assertThat(validate("version: 1\n")).isEmpty();

    String yaml = version + "\n" + line + "\n";

    assertThat(validate(yaml)).isNotEmpty();
    assertThat(Configs.parse(yaml + "upstream: { url: 'http://a' }").errors()).isNotEmpty();
  }

  private static List<Error> validate(String yaml) throws Exception {
    Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return SCHEMA.validate(new ObjectMapper().writeValueAsString(tree), InputFormat.JSON);
  }
}
