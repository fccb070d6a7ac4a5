package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Checkout;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of {@code docs/rfc9111.md}: every section has rows, every row has a test. */
class RfcTableTest {
  /** The headings of RFC 9111, Sections 3 to 5. */
  private static final String HEADINGS =
      """
      3 Storing Responses in Caches
      3.1 Storing Header and Trailer Fields
      3.2 Updating Stored Header Fields
      3.3 Storing Incomplete Responses
      3.4 Combining Partial Content
      3.5 Storing Responses to Authenticated Requests
      4 Constructing Responses from Caches
      4.1 Calculating Cache Keys with the Vary Header Field
      4.2 Freshness
      4.2.1 Calculating Freshness Lifetime
      4.2.2 Calculating Heuristic Freshness
      4.2.3 Calculating Age
      4.2.4 Serving Stale Responses
      4.3 Validation
      4.3.1 Sending a Validation Request
      4.3.2 Handling a Received Validation Request
      4.3.3 Handling a Validation Response
      4.3.4 Freshening Stored Responses upon Validation
      4.3.5 Freshening Responses with HEAD
      4.4 Invalidating Stored Responses
      5 Field Definitions
      5.1 Age
      5.2 Cache-Control
      5.2.1 Request Directives
      5.2.1.1 max-age
      5.2.1.2 max-stale
      5.2.1.3 min-fresh
      5.2.1.4 no-cache
      5.2.1.5 no-store
      5.2.1.6 no-transform
      5.2.1.7 only-if-cached
      5.2.2 Response Directives
      5.2.2.1 max-age
      5.2.2.2 must-revalidate
      5.2.2.3 must-understand
      5.2.2.4 no-cache
      5.2.2.5 no-store
      5.2.2.6 no-transform
      5.2.2.7 private
      5.2.2.8 proxy-revalidate
      5.2.2.9 public
      5.2.2.10 s-maxage
      5.2.3 Extension Directives
      5.2.4 Cache Directive Registry
      5.3 Expires
      5.4 Pragma
      5.5 Warning
      """;

  private static final Map<String, String> SECTIONS = sections(HEADINGS);

  private static Map<String, String> sections(String headings) {
    Map<String, String> sections = new LinkedHashMap<>();
    headings
        .lines()
        .forEach(
            line ->
                sections.put(
                    line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1)));
    return sections;
  }

  @Test
  void everySectionHasRowsAndEveryRowHasATestThatExists() throws Exception {
    String text = Files.readString(Checkout.root().resolve("docs/rfc9111.md"));
    RfcTable table = RfcTable.of(text, SECTIONS);
    assertThat(table.faults()).isEmpty();
    assertThat(table.count()).isGreaterThan(SECTIONS.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "MUST | a | kept | `RfcTableTest.everySectionHasRowsAndEveryRowHasATestThatExists`; ",
        "MUST | a | kept | `CacheControlTest.flagIsRead`; ",
        "MUST | a | kept | `RfcTableTest.gone`; 5.5 a: RfcTableTest.gone: no such test",
        "MUST | a | kept | `RfcTableTest.sections`; 5.5 a: RfcTableTest.sections: no such test",
        "MUST | a | kept | `GoneTest.gone`; 5.5 a: GoneTest.gone: no such class",
        "MUST | a | kept | `RfcTableTest`; 5.5 a: RfcTableTest names no method",
        "MUST | a | kept | ; 5.5 a: no test",
        "MUST | a | perhaps | `CacheControlTest.flagIsRead`; 5.5 a: perhaps is no verdict",
        "OUGHT | a | kept | `CacheControlTest.flagIsRead`; 5.5 a: OUGHT is no force",
        "MUST | a | kept; 5.5 a: not four cells",
      })
  void faultsOfARowAreTold(String row, String fault) {
    RfcTable table = RfcTable.of("## 5.5 Warning\n| " + row + " |\n", Map.of("5.5", "Warning"));
    if (fault == null) {
      assertThat(table.faults()).isEmpty();
    } else {
      assertThat(table.faults()).containsExactly(fault);
    }
  }

  @Test
  void missingSectionsAreTold() {
    Map<String, String> wanted = sections("5.4 Pragma\n5.5 Warning");
    assertThat(RfcTable.of("## 5.4 Pragma\n", wanted).faults())
        .containsExactly("5.4: no row", "5.5: no heading");
    assertThat(RfcTable.of("## 5.6 Other\n", Map.of()).faults())
        .containsExactly("5.6 Other: no such section");
  }
}
