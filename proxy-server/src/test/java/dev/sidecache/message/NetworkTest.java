package dev.sidecache.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,     10.255.255.255, true",
    "10.0.0.0/8,     11.0.0.0,       false",
    "10.1.0.0/15,    10.1.255.255,   true",
    "10.1.0.0/15,    10.2.0.0,       false",
    "192.168.1.7,    192.168.1.7,    true",
    "192.168.1.7,    192.168.1.8,    false",
    "0.0.0.0/0,      8.8.8.8,        true",
    "0.0.0.0/0,      ::1,            false",
    "fd00::/8,       fdff::1,        true",
    "fd00::/8,       fe00::1,        false",
    "::1,            ::1,            true",
    "::/0,           2001:db8::1,    true",
    "::ffff:10.0.0.1, 10.0.0.1,      true",
    "10.0.0.0/8,     localhost,      false",
    "10.0.0.0/8,     '',             false",
  })
  void holdsTheAddressesWithItsBits(String network, String address, boolean held) {
    assertThat(Network.parse(network).contains(address)).isEqualTo(held);
    assertThat(Network.anyContains(List.of(Network.parse(network)), address)).isEqualTo(held);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0/8",
        "10.0.0.256",
        "1.2.3.4.5",
        "::/129",
        "localhost",
        "a.example/8",
        "fd00::g/8",
        "10.0.0.0/8/8",
        "1..2.3"
      })
  void anythingElseIsNone(String text) {
    assertThat(Network.parse("10.0.0.0/8")).isNotNull();
    assertThat(Network.parse(text)).isNull();
  }

  @Test
  void listWithAMistakeNamesIt() {
    assertThat(Network.parseAll(List.of("10.0.0.0/8", "::1"))).hasSize(2);
    assertThatThrownBy(() -> Network.parseAll(List.of("10.0.0.0/8", "nonsense")))
        .hasMessageContaining("trusted_proxies: \"nonsense\"");
  }

  @Test
  void equalByPrefixAndBits() {
    assertThat(Network.parse("10.0.0.0/8"))
        .isEqualTo(Network.parse("10.0.0.0/8"))
        .hasSameHashCodeAs(Network.parse("10.0.0.0/8"))
        .isNotEqualTo(Network.parse("10.0.0.0/9"))
        .hasToString("10.0.0.0/8");
  }
}
