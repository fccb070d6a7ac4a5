package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The words of contract.md, Section 7: users rely on them. */
class ReasonsTest {

  @Test
  void whyARequestIsNotLookedUp() {
    assertThat(Bypass.values())
        .extracting(Bypass::word)
        .containsExactly(
            "never_cache",
            "method",
            "no_route",
            "route_bypass",
            "observe",
            "shadow",
            "upgrade",
            "upgrade_refused",
            "range",
            "client_no_store",
            "body_too_large",
            "in_flight_limit",
            "disabled",
            "redis_down",
            "redis_quota",
            "redis_settling");
  }

  @Test
  void whyAResponseIsNotStored() {
    assertThat(Refusal.values())
        .extracting(Refusal::word)
        .containsExactly(
            "no_store",
            "private",
            "authorization",
            "no_lifetime",
            "set_cookie",
            "status",
            "too_large",
            "streaming",
            "partial",
            "vary_star",
            "client_no_store",
            "sensitive_field",
            "unreadable",
            "too_many_tags",
            "invalidated",
            "store_failed",
            "in_flight_limit");
  }

  @Test
  void identityTellsNothingOfThePerson() {
    assertThat(new Identity("7b1c", null, "header Authorization")).hasToString("Identity[known]");
    assertThat(new Identity("7b1c", null, "header Authorization").isKnown()).isTrue();
    assertThat(Identity.NONE).hasToString("Identity[none]");
    assertThat(Identity.NONE.isKnown()).isFalse();
  }
}
