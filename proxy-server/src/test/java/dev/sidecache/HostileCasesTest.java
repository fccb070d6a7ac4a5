package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.listener.HostileRequests;
import dev.sidecache.testing.Checkout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the black-box tests send, told in one table: {@code docs/hostile-cases.md}. */
class HostileCasesTest {
  private static final int LEAST = 150;
  private static final int LONGEST = 110;

  /** Standards, registers of vulnerabilities and weaknesses, and what has been published. */
  private static final Pattern SOURCE =
      Pattern.compile(
          "RFC \\d{4}, Section \\d[\\d.]*\\b.*"
              + "|(CVE|CWE|GHSA|VSV)-?[\\w-]+.*|netty \\d+.*"
              + "|(HTTP Garden|Host of Troubles|CPDoS|h2c smuggling|WebSocket smuggling).*"
              + "|(Kettle|USENIX|PortSwigger|funky chunks|(CL|TE)\\.0,)( Kettle)? 20\\d\\d.*"
              + "|[A-Z].*, 20\\d\\d(:.*)?");

  /** A case: how it is tested, where it is known from, and its octets, one a character. */
  private record Row(String test, String source, String octets) {}

  private static <T> void add(
      List<Row> rows,
      String test,
      List<T> cases,
      Function<T, String> source,
      Function<T, String> octets) {
    for (T one : cases) {
      rows.add(new Row(test, source.apply(one), octets.apply(one)));
    }
  }

  private static String source(PoisoningCases.Case one) {
    return one.source() + ": " + one.name();
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    add(
        rows,
        "HostileRequestsIT",
        HostileRequests.all(),
        HostileRequests.Case::source,
        HostileRequests.Case::octets);
    add(rows, "DesyncIT", DesyncCases.requests(), DesyncCases.Case::source, c -> c.octets());
    add(
        rows,
        "DesyncIT over HTTP/2",
        DesyncCases.http2Requests(),
        DesyncCases.Http2Case::source,
        c -> new String(c.block(), StandardCharsets.ISO_8859_1) + c.content());
    add(
        rows,
        "DesyncIT from the origin",
        DesyncCases.answers(),
        DesyncCases.Case::source,
        DesyncCases.Case::octets);
    List<PoisoningCases.Case> poisoning = new ArrayList<>(PoisoningCases.poison());
    poisoning.addAll(PoisoningCases.refused());
    poisoning.addAll(PoisoningCases.dodges());
    poisoning.addAll(PoisoningCases.deceptions());
    poisoning.addAll(PoisoningCases.cloaked());
    add(rows, "CachePoisoningIT", poisoning, HostileCasesTest::source, c -> c.request());
    return rows;
  }

  /** As Java would write it, cut where it is long, and harmless in a cell. */
  private static String shown(String octets) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < octets.length(); i++) {
      char c = octets.charAt(i);
      switch (c) {
        case '\r' -> shown.append("\\r");
        case '\n' -> shown.append("\\n");
        case '|' -> shown.append("\\x7c");
        case '`' -> shown.append("\\x60");
        default ->
            shown.append(c < ' ' || c > '~' ? "\\x%02x".formatted((int) c) : String.valueOf(c));
      }
    }
    return shown.length() <= LONGEST
        ? shown.toString()
        : shown.substring(0, LONGEST) + "… (" + octets.length() + " octets)";
  }

  @Test
  void thereAreEnoughThatDifferAndEachHasASource() {
    List<Row> rows = rows();
    long differing = rows.stream().map(Row::octets).distinct().count();
    assertThat(differing).isGreaterThanOrEqualTo(LEAST);
    assertThat(rows).extracting(Row::source).allSatisfy(s -> assertThat(s).matches(SOURCE));
  }

  @Test
  void theTableTellsThem() throws Exception {
    List<Row> rows = rows();
    long differing = rows.stream().map(Row::octets).distinct().count();
    StringBuilder table = new StringBuilder();
    table.append(
        """
        # Hostile cases

        What the black-box tests send over sockets, with where each is known from: %d cases, of which
        %d differ in their octets. `HostileCasesTest` compares this with what they send; where it differs it
        leaves the new text as `proxy-server/target/hostile-cases.md`.

        | source: case | octets | test |
        | --- | --- | --- |
        """
            .formatted(rows.size(), differing));
    for (Row row : rows) {
      table.append(
          "| %s | `%s` | %s |\n".formatted(shown(row.source()), shown(row.octets()), row.test()));
    }
    Path written = Checkout.root().resolve("proxy-server/target/hostile-cases.md");
    Files.createDirectories(written.getParent());
    Files.writeString(written, table);
    assertThat(Checkout.root().resolve("docs/hostile-cases.md")).hasContent(table.toString());
  }
}
