package dev.sidecache.exchange;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.Foreseen;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Reuse;
import dev.sidecache.caching.Trace;
import dev.sidecache.consistency.CheckedStore.CheckedLookup;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.store.StoredResponse;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells what would be done with a request and why: the decisions of the request path in their
 * order, acting on nothing.
 */
final class Explainer {
  private final GatewayParts parts;
  private final RuleSet rules;

  Explainer(GatewayParts parts, RuleSet rules) {
    this.parts = parts;
    this.rules = rules;
  }

  /**
   * Explains a request; the handler is called once, on the loop.
   *
   * @param loop one of the proxy's, on which this is called
   */
  void explain(Question question, ScheduledExecutorService loop, Consumer<Trace> handler) {
    Plan plan = question.plan(rules, parts.credentials(), parts.clock().instant());
    boolean onlyStored = Reuse.wantsOnlyStored(plan.head());
    if (plan.bypass() != null && (plan.bypass() != Bypass.SHADOW || onlyStored)) {
      handler.accept(trace(plan, null));
      return;
    }
    Refusal refusal = parts.remembered(plan);
    if (refusal != null && !onlyStored) {
      handler.accept(trace(plan, Foreseen.remembered(refusal)));
      return;
    }
    parts.store().peek(plan.asServed(), loop, found -> handler.accept(found(plan, found)));
  }

  private Trace found(Plan plan, CheckedLookup found) {
    StoredResponse response = found.response();
    if (response != null) {
      response.release();
    }
    Instant now = parts.clock().instant();
    return trace(plan, Foreseen.after(plan.asServed(), found.lookup(), now));
  }

  private Trace trace(Plan plan, Trace.@Nullable Outcome outcome) {
    return Trace.of(rules, plan, outcome, parts.clock().instant());
  }
}
