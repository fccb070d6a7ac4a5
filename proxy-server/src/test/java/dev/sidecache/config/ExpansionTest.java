package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.config.ConfigError.Code;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("A", "x", "B_2", "y: #z", "EMPTY", "", "DOLLAR", "${A}");

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "no variable             | plain         | plain",
        "a variable              | ${A}          | x",
        "two, with text around   | 1${A}2${B_2}3 | 1x2y: #z3",
        "a default not needed    | ${A:-d}       | x",
        "a default               | ${NO:-d}      | d",
        "an empty default        | ${NO:-}       | ''",
        "empty counts as unset   | ${EMPTY:-d}   | d",
        "empty is empty          | ${EMPTY}      | ''",
        "a message not needed    | ${A:?m}       | x",
        "a colon in the default  | ${NO:-a:b-c}  | a:b-c",
        "bare dollar             | a$b$          | a$b$",
        "dollar before a brace   | $${A}         | ${A}",
        "both                    | $${A}${A}     | ${A}x",
        "a content is final      | ${DOLLAR}     | ${A}",
        "closing brace alone     | {A}           | {A}",
      })
  void replaces(String description, String raw, String expected) {
    Expansion expansion = Expansion.of(raw, ENVIRONMENT);

    assertThat(expansion.problem()).isNull();
    assertThat(expansion.text()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "unset                 | ${NO}       | UNSET_VARIABLE | NO is not set",
        "unset, second         | ${A}${NO}   | UNSET_VARIABLE | NO is not set",
        "message               | ${NO:?why}  | UNSET_VARIABLE | NO is not set: why",
        "message, empty value  | ${EMPTY:?m} | UNSET_VARIABLE | EMPTY is not set: m",
        "no closing brace      | ${A         | BAD_EXPANSION  | a ${ begins no variable",
        "no name               | ${}         | BAD_EXPANSION  | a ${ begins no variable",
        "a digit first         | ${2B}       | BAD_EXPANSION  | a ${ begins no variable",
        "the shell's other way | ${A-d}      | BAD_EXPANSION  | a ${ begins no variable",
      })
  void refuses(String description, String raw, Code code, String message) {
    Expansion expansion = Expansion.of(raw, ENVIRONMENT);

    assertThat(expansion.problem()).isNotNull();
    assertThat(Objects.requireNonNull(expansion.problem()).code()).isEqualTo(code);
    assertThat(expansion.problem().message()).isEqualTo(message);
  }

  @Test
  void contentOfAVariableIsHiddenAndADefaultIsNot() {
    assertThat(Expansion.of("${A}", ENVIRONMENT).hidden()).isTrue();
    assertThat(Expansion.of("${NO:-d}", ENVIRONMENT).hidden()).isFalse();
  }
}
