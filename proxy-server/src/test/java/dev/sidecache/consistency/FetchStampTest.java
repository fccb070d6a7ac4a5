package dev.sidecache.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Epoch;
import dev.sidecache.store.SharedStore.Version;
import dev.sidecache.store.SharedStore.Versions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may wait for whose fetch, and take what it brought: consistency.md, Section 5, step 9. */
class FetchStampTest {
  private static final Plan PLAN = Fixture.plan("/students", "students");
  private static final Tag.Id STUDENTS = Fixture.tag("students").id();
  private static final Tag.Id DECLARED = Fixture.tag("declared").id();

  /** What a lookup finds while the tag has this version and no mutation is under way. */
  private static FetchStamp found(String students, String anyMutation) {
    return found(PLAN, students, new Version(anyMutation, false), Rules.ALL);
  }

  private static FetchStamp found(Plan plan, String students, Version anyMutation, Rules rules) {
    List<Tag.Id> tags = new ArrayList<>();
    List<Version> versions = new ArrayList<>();
    for (Tag.Id id : FetchStamp.ids(plan)) {
      if (!id.equals(Reading.ALL)) {
        String uid = id.equals(STUDENTS) ? students : "same";
        tags.add(id);
        versions.add(uid == null ? null : new Version(uid, false));
      }
    }
    tags.add(Reading.ANY_MUTATION);
    versions.add(anyMutation);
    Versions all = new Versions(new Epoch("epoch", "run-1", 100), "run-1", versions);
    return FetchStamp.of(plan, FetchStamp.ids(plan), Reading.of(tags, all, rules), rules);
  }

  private static Stamp stored(String students) {
    return Stamp.of(List.of(Reading.ALL, STUDENTS), List.of("epoch", students));
  }

  @Test
  void equalVersionsMayWait() {
    assertThat(found("1", "w").joins(found("1", "w"))).isTrue();
    assertThat(found("1", "w").joins(found("1", "other"))).isTrue();
  }

  @Test
  void otherVersionsMayNot() {
    assertThat(found("2", "w").joins(found("1", "w"))).isFalse();
  }

  @Test
  void tagWithoutVersionLetsNobodyWait() {
    FetchStamp incomplete = found(null, "w");

    assertThat(incomplete.isComplete()).isFalse();
    assertThat(incomplete.joins(found(null, "w"))).isFalse();
  }

  @Test
  void whatWasStoredUnderTheOwnVersionsMayBeTaken() {
    assertThat(found("1", "later").mayTake(found("1", "w"), stored("1"))).isTrue();
    assertThat(found("2", "later").mayTake(found("1", "w"), stored("1"))).isFalse();
  }

  @Test
  void declaredTagNeedsThatNoMutationCameBetween() {
    Stamp declared = Stamp.of(List.of(Reading.ALL, STUDENTS, DECLARED), List.of("epoch", "1", "d"));

    assertThat(found("1", "w").mayTake(found("1", "w"), declared)).isTrue();
    assertThat(found("1", "later").mayTake(found("1", "w"), declared)).isFalse();
    FetchStamp busy = found(PLAN, "1", new Version("w", true), Rules.ALL);
    assertThat(busy.quiet()).isNull();
    assertThat(busy.mayTake(busy, declared)).isFalse();
  }

  @Test
  void withoutTheRuleAnybodyMay() {
    Rules none = Rules.without(Rules.Rule.JOIN_UNDER_EQUAL_STAMPS);
    FetchStamp one = found(PLAN, "1", new Version("w", false), none);

    assertThat(one.joins(found("2", "w"))).isTrue();
    assertThat(one.mayTake(found("2", "w"), stored("2"))).isTrue();
    assertThat(one).isEqualTo(found(PLAN, "2", new Version("x", false), none));
  }

  @Test
  void equalityIsThatOfVersionsAndOfMutations() {
    assertThat(found("1", "w")).isEqualTo(found("1", "w")).hasSameHashCodeAs(found("1", "w"));
    assertThat(found("1", "w")).isNotEqualTo(found("1", "other"));
    assertThat(found("1", "w")).isNotEqualTo(found("2", "w"));
  }

  @Test
  void leasesTellTheSameAsAReadOfTheSameVersions() {
    List<Tag.Id> tags = FetchStamp.ids(PLAN);
    List<String> uids = new ArrayList<>();
    tags.forEach(
        id -> uids.add(id.equals(Reading.ALL) ? "epoch" : id.equals(STUDENTS) ? "1" : "same"));
    FetchStamp leased = FetchStamp.of(PLAN, Stamp.of(tags, uids), Rules.ALL);

    assertThat(leased.joins(found("1", "w"))).isTrue();
    assertThat(leased.digest()).isEqualTo(found("1", "w").digest());
    assertThat(leased.quiet()).as("leases do not cover it").isNull();
  }
}
