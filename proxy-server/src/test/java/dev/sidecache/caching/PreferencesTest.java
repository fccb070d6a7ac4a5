package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.Negotiation;
import dev.sidecache.testing.Heads;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferencesTest {
  private static final Negotiation CODINGS = new Negotiation(List.of("br", "gzip"), List.of());
  private static final Negotiation LANGUAGES =
      new Negotiation(List.of(), List.of("en", "de", "pt-BR"));

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, br              | br",
        "gzip;q=1, br;q=0.9    | gzip",
        "GZIP                  | gzip",
        "x-gzip                | gzip",
        "*                     | br",
        "*;q=0.5, br;q=0       | gzip",
        "br;q=0                | identity",
        "br;q=0, gzip;q=0.0    | identity",
        "deflate               | identity",
        "identity              | identity",
        "identity, gzip;q=0.5  | identity",
        "gzip;q=0.5            | gzip",
        "identity;q=0, gzip    | gzip",
        "identity;q=0          | identity;q=0",
        "*;q=0                 | *;q=0",
        "zstd, *;q=0           | zstd, *;q=0",
        "gzip;q=x              | gzip",
        "gzip;q=2              | gzip",
        "gzip;q=0.0001         | gzip",
        "br;q=0.123, gzip;q=0.124 | gzip",
        "br;q=1.000, gzip      | br",
        "'gzip;level=1'        | gzip",
      })
  void bestCodingRemains(String sent, String kept) {
    RequestHead head = Preferences.reduced(Heads.get("Accept-Encoding", sent), CODINGS);

    assertThat(head.fields().all("Accept-Encoding")).containsExactly(kept);
  }

  @Test
  void clientThatNamesNoCodingGetsNone() {
    assertThat(Preferences.reduced(Heads.get(), CODINGS).fields().all("Accept-Encoding"))
        .containsExactly("identity");
  }

  @Test
  void severalLinesBecomeOne() {
    RequestHead sent = Heads.get("Accept-Encoding", "deflate", "Accept-Encoding", "gzip");

    assertThat(Preferences.reduced(sent, CODINGS).fields().all("Accept-Encoding"))
        .containsExactly("gzip");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "de, en               | de",
        "de;q=0.5, en         | en",
        "de-CH-1996           | de",
        "pt                   | pt-BR",
        "PT-br                | pt-BR",
        "*                    | en",
        "fr, *;q=0.1          | en",
        "fr                   | fr",
        "en;q=0               | en;q=0",
        "fr;q=1, de;q=0.1     | de",
      })
  void bestLanguageRemains(String sent, String kept) {
    RequestHead head = Preferences.reduced(Heads.get("Accept-Language", sent), LANGUAGES);

    assertThat(head.fields().all("Accept-Language")).containsExactly(kept);
  }

  @Test
  void clientThatNamesNoLanguageKeepsSilent() {
    RequestHead sent = Heads.get();

    assertThat(Preferences.reduced(sent, LANGUAGES)).isEqualTo(sent);
  }

  @Test
  void nothingChangesWhereNothingIsConfigured() {
    RequestHead sent = Heads.get("Accept-Encoding", "gzip, br", "Accept-Language", "de, en");

    assertThat(Preferences.reduced(sent, Negotiation.NONE)).isEqualTo(sent);
  }
}
