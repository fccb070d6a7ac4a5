package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of packages and the manners of the path; the rules are {@link ArchitectureRules}. */
class ArchitectureTest {
  private static final ArchitectureRules RULES = new ArchitectureRules("dev.sidecache");
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sidecache");

  @Test
  void theProductIsImported() {
    assertThat(CLASSES.contain("dev.sidecache.package-info")).isTrue();
    assertThat(CLASSES.contain("dev.sidecache.client.package-info")).isTrue();
  }

  @Test
  void packagesImportWhatTheTableAllows() {
    check("imports");
  }

  @Test
  void packagesHaveNoCycles() {
    check("cycles");
  }

  @Test
  void decisionsReadNoClock() {
    check("clock");
  }

  @Test
  void thePathKnowsNoFutures() {
    check("futures");
  }

  @Test
  void nothingUsesReactor() {
    check("reactor");
  }

  @Test
  void nothingBlocks() {
    check("blocking");
  }

  @Test
  void standardStreamsBelongToTheCommandLine() {
    check("streams");
  }

  @Test
  void loggingIsSystemLogger() {
    check("logging");
  }

  @Test
  void theClientRunsAlone() {
    check("client");
  }

  private static void check(String rule) {
    RULES.all().get(rule).check(CLASSES);
  }

  /** Each rule meets classes in {@code archfixture} that break it, and some that do not. */
  @Nested
  class Proof {
    private static final String ROOT = "dev.sidecache.archfixture";
    private static final JavaClasses FIXTURES = new ClassFileImporter().importPackages(ROOT);

    @ParameterizedTest
    @CsvSource({
      "imports,  http.ImportsRule",
      "imports,  caching.ImportsNetty",
      "imports,  exchange.ImportsNettyArray",
      "imports,  config.ImportsComponent",
      "imports,  util.Anything",
      "cycles,   http.ImportsRule",
      "clock,    caching.ReadsInstant",
      "clock,    caching.RefersToNanoTime",
      "futures,  store.HasFuture",
      "reactor,  redis.UsesReactor",
      "blocking, exchange.GetsFuture",
      "blocking, origin.SyncsNetty",
      "blocking, origin.Sleeps",
      "streams,  metrics.Prints",
      "logging,  metrics.LogsThroughJul",
      "client,   client.ImportsServer",
    })
    void aClassThatBreaksTheRuleIsReported(String rule, String name) {
      assertThat(report(rule)).contains(ROOT + "." + name);
    }

    @ParameterizedTest
    @CsvSource({
      "imports,  config.ImportsSettings",
      "imports,  Main",
      "blocking, cli.Waits",
      "blocking, Main",
      "streams,  cli.Waits",
      "futures,  redis.UsesReactor",
      "clock,    origin.Sleeps",
    })
    void aClassThatKeepsTheRuleIsNot(String rule, String name) {
      assertThat(report(rule)).doesNotContain(ROOT + "." + name);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "imports",
          "cycles",
          "clock",
          "futures",
          "reactor",
          "blocking",
          "streams",
          "logging",
          "client"
        })
    void everyRuleIsProven(String rule) {
      assertThat(report(rule)).isNotEmpty();
    }

    private static String report(String rule) {
      return String.join(
          "\n",
          new ArchitectureRules(ROOT)
              .all()
              .get(rule)
              .evaluate(FIXTURES)
              .getFailureReport()
              .getDetails());
    }
  }
}
