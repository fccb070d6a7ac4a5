package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.Rules;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueCacheKeyTest {
  private static final RuleSet RULES = Rules.of(Rules.route("a", "/a"));

  @Test
  void valuesHaveKeysByName() {
    assertThat(CacheKey.ofValue("profile:7")).isEqualTo(CacheKey.ofValue("profile:7"));
    assertThat(CacheKey.ofValue("profile:7")).isNotEqualTo(CacheKey.ofValue("profile:8"));
  }

  @Test
  void keysOfValuesRequestsAndVariantsBeginDifferently() {
    var head = Requests.get("/a");
    CacheKey request = CacheKey.of(RULES.match(head), head, Identity.NONE, null);
    CacheKey variant = CacheKey.variant(request, List.of("accept"), Fields.empty());

    assertThat(List.of(request, variant, CacheKey.ofValue("a")))
        .extracting(key -> key.toBytes()[0])
        .containsExactly((byte) 1, (byte) 2, (byte) 3);
  }
}
