package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Prerequisite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the application brings along, told in {@code libraries.txt}: a library that is new, another
 * or changed under its name is seen in review. The bill of materials tells the same.
 */
class LibrariesIT {
  private static final Path TARGET = Checkout.root().resolve("proxy-server/target");
  private static final Set<String> PERMISSIVE =
      Set.of("Apache-2.0", "BSD-2-Clause", "CC0-1.0", "MIT", "MIT-0");
  private static final Path LIST =
      Checkout.root().resolve("proxy-server/src/test/resources/dev/sidecache/libraries.txt");

  @BeforeAll
  static void needsTheApplication() {
    Prerequisite.require(
        Files.isDirectory(TARGET.resolve("app/lib")), "the built application: mvn package");
  }

  /** The lines of the list: group, name, version, licences and SHA-256. */
  private static List<String> listed() throws IOException {
    return Files.readAllLines(LIST);
  }

  private static boolean isOurs(String name) {
    return name.startsWith("sidecache-client");
  }

  /** The components of the bill of materials, in the form of the list's lines. */
  private static List<String> billed() throws IOException {
    Path written = TARGET.resolve("sidecache.cdx.json");
    Prerequisite.require(
        Files.exists(written), "a bill of materials: Maven writes none offline; run it without -o");
    JsonNode bill = new ObjectMapper().readTree(written.toFile());
    List<String> lines = new ArrayList<>();
    for (JsonNode component : bill.get("components")) {
      if (!isOurs(component.get("name").asText())) {
        lines.add(line(component));
      }
    }
    lines.sort(null);
    return lines;
  }

  private static String line(JsonNode component) {
    String purl = component.get("purl").asText();
    int classifier = purl.indexOf("?classifier=");
    String suffix = classifier < 0 ? "" : ":" + purl.substring(classifier + 12).split("&", 2)[0];
    return String.join(
        " ",
        component.get("group").asText() + ":" + component.get("name").asText() + suffix,
        component.get("version").asText(),
        licences(component.path("licenses")),
        digest(component.get("hashes")));
  }

  private static String licences(JsonNode licences) {
    return StreamSupport.stream(licences.spliterator(), false)
        .map(LibrariesIT::licence)
        .collect(Collectors.joining(","));
  }

  private static String licence(JsonNode one) {
    JsonNode licence = one.path("license");
    JsonNode id = licence.path("id").isMissingNode() ? licence.path("name") : licence.path("id");
    return (id.isMissingNode() ? one.path("expression") : id).asText().replace(' ', '_');
  }

  private static String digest(JsonNode hashes) {
    return StreamSupport.stream(hashes.spliterator(), false)
        .filter(hash -> hash.get("alg").asText().equals("SHA-256"))
        .map(hash -> hash.get("content").asText())
        .collect(Collectors.joining());
  }

  @Test
  void billOfMaterialsIsTheListed() throws Exception {
    List<String> billed = billed();
    Files.write(TARGET.resolve("libraries.txt"), billed);
    assertThat(billed).containsExactlyElementsOf(listed());
  }

  /** By their octets, whatever their names. */
  @Test
  void jarsAreTheListed() throws Exception {
    List<String> digests = new ArrayList<>();
    try (Stream<Path> jars = Files.list(TARGET.resolve("app/lib"))) {
      for (Path jar : jars.filter(path -> !isOurs(path.getFileName().toString())).toList()) {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
        digests.add(HexFormat.of().formatHex(digest));
      }
    }
    assertThat(digests)
        .containsExactlyInAnyOrderElementsOf(
            listed().stream().map(line -> line.substring(line.lastIndexOf(' ') + 1)).toList());
  }

  @Test
  void everyLicenceIsPermissive() throws Exception {
    assertThat(listed())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(PERMISSIVE).contains(line.split(" ", -1)[2].split(",", -1)));
  }
}
