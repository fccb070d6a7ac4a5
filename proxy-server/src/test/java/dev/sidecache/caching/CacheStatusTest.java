package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.StructuredFields;
import dev.sidecache.http.StructuredFields.BooleanValue;
import dev.sidecache.http.StructuredFields.IntegerValue;
import dev.sidecache.http.StructuredFields.Item;
import dev.sidecache.http.StructuredFields.Member;
import dev.sidecache.http.StructuredFields.StringValue;
import dev.sidecache.http.StructuredFields.TokenValue;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9211; contract.md, Section 6. */
class CacheStatusTest {
  private static CacheStatus miss() {
    return CacheStatus.forwarded(Fwd.URI_MISS);
  }

  static Stream<Arguments> lines() {
    return Stream.of(
        Arguments.of(CacheStatus.hit(39, Tier.L1), "hit; ttl=39; detail=l1"),
        Arguments.of(CacheStatus.hit(0, Tier.L2), "hit; ttl=0; detail=l2"),
        Arguments.of(CacheStatus.staleHit(-12), "hit; ttl=-12; detail=stale"),
        Arguments.of(
            CacheStatus.forwarded(Fwd.STALE).withFwdStatus(304).asStored(60),
            "fwd=stale; fwd-status=304; stored; ttl=60"),
        Arguments.of(
            miss().withFwdStatus(200).asStored(60), "fwd=uri-miss; fwd-status=200; stored; ttl=60"),
        Arguments.of(miss().asCollapsed(), "fwd=uri-miss; collapsed"),
        Arguments.of(
            miss().withFwdStatus(200).asRefused(Refusal.NO_STORE),
            "fwd=uri-miss; fwd-status=200; detail=no_store"),
        Arguments.of(CacheStatus.bypassed(Bypass.REDIS_DOWN), "fwd=bypass; detail=redis_down"),
        Arguments.of(CacheStatus.bypassed(Bypass.METHOD), "fwd=method; detail=method"),
        Arguments.of(
            CacheStatus.forwarded(Fwd.STALE).withFwdStatus(503).asStale(-3),
            "fwd=stale; fwd-status=503; ttl=-3; detail=stale"),
        Arguments.of(CacheStatus.forwarded(Fwd.VARY_MISS), "fwd=vary-miss"),
        Arguments.of(
            CacheStatus.hit(39, Tier.L1).withKey("9f2c41d0"),
            "hit; ttl=39; key=\"9f2c41d0\"; detail=l1"),
        Arguments.of(miss().withDetail("two words"), "fwd=uri-miss; detail=\"two words\""),
        Arguments.of(
            miss().withFwdStatus(200).asStored(5).asCollapsed().withKey("k").withDetail("d"),
            "fwd=uri-miss; fwd-status=200; stored; collapsed; ttl=5; key=\"k\"; detail=d"));
  }

  @ParameterizedTest(name = "[{index}] {1}")
  @MethodSource("lines")
  void isWrittenAsTheContractSays(CacheStatus status, String parameters) {
    assertThat(status.toField()).isEqualTo("sidecache; " + parameters);
  }

  @ParameterizedTest(name = "[{index}] {1}")
  @MethodSource("lines")
  void isAStructuredField(CacheStatus status, String parameters) {
    List<Member> list = StructuredFields.parseList(status.toField());
    assertThat(list).as(parameters).hasSize(1);
    assertThat(list.get(0)).isInstanceOf(Item.class);
    assertThat(((Item) list.get(0)).value()).isEqualTo(new TokenValue("sidecache"));
    assertThat(list.get(0).parameters().containsKey("hit"))
        .isNotEqualTo(list.get(0).parameters().containsKey("fwd"));
  }

  @Test
  void parametersHaveTheTypesOfTheSource() {
    CacheStatus status = miss().withFwdStatus(200).asStored(5).withKey("a\"b");
    List<Member> list = StructuredFields.parseList(status.toField());
    assertThat(list).isNotNull();
    assertThat(list.get(0).parameters())
        .containsExactly(
            Map.entry("fwd", new TokenValue("uri-miss")),
            Map.entry("fwd-status", new IntegerValue(200)),
            Map.entry("stored", BooleanValue.TRUE),
            Map.entry("ttl", new IntegerValue(5)),
            Map.entry("key", new StringValue("a\"b")));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Fwd.class)
  void everyReasonIsAToken(Fwd fwd) {
    assertThat(CacheStatus.forwarded(fwd).toField()).isEqualTo("sidecache; fwd=" + fwd.word());
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Refusal.class)
  void everyRefusalIsAToken(Refusal refusal) {
    assertThat(miss().asRefused(refusal).toField())
        .isEqualTo("sidecache; fwd=uri-miss; detail=" + refusal.word());
  }

  @Test
  void isAppendedToWhatOtherCachesSaid() {
    Fields fields = Fields.of("Cache-Status", "origin; hit", "A", "1");
    assertThat(CacheStatus.hit(1, Tier.L1).appendTo(fields).all("Cache-Status"))
        .containsExactly("origin; hit", "sidecache; hit; ttl=1; detail=l1");
  }
}
