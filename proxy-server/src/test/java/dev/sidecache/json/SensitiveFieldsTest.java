package dev.sidecache.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.rule.NeverCache;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SensitiveFieldsTest {
  private static final Set<String> NAMES =
      NeverCache.DEFAULT_RESPONSE_FIELDS.stream()
          .map(SensitiveFields::fold)
          .collect(Collectors.toSet());

  private static SensitiveFields.Result find(String json) {
    return find(json.getBytes(StandardCharsets.UTF_8), null);
  }

  private static SensitiveFields.Result find(byte[] content, String coding) {
    return SensitiveFields.find(ByteBuffer.wrap(content), coding, NAMES);
  }

  @ParameterizedTest(name = "{0} has {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          {"name":"x"}                             | -
          {"passwords":1,"pass":2,"word":3}        | -
          {"a":"password"}                         | -
          ["password"]                             | -
          "password"                               | -
          7                                        | -
          {"password":"x"}                         | password
          {"password":null}                        | password
          {"PassWord":"x"}                         | password
          {"pass_word":"x"}                        | password
          {"_pass-word_":"x"}                      | password
          {"accessToken":"x"}                      | accesstoken
          {"access_token":"x"}                     | accesstoken
          {"ACCESS-TOKEN":"x"}                     | accesstoken
          {"cvv":1}                                | cvv
          {"\\u0070assword":"x"}                   | password
          {"p\\u0061ss\\u005fword":"x"}            | password
          {"a":[1,{"b":{"c":[{"secret":1}]}}]}     | secret
          [[[{"id_token":1}]]]                     | idtoken
          {"a":1,"secret":1,"password":1}          | secret
          """)
  void memberAtAnyDepthInEverySpelling(String json, String name) {
    SensitiveFields.Result result = find(json);

    assertThat(result.finding())
        .isEqualTo(name == null ? SensitiveFields.Finding.NONE : SensitiveFields.Finding.FOUND);
    assertThat(result.name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"a\":",
        "{\"a\":1",
        "{a:1}",
        "{} {}",
        "1 2",
        ")]}',\n{}",
        " ",
        "[1,]",
        "<html>"
      })
  void whatCannotBeReadIsNotKnown(String text) {
    assertThat(find("{}").finding()).isEqualTo(SensitiveFields.Finding.NONE);
    assertThat(find(text).finding()).isEqualTo(SensitiveFields.Finding.UNREADABLE);
    assertThat(find(text).name()).isNull();
  }

  @Test
  void tooDeepIsNotKnown() {
    assertThat(find("[".repeat(1000) + "]".repeat(1000)).finding())
        .isEqualTo(SensitiveFields.Finding.NONE);
    assertThat(find("[".repeat(1001) + "]".repeat(1001)).finding())
        .isEqualTo(SensitiveFields.Finding.UNREADABLE);
  }

  @Test
  void foundBeforeWhatCannotBeRead() {
    assertThat(find("{\"password\":1,").finding()).isEqualTo(SensitiveFields.Finding.FOUND);
  }

  @Test
  void emptyContentHasNoMember() {
    assertThat(find("").finding()).isEqualTo(SensitiveFields.Finding.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void everyUnicodeEncodingIsRead(String charset) {
    byte[] content = "{\"a\":{\"password\":1}}".getBytes(Charset.forName(charset));

    assertThat(find(content, null).finding()).isEqualTo(SensitiveFields.Finding.FOUND);
  }

  @Test
  void bufferStaysAsItIs() {
    byte[] content = "xx{\"cvv\":1}yy".getBytes(StandardCharsets.UTF_8);
    ByteBuffer direct = ByteBuffer.allocateDirect(content.length).put(content);
    ByteBuffer slice = direct.position(2).limit(content.length - 2).asReadOnlyBuffer();

    assertThat(SensitiveFields.find(slice, null, NAMES).finding())
        .isEqualTo(SensitiveFields.Finding.FOUND);
    assertThat(slice.position()).isEqualTo(2);
    assertThat(slice.remaining()).isEqualTo(content.length - 4);
  }

  @Nested
  class Rfc9110Section841Codings {
    private final byte[] secret = "{\"a\":{\"password\":1}}".getBytes(StandardCharsets.UTF_8);
    private final byte[] harmless = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", " GZIP "})
    void gzipIsRead(String coding) throws IOException {
      assertThat(find(gzip(secret), coding).finding()).isEqualTo(SensitiveFields.Finding.FOUND);
      assertThat(find(gzip(harmless), coding).finding()).isEqualTo(SensitiveFields.Finding.NONE);
    }

    @Test
    void deflateIsRead() throws IOException {
      assertThat(find(deflate(secret), "deflate").finding())
          .isEqualTo(SensitiveFields.Finding.FOUND);
      assertThat(find(deflate(harmless), "deflate").finding())
          .isEqualTo(SensitiveFields.Finding.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "identity", "Identity"})
    void noCoding(String coding) {
      assertThat(find(secret, coding).finding()).isEqualTo(SensitiveFields.Finding.FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip, gzip", "compress", "x"})
    void othersAreNotKnown(String coding) {
      assertThat(find(harmless, coding).finding()).isEqualTo(SensitiveFields.Finding.UNREADABLE);
    }

    @Test
    void brokenCodingIsNotKnown() throws IOException {
      byte[] cut = gzip(harmless);
      byte[] half = Arrays.copyOf(cut, cut.length / 2);

      assertThat(find(harmless, "gzip").finding()).isEqualTo(SensitiveFields.Finding.UNREADABLE);
      assertThat(find(harmless, "deflate").finding()).isEqualTo(SensitiveFields.Finding.UNREADABLE);
      assertThat(find(half, "gzip").finding()).isEqualTo(SensitiveFields.Finding.UNREADABLE);
    }

    @Test
    void smallContentThatDecodesToTooMuchIsNotKnown() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = new GZIPOutputStream(bytes)) {
        out.write('[');
        byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        for (long written = 0; written <= ContentDecoder.MAX_DECODED_BYTES; written += 1 << 20) {
          out.write(spaces);
        }
        out.write(']');
      }

      assertThat(bytes.size()).isLessThan(1 << 20);
      assertThat(find(bytes.toByteArray(), "gzip").finding())
          .isEqualTo(SensitiveFields.Finding.UNREADABLE);
    }

    private byte[] gzip(byte[] content) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = new GZIPOutputStream(bytes)) {
        out.write(content);
      }
      return bytes.toByteArray();
    }

    private byte[] deflate(byte[] content) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = new DeflaterOutputStream(bytes)) {
        out.write(content);
      }
      return bytes.toByteArray();
    }
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          -                                  | NONE
          application/json                   | TEXT
          Application/JSON; charset=utf-8    | TEXT
          text/json                          | TEXT
          application/problem+json           | TEXT
          application/vnd.api+json;v=1       | TEXT
          application/ld+JSON                | TEXT
          application/x-ndjson               | SEQUENCE
          application/json-seq               | SEQUENCE
          application/geo+json-seq           | SEQUENCE
          application/stream+json            | SEQUENCE
          application/jsonp                  | NONE
          application/javascript             | NONE
          text/html                          | NONE
          text/event-stream                  | NONE
          """)
  void mediaTypes(String contentType, JsonMedia media) {
    assertThat(JsonMedia.of(contentType)).isEqualTo(media);
  }
}
