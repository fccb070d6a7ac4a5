package dev.sidecache.advice;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.Validation;
import dev.sidecache.exchange.ObservedRequest;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One observed request: what would have been done with it, and what came of it. */
final class Watch implements ObservedRequest {
  /** What would have been done. */
  enum Foreseen {
    /** Served, fresh or stale. */
    HIT,
    /** Served stale, and fetched anew behind it. */
    REFRESH,
    /** The stored response would be confirmed, if the origin's answer has its validator. */
    VALIDATE,
    /** Fetched, to be stored. */
    FETCH,
    /** It would wait for the fetch of another. */
    JOIN,
    /** Fetched for itself alone. */
    ALONE
  }

  private final Trial trial;
  final Plan plan;
  final CacheKey key;
  final RouteEvidence evidence;
  final int weight;
  final long sequence;
  final Foreseen foreseen;

  /** What would have been served; null: not known, or nothing. */
  final @Nullable Long served;

  final @Nullable Joined joined;

  Storability.@Nullable Verdict verdict;
  Storability.@Nullable Verdict longest;
  @Nullable ResponseHead head;
  boolean notModified;
  long originNanos;
  private boolean over;

  /** Those who would wait for one fetch. */
  static final class Joined {
    boolean ended;
    boolean stored;
    long weight;
    long nanos;
  }

  /**
   * A watch over a request that has arrived.
   *
   * @param place when and how much it counts
   */
  Watch(Trial trial, Plan plan, RouteEvidence evidence, Place place, Prospect prospect) {
    this.trial = trial;
    this.plan = plan;
    this.key = place.key;
    this.evidence = evidence;
    this.weight = place.weight;
    this.sequence = place.sequence;
    this.foreseen = prospect.foreseen;
    this.served = prospect.served;
    this.joined = prospect.joined;
  }

  /** What a request is found by, how much it counts, and its moment. */
  record Place(CacheKey key, int weight, long sequence) {}

  /** What would be done. */
  record Prospect(Foreseen foreseen, @Nullable Long served, @Nullable Joined joined) {}

  @Override
  public Storability.@Nullable Store answered(
      ResponseHead answer, Validation.Received received, long lengthBytes, long nanos) {
    originNanos = nanos;
    notModified = answer.status() == 304 && plan.head().isRetrieval();
    ResponseHead seen = notModified ? asWhole(answer) : answer;
    head = seen;
    Storability.Verdict decided = decide(plan, seen, received, lengthBytes);
    Storability.Verdict trialled = decide(plan.withTtl(Trial.LONGEST), seen, received, lengthBytes);
    verdict = decided;
    longest = trialled;
    if (notModified || weight == 0) {
      return null;
    }
    return decided instanceof Storability.Store store
        ? store
        : trialled instanceof Storability.Store store ? store : null;
  }

  private static Storability.Verdict decide(
      Plan plan, ResponseHead head, Validation.Received received, long lengthBytes) {
    return Storability.decide(
        plan, head, received.requestTime(), received.responseTime(), lengthBytes);
  }

  /** The head of what the client has already, by whose validator it asked. */
  private ResponseHead asWhole(ResponseHead answer) {
    Fields fields = answer.fields();
    String own = plan.head().fields().first("If-None-Match");
    return new ResponseHead(
        200,
        fields.contains("ETag") || own == null || own.indexOf(',') >= 0
            ? fields
            : fields.plus("ETag", own));
  }

  @Override
  public void ended(
      @Nullable Long fingerprint, long bytes, @Nullable Refusal refusal, Instant now) {
    if (!over) {
      over = true;
      trial.ended(this, fingerprint, refusal, now);
    }
  }

  @Override
  public void failed(Instant now) {
    if (!over) {
      over = true;
      trial.failed(this);
    }
  }
}
