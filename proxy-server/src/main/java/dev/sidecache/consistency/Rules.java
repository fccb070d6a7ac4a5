package dev.sidecache.consistency;

import java.util.EnumSet;
import java.util.Set;

/**
 * The rules that hold: all of them in the product. A test switches one off and must see a stale
 * answer, so that no rule stands here for nothing. Source: consistency.md, Section 11.
 *
 * @param broken the rules switched off
 */
record Rules(Set<Rule> broken) {
  static final Rules ALL = new Rules(Set.of());

  Rules {
    broken = broken.isEmpty() ? EnumSet.noneOf(Rule.class) : EnumSet.copyOf(broken);
  }

  static Rules without(Rule rule) {
    return new Rules(EnumSet.of(rule));
  }

  boolean hold(Rule rule) {
    return !broken.contains(rule);
  }

  /** One rule; the number is that of the source. */
  enum Rule {
    /** R1: a lease counts from the send of its read. */
    LEASE_FROM_SEND,
    /** R2: the answer is held until B + L′. */
    HOLD,
    /** R3: a lease is shorter than L by the margin. */
    LEASE_MARGIN,
    /** R4: a marked version grants no lease. */
    MARKED_GRANTS_NO_LEASE,
    /** R5: a gap told by finish moves B. */
    FINISH_GAP,
    /** R5: a gap told by a renewal moves B. */
    RENEWAL_GAP,
    /** R6: an unanswered mark moves B to the reply of finish. */
    UNANSWERED_MARK_MOVES_B,
    /** R7: a lease counts only for the uid it was granted for. */
    LEASE_OF_OWN_UID,
    /** R9: a stamp counts only at the server that its epoch names. */
    SERVER_IDENTITY,
    /** R10: after a reconnect the cache rests until others have delivered. */
    PROBATION,
    /** R11: a change of state voids leases and grants in flight. */
    ERA,
    /** R12: waiting does not cure a mark that may have lapsed before the change. */
    LAPSED_MARK_IS_NOT_CURED,
    /** R13: an unmarked mutation is held for L′ after its failed finish. */
    HOLD_AFTER_FAILED_FINISH,
    /** R14: an absent version is invalid. */
    ABSENT_IS_INVALID,
    /** R16: tags are marked before the mutation is forwarded. */
    MARK_FIRST,
    /** R17: the answer waits for the reply of finish. */
    ANSWER_WAITS_FOR_FINISH,
    /** R18: a mark is sure from its send, not from its reply. */
    SURE_FROM_SEND,
    /** R19: each attempt carries fresh uids. */
    FRESH_UIDS,
    /** R19: a running fetch is joined only under equal stamps. */
    JOIN_UNDER_EQUAL_STAMPS,
    /** R20: declared tags are stamped only if no mutation came between. */
    DECLARED_TAGS_NEED_QUIET,
    /** R20: readers obey, and writers hold, the lease that the epoch names. */
    LEASE_IN_EPOCH,
    /** R20: who returns from QUOTA replaces the epoch. */
    EPOCH_AFTER_QUOTA,
    /** Section 5, step 1: what a tag still owed touches is forwarded. */
    DIRTY_TAGS_FORWARD
  }
}
