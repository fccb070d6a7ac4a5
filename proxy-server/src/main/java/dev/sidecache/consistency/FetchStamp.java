package dev.sidecache.consistency;

import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The versions under which a fetch begins, as a lookup found them; what the fetch brings is stored
 * under them.
 *
 * <p>Two are equal if their requests, which must have the same cache key, may share one fetch
 * whatever it brings: the versions of the tags known from the request are the same, and no mutation
 * began or ended between the two lookups. Most fetches can be shared more widely: see {@link
 * #joins} and {@link #mayTake}. Safe on any thread. Source: consistency.md, Section 5, steps 6 and
 * 9.
 */
public final class FetchStamp {
  private final Plan plan;
  private final Rules rules;
  private final @Nullable Stamp leased;
  // Made on first need: a hit never needs them. Made twice by two threads, they are equal; each is
  // immutable, so it may be seen through a race.
  private @Nullable Reading reading;
  private @Nullable List<Tag.Id> planTags;
  private @Nullable List<@Nullable String> planUids;

  private FetchStamp(
      Plan plan,
      @Nullable List<Tag.Id> planTags,
      @Nullable Stamp leased,
      @Nullable Reading reading,
      Rules rules) {
    this.planTags = planTags;
    this.plan = plan;
    this.leased = leased;
    this.reading = reading;
    this.rules = rules;
  }

  /**
   * From a read of versions.
   *
   * @param planTags the ids of the plan's tags
   */
  static FetchStamp of(Plan plan, List<Tag.Id> planTags, Reading reading, Rules rules) {
    return new FetchStamp(plan, planTags, null, reading, rules);
  }

  /** From leases that cover a stamp. */
  static FetchStamp of(Plan plan, Stamp leased, Rules rules) {
    return new FetchStamp(plan, null, leased, null, rules);
  }

  /**
   * Whether a request with this stamp may wait for the fetch that runs under the other one. What
   * that brings, it may take only if {@link #mayTake} says so then.
   */
  public boolean joins(FetchStamp running) {
    return !rules.hold(Rules.Rule.JOIN_UNDER_EQUAL_STAMPS)
        || (isComplete() && planUids().equals(running.planUids()));
  }

  /**
   * Whether a request with this stamp may take what a fetch under {@code leader} brought, once it
   * was stored under {@code stored}: each tag of that has the version that this request found, or
   * no mutation came between the two lookups.
   */
  public boolean mayTake(FetchStamp leader, Stamp stored) {
    if (!rules.hold(Rules.Rule.JOIN_UNDER_EQUAL_STAMPS)) {
      return true;
    }
    String quiet = quiet();
    boolean noneBetween = quiet != null && quiet.equals(leader.quiet());
    for (int i = 0; i < stored.size(); i++) {
      boolean asked = reading().asked(stored.tag(i));
      if (asked ? !stored.uid(i).equals(uid(stored.tag(i))) : !noneBetween) {
        return false;
      }
    }
    return true;
  }

  /** The uid of {@link Tag#ANY_MUTATION} if none was under way at the lookup, else null. */
  @Nullable String quiet() {
    return reading().quiet();
  }

  /** The uid of a tag if the lookup found one, else null. */
  @Nullable String uid(Tag.Id tag) {
    return reading().uid(tag);
  }

  /** Whether each tag known from the request has a version; if not, nothing may be stored. */
  boolean isComplete() {
    for (Tag.Id tag : planTags()) {
      if (uid(tag) == null) {
        return false;
      }
    }
    return true;
  }

  /** The tags known from the request. */
  List<Tag.Id> planTags() {
    List<Tag.Id> ids = planTags;
    if (ids == null) {
      ids = ids(plan);
      planTags = ids;
    }
    return ids;
  }

  static List<Tag.Id> ids(Plan plan) {
    Tag.Id[] ids = new Tag.Id[plan.tags().size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = plan.tags().get(i).id();
    }
    return List.of(ids);
  }

  private Reading reading() {
    Reading read = reading;
    if (read == null) {
      read = Reading.of(Objects.requireNonNull(leased));
      reading = read;
    }
    return read;
  }

  private List<@Nullable String> planUids() {
    List<@Nullable String> uids = planUids;
    if (uids == null) {
      List<@Nullable String> found = new ArrayList<>(planTags().size());
      for (Tag.Id tag : planTags()) {
        found.add(uid(tag));
      }
      uids = Collections.unmodifiableList(found);
      planUids = uids;
    }
    return uids;
  }

  /** What others recognise equal versions by: of the tags known from the request. */
  String digest() {
    // NB: nothing rests on it but a call of the origin, so an even spread of bits is enough.
    long digest = 0xcbf29ce484222325L;
    for (String uid : planUids()) {
      String text = String.valueOf(uid);
      for (int i = 0; i < text.length(); i++) {
        digest = (digest ^ text.charAt(i)) * 0x100000001b3L;
      }
    }
    return Long.toHexString(digest);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof FetchStamp that && sharesAnything(that));
  }

  private boolean sharesAnything(FetchStamp that) {
    return joins(that) && Objects.equals(anyMutation(), that.anyMutation());
  }

  private @Nullable Object anyMutation() {
    return rules.hold(Rules.Rule.JOIN_UNDER_EQUAL_STAMPS)
        ? reading().version(Reading.ANY_MUTATION)
        : null;
  }

  @Override
  public int hashCode() {
    return rules.hold(Rules.Rule.JOIN_UNDER_EQUAL_STAMPS) ? planUids().hashCode() : 0;
  }

  @Override
  public String toString() {
    return "FetchStamp" + planUids();
  }
}
