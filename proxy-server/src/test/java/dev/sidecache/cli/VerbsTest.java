package dev.sidecache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ConfigLoader.Result;
import dev.sidecache.config.ConfigLoader.Surroundings;
import dev.sidecache.config.ConfigSchema;
import dev.sidecache.config.ConfigSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class VerbsTest {
  private static final Surroundings SURROUNDINGS = new Surroundings(Map.of(), Map.of(), 1L << 30);
  private static final String VALID = "version: 1\nupstream: { url: http://a }\n";
  private static final String DOUBTFUL = VALID + "never_cache: { response_fields: [] }\n";

  private static final String TLS = "server: { tls: { certificate: '%s', key: '%s' } }\n";

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object verb, String... arguments) {
    return new CommandLine(verb)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Nested
  class ValidateVerb {
    private int validate(String yaml, String... arguments) throws IOException {
      Files.writeString(directory.resolve("sidecache.yaml"), yaml);
      ConfigSource source = new ConfigSource(directory, directory.resolve("none.yaml"));
      return run(new Validate(source, SURROUNDINGS), arguments);
    }

    @Test
    void validFileIsSummedUp() throws IOException {
      String rules =
          "routes: [{ name: a, match: { path: /a }, ttl: short }]\n"
              + "invalidate: [{ name: b, when: { methods: [PUT], path: /a }, routes: [a] },"
              + " { name: c, when: { methods: [POST], path: /a }, routes: [a] }]\n";

      assertThat(validate(VALID + rules)).isZero();
      assertThat(out).hasToString("valid: 1 route, 2 invalidate rules\n");
    }

    @Test
    void errorsExitWithTwo() throws IOException {
      assertThat(validate("version: 2\n" + VALID.substring(11))).isEqualTo(2);
      assertThat(out)
          .hasToString(
              "sidecache.yaml:1:10  error  version: \"2\" is not a format that this release reads;"
                  + " write 1\n1 error\n");
    }

    @Test
    void warningsFailOnlyIfStrict() throws IOException {
      assertThat(validate(DOUBTFUL)).isZero();
      assertThat(out.toString()).endsWith("1 warning\n");
      assertThat(validate(DOUBTFUL, "--strict")).isEqualTo(2);
    }

    @Test
    void filesOfTlsAreNotOpened() throws IOException {
      assertThat(validate(VALID + TLS.formatted("no.crt", "no.key"))).isZero();
      assertThat(out).hasToString("valid: 0 routes, 0 invalidate rules\n");
    }

    @Test
    void namedFileCounts() throws IOException {
      Files.writeString(directory.resolve("other.yaml"), "version: 1\n");

      assertThat(validate(VALID, "other.yaml")).isEqualTo(2);
      assertThat(out.toString()).startsWith("other.yaml:1:1  error  upstream.url: is missing");
      assertThat(validate(VALID, "missing.yaml")).isEqualTo(2);
    }

    @Test
    void reportMayBeJson() throws IOException {
      assertThat(validate(DOUBTFUL, "--format", "json")).isZero();
      assertThat(out.toString())
          .startsWith("{\n  \"valid\" : true")
          .contains("\"code\" : \"guard_off\"");
    }

    @Test
    void reportMayBeWorkflowCommands() throws IOException {
      assertThat(validate(DOUBTFUL, "--format=github")).isZero();
      assertThat(out.toString()).startsWith("::warning file=sidecache.yaml,line=3,col=33,");
    }

    @Test
    void unknownFormatIsAUsageError() throws IOException {
      assertThat(validate(VALID, "--format=xml")).isEqualTo(2);
      assertThat(err.toString()).contains("xml");
    }
  }

  @Nested
  class DoctorVerb {
    private Check tls(String yaml) {
      Result result = ConfigLoader.parse("sidecache.yaml", VALID + yaml, SURROUNDINGS);
      return DoctorCommand.tls(((Result.Valid) result).config());
    }

    @Test
    void filesOfTlsAreOpened() throws IOException {
      Path key = Files.writeString(directory.resolve("tls.key"), "none\n");
      Check missing = tls(TLS.formatted(directory.resolve("no.crt"), key));

      assertThat(missing.state()).isEqualTo(Check.State.FAILED);
      assertThat(missing.detail()).startsWith("server.tls.certificate: ").endsWith("is not there");
      assertThat(missing.remedy()).isEqualTo("name a PEM file that this process may read");
      assertThat(tls("")).isNull();
    }
  }

  @Nested
  class SchemaVerb {
    @Test
    void printsTheSchema() {
      assertThat(run(new Schema())).isZero();
      assertThat(out).hasToString(ConfigSchema.text());
    }
  }

  @Nested
  class InitVerb {
    private String written(String name) throws IOException {
      return Files.readString(directory.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--template=node", "--template=fastapi"})
    void whatIsWrittenIsValidAndWithoutWarning(String template) throws IOException {
      String[] arguments = template.isEmpty() ? new String[0] : new String[] {template};

      assertThat(run(new Init(directory), arguments)).isZero();

      Result result = ConfigLoader.parse("file", written("sidecache.yaml"), SURROUNDINGS);
      assertThat(result.findings()).isEmpty();
      assertThat(((Result.Valid) result).config().rules().routes()).isNotEmpty();
      assertThat(out.toString()).startsWith("sidecache.yaml is written; next: set UPSTREAM_URL");
    }

    @Test
    void existingFileStaysUnlessForced() throws IOException {
      Files.writeString(directory.resolve("sidecache.yaml"), "mine, and longer".repeat(1000));

      assertThat(run(new Init(directory))).isEqualTo(2);
      assertThat(written("sidecache.yaml")).startsWith("mine");
      assertThat(err.toString())
          .isEqualTo(
              "sidecache.yaml exists already; give --force to overwrite it, or -o FILE to write"
                  + " another\n");

      assertThat(run(new Init(directory), "--force")).isZero();
      assertThat(written("sidecache.yaml")).startsWith("# sidecache").doesNotContain("mine");
    }

    @Test
    void anotherFileOrStandardOutputMayBeNamed() throws IOException {
      assertThat(run(new Init(directory), "-o", "other.yaml")).isZero();
      assertThat(written("other.yaml")).contains("version: 1");
      out.getBuffer().setLength(0);
      assertThat(run(new Init(directory), "-o", "-", "--template", "node")).isZero();
      assertThat(out.toString()).contains("version: 1").contains("connect.sid");
      assertThat(directory.resolve("sidecache.yaml")).doesNotExist();
    }

    @Test
    void directoryThatIsMissingIsTold() {
      assertThat(run(new Init(directory), "-o", "no/such.yaml")).isEqualTo(2);
      assertThat(err.toString()).startsWith("no/such.yaml cannot be written; name a file");
    }
  }
}
