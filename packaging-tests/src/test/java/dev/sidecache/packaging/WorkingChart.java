package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the charts in which dependencies are fetched and faults may be made. */
final class WorkingChart {
  private static final Path SHIPPED = Checkout.root().resolve("helm");

  private final Path charts;
  private final Path chart;

  private WorkingChart(Path charts, Path chart) {
    this.charts = charts;
    this.chart = chart;
  }

  /** Aborts where Helm's library does not run. */
  static void requireHelm() {
    boolean present;
    try {
      present = Helm.version().call() != null;
    } catch (IllegalStateException | LinkageError e) {
      present = false;
    }
    Prerequisite.require(present, "Helm's native library for this platform");
  }

  /** The application chart, copied into an empty directory. */
  static WorkingChart application(Path directory) throws IOException {
    copy(SHIPPED, directory);
    return new WorkingChart(directory, directory.resolve("sidecache"));
  }

  /** A chart of somebody who uses the library chart, copied beside it. */
  static WorkingChart own(Path directory) throws IOException {
    copy(SHIPPED, directory);
    Path own = Checkout.root().resolve("packaging-tests/src/test/resources/charts/own");
    copy(own, directory.resolve("own"));
    return new WorkingChart(directory, directory.resolve("own"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (!target.toString().contains("/charts/sidecache-lib")) {
          Files.createDirectories(target.getParent());
          Files.copy(path, target);
        }
      }
    }
  }

  /** Replaces a text that a file of the charts has; fails if it has it not. */
  WorkingChart replace(String file, String old, String now) throws IOException {
    Path path = charts.resolve(file);
    String text = Files.readString(path);
    assertThat(text).as(file).contains(old);
    Files.writeString(path, text.replace(old, now));
    return this;
  }

  /** Fetches what the chart depends on, as {@code helm dependency update} does. */
  WorkingChart update() {
    helm().dependency().update().call();
    return this;
  }

  Helm helm() {
    return new Helm(chart);
  }

  Path file(String name) {
    return chart.resolve(name);
  }

  /** A rendering for a version of Kubernetes, with a file of {@code ci/}. */
  TemplateCommand template(String values, String kubernetes) {
    return helm()
        .template()
        .withName("crm")
        .withNamespace("shop")
        .withKubeVersion(kubernetes)
        .withValuesFile(file("ci/" + values + "-values.yaml"));
  }

  /** The documents of such a rendering. */
  List<JsonNode> documents(String values, String kubernetes) {
    return Yaml.trees(template(values, kubernetes).call());
  }

  /** The only document of a kind, but for those of the monitoring. */
  JsonNode document(String values, String kubernetes, String kind) {
    List<JsonNode> found =
        documents(values, kubernetes).stream()
            .filter(document -> document.at("/kind").asText().equals(kind))
            .filter(
                document ->
                    !document.at("/metadata/name").asText().matches(".*-(metrics|dashboard)"))
            .toList();
    assertThat(found).as(kind).hasSize(1);
    return found.get(0);
  }

  /** The files of {@code ci/}, by what stands before {@code -values.yaml}. */
  static List<String> valueSets() {
    try (Stream<Path> files = Files.list(SHIPPED.resolve("sidecache/ci"))) {
      return files
          .map(file -> file.getFileName().toString().replace("-values.yaml", ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
