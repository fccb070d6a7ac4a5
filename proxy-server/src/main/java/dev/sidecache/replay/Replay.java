package dev.sidecache.replay;

import dev.sidecache.advice.Evidence;
import dev.sidecache.advice.Trial;
import dev.sidecache.caching.Fingerprint;
import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Invalidation;
import dev.sidecache.caching.Mutation;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.Tag;
import dev.sidecache.caching.Validation;
import dev.sidecache.exchange.ObservedRequest;
import dev.sidecache.exchange.Question;
import dev.sidecache.http.RequestHead;
import dev.sidecache.identity.Credentials;
import dev.sidecache.json.SensitiveFields;
import dev.sidecache.rule.RuleSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a recording before the rules of a configuration, in the order and at the times of the
 * recording: what mode serve would have hit, and which of the hits the backend would have answered
 * otherwise. Nothing is sent.
 */
public final class Replay {
  private static final long MAX_BYTES = 128L << 20;

  private final RuleSet rules;
  private final Credentials credentials;
  private final PriorityQueue<Open> open = new PriorityQueue<>(Comparator.comparing(Open::end));
  private final Map<String, Long> bypassed = new TreeMap<>();
  private @Nullable Trial trial;
  private Instant first = Instant.MAX;
  private Instant last = Instant.MIN;
  private long requests;
  private long writes;

  private Replay(RuleSet rules, Credentials credentials) {
    this.rules = rules;
    this.credentials = credentials;
  }

  /** A request whose answer is not over yet; null: nothing is looked up for it. */
  private record Open(Instant end, Recorded recorded, Plan plan, @Nullable ObservedRequest watch) {}

  /**
   * What came of it.
   *
   * @param evidence of what would have been looked up
   * @param requests all of them
   * @param writes of those, the ones that may have changed something
   * @param bypassed why others would not have been looked up
   * @param skipped entries that could not be read
   */
  public record Outcome(
      Evidence evidence,
      long requests,
      long writes,
      Map<String, Long> bypassed,
      long skipped,
      Instant first,
      Instant last) {
    public Outcome {
      bypassed = Map.copyOf(bypassed);
    }
  }

  /**
   * Replays a recording.
   *
   * @return what came of it; null if it has no request
   * @throws IOException if the recording cannot be read to its end
   */
  public static @Nullable Outcome of(Recording recording, RuleSet rules, Credentials credentials)
      throws IOException {
    Replay replay = new Replay(rules, credentials);
    recording.read(replay::add);
    replay.settle(Instant.MAX);
    Trial trial = replay.trial;
    return trial == null
        ? null
        : new Outcome(
            trial.evidence(replay.last),
            replay.requests,
            replay.writes,
            replay.bypassed,
            recording.skipped(),
            replay.first,
            replay.last);
  }

  private void add(Recorded recorded) {
    Trial running = trial;
    if (running == null) {
      running = new Trial(MAX_BYTES, recorded.at());
      trial = running;
    }
    settle(recorded.at());
    requests++;
    first = recorded.at().isBefore(first) ? recorded.at() : first;
    Instant end = recorded.at().plus(recorded.took());
    last = end.isAfter(last) ? end : last;
    Plan plan = plan(recorded);
    ObservedRequest watch =
        plan.key() == null ? null : running.arrived(plan.asServed(), recorded.at());
    if (watch == null) {
      bypassed.merge(String.valueOf(word(plan)), 1L, Long::sum);
    }
    open.add(new Open(end, recorded, plan, watch));
  }

  private static @Nullable String word(Plan plan) {
    return plan.bypass() == null ? null : plan.bypass().word();
  }

  private Plan plan(Recorded recorded) {
    Identity caller = recorded.caller();
    Question question = Question.recorded(recorded.head(), bytes(recorded.content()));
    return caller == null
        ? question.plan(rules, credentials, recorded.at())
        : question.plan(rules, caller);
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer content) {
    if (content == null) {
      return null;
    }
    byte[] bytes = new byte[content.remaining()];
    content.duplicate().get(bytes);
    return bytes;
  }

  /** Ends what was over by then. */
  private void settle(Instant now) {
    for (Open over = open.peek(); over != null && !over.end.isAfter(now); over = open.peek()) {
      open.remove();
      if (over.watch == null) {
        write(over);
      } else {
        answer(over, over.watch);
      }
    }
  }

  private void write(Open over) {
    Plan plan = over.plan;
    RequestHead head = plan.head();
    Mutation mutation = Mutation.of(rules, plan.match(), head, plan.identity());
    Trial running = trial;
    if (mutation == null || running == null) {
      return;
    }
    writes++;
    int status = over.recorded.answer().status();
    List<Tag> named = Invalidation.of(head, over.recorded.answer()).tags();
    running.invalidated(mutation.changedBy(status));
    running.invalidated(named);
    if (status < 400) {
      running.mutated(head.method(), head.target().decodedPath());
    }
  }

  private static void answer(Open over, ObservedRequest watch) {
    Recorded recorded = over.recorded;
    Storability.Store wanted =
        watch.answered(
            recorded.answer(),
            new Validation.Received(recorded.at(), over.end),
            recorded.bytes(),
            recorded.took().toNanos());
    Refusal refusal = wanted == null ? null : refusal(over.plan, wanted, recorded.body());
    watch.ended(wanted == null ? null : fingerprint(recorded), recorded.bytes(), refusal, over.end);
  }

  private static @Nullable Refusal refusal(
      Plan plan, Storability.Store wanted, @Nullable ByteBuffer body) {
    if (body == null || !wanted.scanForSensitiveFields()) {
      return null;
    }
    // NB: recordings hold content decoded.
    return switch (SensitiveFields.find(
            body.duplicate(), null, plan.match().never().responseFields())
        .finding()) {
      case NONE -> null;
      case FOUND -> Refusal.SENSITIVE_FIELD;
      case UNREADABLE -> Refusal.UNREADABLE;
    };
  }

  private static @Nullable Long fingerprint(Recorded recorded) {
    ByteBuffer body = recorded.body();
    if (body != null) {
      Fingerprint fingerprint = Fingerprint.of(recorded.answer());
      fingerprint.add(body);
      return fingerprint.end();
    }
    return recorded.bytes() < 0
        ? null
        : (Long) Fingerprint.of(recorded.answer().status(), Long.toString(recorded.bytes()));
  }
}
