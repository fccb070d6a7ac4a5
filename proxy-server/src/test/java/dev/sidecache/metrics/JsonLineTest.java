package dev.sidecache.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLineTest {

  @Test
  void membersAppearInTheOrderAdded() {
    String line =
        new JsonLine().add("b", "x").add("a", 7).addNull("c").addMillis("d", 400_000).end();
    assertThat(line).isEqualTo("{\"b\":\"x\",\"a\":7,\"c\":null,\"d\":0.4}");
  }

  @Test
  void objectWithoutMembersIsEmpty() {
    assertThat(new JsonLine().end()).isEqualTo("{}");
  }

  @Test
  void absentTextIsNull() {
    assertThat(new JsonLine().add("a", null).end()).isEqualTo("{\"a\":null}");
  }

  @Test
  void everyCharacterSurvivesAsOneLine() throws Exception {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 0x3000; c++) {
      all.append(c);
    }
    String line = new JsonLine().add("text", all.toString()).end();
    assertThat(line.lines()).hasSize(1);
    assertThat(line.chars()).noneMatch(c -> c < 0x20 || (c >= 0x7f && c <= 0x9f));
    assertThat(new ObjectMapper().readTree(line).get("text").textValue()).isEqualTo(all.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "49999, 0.0",
    "50000, 0.1",
    "149999, 0.1",
    "150000, 0.2",
    "1000000, 1.0",
    "12345678901, 12345.7"
  })
  void nanosecondsAreTenthsOfMilliseconds(long nanos, String millis) {
    assertThat(new JsonLine().addMillis("d", nanos).end()).isEqualTo("{\"d\":" + millis + "}");
  }
}
