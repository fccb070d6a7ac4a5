package dev.sidecache.exchange;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.CacheStatus;
import dev.sidecache.caching.Fwd;
import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Mutation;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Preferences;
import dev.sidecache.caching.Reuse;
import dev.sidecache.caching.Trace;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.identity.Credentials;
import dev.sidecache.json.JsonKey;
import dev.sidecache.message.Body;
import dev.sidecache.message.BodyCollector;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Service;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The cache as a service around the origin. Read this first.
 *
 * <h2>Life of a request</h2>
 *
 * <ol>
 *   <li>The rules are asked once: {@link RuleSet#match}.
 *   <li>What the request alone tells becomes a {@link Plan}: identity, key, tags, or why it is not
 *       looked up. A POST that a route keys by its content is read whole first.
 *   <li>{@link ReadExchange}: look up, decide ({@code Reuse}), then serve, validate or forward. A
 *       response from the origin is judged ({@code Storability}) and kept while it streams ({@link
 *       Fetch}); equal requests wait for it ({@link RequestCollapser}).
 *   <li>{@link MutationExchange}: mark what the request may touch, forward, invalidate, and only
 *       then let the answer go.
 *   <li>{@link ObservedExchange}, {@link ShadowExchange}: what would be looked up but for its
 *       route's mode.
 *   <li>{@link PassingExchange}: neither; the cache stands aside.
 * </ol>
 *
 * Everything happens on the loop of the client's connection; only a collapsed waiter hears from
 * another one.
 */
public final class CachingGateway implements Service {
  private volatile Configured configured;

  public CachingGateway(GatewayParts parts, RuleSet rules) {
    this.configured = new Configured(parts, rules);
  }

  /** What one configuration gives: a request takes it once, at its start. */
  private record Configured(GatewayParts parts, RuleSet rules) {}

  /**
   * Replaces the rules and what of the parts a configuration sets; requests that have begun keep
   * theirs.
   */
  public void replace(RuleSet rules, Credentials credentials, GatewayParts.Settings settings) {
    GatewayParts parts = configured.parts.with(credentials, settings);
    configured = new Configured(parts, rules);
    parts.forgetRefusals();
  }

  public RuleSet rules() {
    return configured.rules;
  }

  /**
   * Tells what would be done with a request, without doing it; the handler is called once, on the
   * loop.
   *
   * @param send whether it is done after all, and told what came of it
   * @param loop one of the proxy's, on which this is called
   */
  public void explain(
      Question question, boolean send, ScheduledExecutorService loop, Consumer<Trace> handler) {
    Configured current = configured;
    new Explainer(current.parts, current.rules)
        .explain(
            question,
            loop,
            send ? trace -> SentQuestion.send(this, question, loop, trace, handler) : handler);
  }

  @Override
  public void serve(Request request, Responder responder) {
    Configured current = configured;
    GatewayParts parts = current.parts;
    Match match = current.rules.match(request.head());
    Request asked = reduced(request, match);
    RequestHead head = asked.head();
    Exchange exchange = new Exchange(parts, asked, responder);
    Identity identity = parts.credentials().identify(head, exchange.arrival());
    Admitted admitted = new Admitted(current, exchange, match, identity);
    KeyParts.BodyKey keyed = request.body().lengthBytes() == 0 ? null : Plan.bodyKey(match, head);
    if (keyed == null) {
      admit(admitted, null, request.body());
    } else {
      BodyCollector.collect(
          request.body(), keyed.maxSizeBytes(), parts.budget(), new KeyedBody(admitted, keyed));
    }
  }

  /** The request in the words that its origin distinguishes. */
  private static Request reduced(Request request, Match match) {
    Route route = match.route();
    if (route == null || match.neverCache() != null || !route.policy().negotiation().reduces()) {
      return request;
    }
    return request.withHead(Preferences.reduced(request.head(), route.policy().negotiation()));
  }

  /** A request and what the configuration in force at its start says of it. */
  private record Admitted(
      Configured configured, Exchange exchange, Match match, Identity identity) {}

  private void admit(Admitted admitted, byte @Nullable [] bodyKey, Body body) {
    RequestHead head = admitted.exchange().head();
    carryOut(admitted, Plan.of(admitted.match(), head, admitted.identity(), bodyKey), body);
  }

  private void carryOut(Admitted admitted, Plan plan, Body body) {
    Exchange exchange = admitted.exchange();
    GatewayParts parts = admitted.configured.parts;
    exchange.planned(plan);
    if (plan.bypass() == null) {
      new ReadExchange(parts, exchange, plan, body).start();
      return;
    }
    String reason = plan.bypass().word();
    CacheResult result = plan.route() == null ? CacheResult.PASS : CacheResult.BYPASS;
    Mutation mutation =
        Mutation.of(
            admitted.configured.rules, admitted.match(), exchange.head(), admitted.identity());
    if (mutation == null && Reuse.wantsOnlyStored(exchange.head())) {
      body.cancel();
      exchange.unsatisfiable();
    } else if (plan.key() != null) {
      observe(parts, exchange.result(result, reason), plan, body);
    } else if (mutation == null) {
      new PassingExchange(parts, exchange.result(result, reason), body).start(Fwd.BYPASS);
    } else {
      new MutationExchange(
              new MutationExchange.Parts(parts, () -> underOtherRules(admitted)),
              exchange.result(result, reason),
              mutation,
              body)
          .start();
    }
  }

  /** Carries out what the route's mode keeps from being served. */
  private static void observe(GatewayParts parts, Exchange exchange, Plan plan, Body body) {
    if (plan.bypass() == Bypass.SHADOW) {
      new ShadowExchange(parts, exchange, plan.asServed(), body).start();
    } else {
      new ObservedExchange(parts, exchange, plan.asServed(), body).start();
    }
  }

  /**
   * What a request changes under rules that have come into force since it began; null: none have.
   * What was stored under them may be older than the change, and carries their names.
   */
  private @Nullable Mutation underOtherRules(Admitted admitted) {
    Configured now = configured;
    if (now.rules == admitted.configured.rules) {
      return null;
    }
    RequestHead head = admitted.exchange().head();
    Identity identity = now.parts.credentials().identify(head, now.parts.clock().instant());
    return Mutation.of(now.rules, now.rules.match(head), head, identity);
  }

  /** Takes the content that a route keys. */
  private final class KeyedBody implements BodyCollector.Handler {
    private final Admitted admitted;
    private final KeyParts.BodyKey keyed;

    KeyedBody(Admitted admitted, KeyParts.BodyKey keyed) {
      this.admitted = admitted;
      this.keyed = keyed;
    }

    @Override
    public void collected(ByteBuf content, Fields trailers) {
      byte[] bytes = ByteBufUtil.getBytes(content);
      ByteBudget budget = admitted.configured.parts.budget();
      budget.take(bytes.length);
      Body held = new ObservedBody(Body.of(content), sent -> budget.giveBack(bytes.length));
      admit(admitted, JsonKey.of(bytes, keyed), held);
    }

    @Override
    public void tooLarge(Body unread) {
      admit(admitted, null, unread);
    }

    @Override
    public void overBudget(Body unread) {
      RequestHead head = admitted.exchange().head();
      Plan plan = Plan.of(admitted.match(), head, admitted.identity(), null);
      carryOut(admitted, plan.bypassedFor(Bypass.IN_FLIGHT_LIMIT), unread);
    }

    @Override
    public void failed(Throwable cause) {
      admitted.exchange().fail(cause, CacheStatus.forwarded(Fwd.BYPASS));
    }
  }
}
