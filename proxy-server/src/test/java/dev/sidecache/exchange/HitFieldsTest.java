package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Tier;
import dev.sidecache.http.Fields;
import org.junit.jupiter.api.Test;

class HitFieldsTest {
  private final HitFields fields = new HitFields();

  @Test
  void tellAgeAndWhatTheCacheDid() {
    assertThat(fields.of(3, 57, Tier.L1))
        .isEqualTo(Fields.of("Age", "3", "Cache-Status", "sidecache; hit; ttl=57; detail=l1"));
  }

  @Test
  void areKeptForHitsOfTheSameAge() {
    Fields first = fields.of(3, 57, Tier.L1);
    assertThat(fields.of(3, 57, Tier.L1)).isSameAs(first);
  }

  /** All of these share one place. */
  @Test
  void areNotThoseOfAnotherHit() {
    Fields first = fields.of(3, 57, Tier.L1);
    assertThat(fields.of(3, 57, Tier.L2).first("Cache-Status")).endsWith("ttl=57; detail=l2");
    assertThat(fields.of(3, 57 + 256, Tier.L1).first("Cache-Status")).contains("ttl=313;");
    assertThat(fields.of(4, 57 - 31, Tier.L1).first("Age")).isEqualTo("4");
    assertThat(fields.of(3, 57, Tier.L1)).isEqualTo(first);
  }
}
