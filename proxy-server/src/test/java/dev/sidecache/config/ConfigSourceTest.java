package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.config.ConfigSource.Found;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSourceTest {
  @TempDir private Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private ConfigSource source;

  @BeforeEach
  void everySourceIsThere() throws IOException {
    source = new ConfigSource(directory, directory.resolve("etc.yaml"));
    for (String name : new String[] {"named", "variable", "sidecache", "etc"}) {
      Files.writeString(directory.resolve(name + ".yaml"), name);
    }
    environment.put("SIDECACHE_CONFIG", "variable.yaml");
  }

  private Found.Document document(String named) {
    Found found = source.find(named, environment);
    assertThat(found).isInstanceOf(Found.Document.class);
    return (Found.Document) found;
  }

  private String refusal(String named) {
    Found found = source.find(named, environment);
    assertThat(found).isInstanceOf(Found.Refused.class);
    return ((Found.Refused) found).error().toString();
  }

  @Test
  void firstGivenWins() throws IOException {
    assertThat(document("named.yaml").yaml()).isEqualTo("named");
    assertThat(document(null).yaml()).isEqualTo("variable");
    environment.clear();
    assertThat(document(null).yaml()).isEqualTo("sidecache");
    Files.delete(directory.resolve("sidecache.yaml"));
    assertThat(document(null).yaml()).isEqualTo("etc");
    Files.delete(directory.resolve("etc.yaml"));
    assertThat(document(null)).isEqualTo(new Found.Document("no file", null, null));
  }

  @Test
  void documentIsNamedAsItWasGiven() {
    assertThat(document("named.yaml").name()).isEqualTo("named.yaml");
    assertThat(document("named.yaml").file()).isEqualTo(directory.resolve("named.yaml"));
    environment.clear();
    assertThat(document(null).name()).isEqualTo("sidecache.yaml");
  }

  @Test
  void wholeTextMayStandInAVariable() {
    environment.clear();
    environment.put("SIDECACHE_CONFIG_YAML", "version: 1");

    assertThat(document(null))
        .isEqualTo(new Found.Document("SIDECACHE_CONFIG_YAML", "version: 1", null));
  }

  @Test
  void wholeTextMayBeBase64WithLineFeeds() {
    byte[] text = "version: 1 # ü".getBytes(StandardCharsets.UTF_8);
    String encoded = Base64.getEncoder().encodeToString(text);
    environment.clear();
    environment.put(
        "SIDECACHE_CONFIG_BASE64", encoded.substring(0, 8) + "\n" + encoded.substring(8));

    assertThat(document(null).yaml()).isEqualTo("version: 1 # ü");
  }

  @Test
  void twoVariablesContradictUnlessAFileIsNamed() {
    environment.put("SIDECACHE_CONFIG_YAML", "version: 1");

    assertThat(refusal(null))
        .isEqualTo(
            "env SIDECACHE_CONFIG_YAML  error  SIDECACHE_CONFIG and SIDECACHE_CONFIG_YAML are both"
                + " set; set one of them");
    assertThat(document("named.yaml").yaml()).isEqualTo("named");
  }

  @Test
  void emptyVariableCountsAsUnset() {
    environment.put("SIDECACHE_CONFIG", "");

    assertThat(document(null).yaml()).isEqualTo("sidecache");
  }

  @Test
  void namedFileThatCannotBeReadIsAnError() throws IOException {
    Files.write(directory.resolve("latin.yaml"), new byte[] {(byte) 0xfc, (byte) 0xff});

    assertThat(refusal("missing.yaml"))
        .isEqualTo(
            "missing.yaml  error  there is no such file; name another, or write one: sidecache"
                + " init");
    assertThat(refusal("."))
        .isEqualTo(".  error  is a directory; name a file that this user may read");
    assertThat(refusal("latin.yaml"))
        .isEqualTo("latin.yaml  error  is not UTF-8; save it as UTF-8");
    environment.put("SIDECACHE_CONFIG", "missing.yaml");
    assertThat(refusal(null)).startsWith("missing.yaml  error  there is no such file");
  }

  @Test
  void malformedBase64IsAnErrorWithoutItsContent() {
    environment.clear();
    environment.put("SIDECACHE_CONFIG_BASE64", "aGk=hunter2");

    assertThat(refusal(null))
        .isEqualTo(
            "env SIDECACHE_CONFIG_BASE64  error  the value is not Base64; encode the file: base64"
                + " -w0 FILE");
  }
}
