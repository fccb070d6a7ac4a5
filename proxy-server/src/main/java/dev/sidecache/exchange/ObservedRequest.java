package dev.sidecache.exchange;

import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.Validation;
import dev.sidecache.http.ResponseHead;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who is told what comes of a request that is only observed: {@link #answered} and then {@link
 * #ended}, or {@link #failed}. On the request's loop.
 */
public interface ObservedRequest {

  /**
   * The origin's answer has begun.
   *
   * @param lengthBytes of its content, -1 if unknown
   * @param originNanos how long that took
   * @return the verdict by which the content would be looked through; null: it would not be stored
   */
  Storability.@Nullable Store answered(
      ResponseHead head, Validation.Received received, long lengthBytes, long originNanos);

  /**
   * The answer is over.
   *
   * @param fingerprint of the answer; null: its content was not seen whole
   * @param bytes of content; -1: unknown
   * @param refusal why content keeps it from being stored; null: it does not
   */
  void ended(@Nullable Long fingerprint, long bytes, @Nullable Refusal refusal, Instant now);

  /** There was no answer, or none to its end. */
  void failed(Instant now);
}
