package dev.sidecache.exchange;

import dev.sidecache.caching.Fingerprint;
import dev.sidecache.caching.Freshness;
import dev.sidecache.caching.Fwd;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Reuse;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Validation;
import dev.sidecache.consistency.CheckedStore.CheckedLookup;
import dev.sidecache.consistency.CheckedStore.LookupHandler;
import dev.sidecache.consistency.FetchStamp;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.store.StoredResponse;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request of a route in mode shadow: the origin answers it, whatever is stored. What is not
 * stored yet is stored; what would have been served is compared with what the origin says, and
 * stays what it is, so that each answer that would have been wrong is counted.
 */
final class ShadowExchange implements LookupHandler, Fetch.Receiver {
  private final GatewayParts parts;
  private final Exchange exchange;
  private final Plan plan;
  private final Body body;

  /**
   * An exchange in shadow.
   *
   * @param plan as if its route served
   */
  ShadowExchange(GatewayParts parts, Exchange exchange, Plan plan, Body body) {
    this.parts = parts;
    this.exchange = exchange;
    this.plan = plan;
    this.body = body;
  }

  void start() {
    if (parts.remembered(plan) == null) {
      parts.store().lookup(plan, exchange.loop(), this);
    } else {
      pass();
    }
  }

  private void pass() {
    new PassingExchange(parts, exchange, body).start(Fwd.BYPASS);
  }

  @Override
  public void done(CheckedLookup result) {
    parts.observer().lookedUp(result.lookup());
    StoredResponse found = result.response();
    Reuse.Decision decision = Reuse.decide(plan, result.lookup(), parts.clock().instant());
    if (found != null && decision instanceof Reuse.Serve && isWhole()) {
      new Comparison(found).start();
      return;
    }
    if (found != null) {
      found.release();
    }
    FetchStamp stamp = result.stamp();
    boolean stores = !(decision instanceof Reuse.Serve) && stamp != null && isWhole();
    if (stores && !(result.lookup() instanceof Lookup.Unavailable)) {
      fetch(Objects.requireNonNull(stamp));
    } else {
      pass();
    }
  }

  /** Whether the origin's answer is about all of the representation. */
  private boolean isWhole() {
    RequestHead head = exchange.head();
    return !head.method().equals("HEAD") && Reuse.asksForWhole(head.fields());
  }

  private void fetch(FetchStamp stamp) {
    RequestHead head = exchange.head();
    Request request = exchange.toOrigin(head.withFields(Validation.unconditional(head)), body);
    Fetch started = new Fetch(parts, new Fetch.Order(plan, request, stamp, null, null), this);
    exchange.onGone(started::receiverGone);
    started.start();
  }

  @Override
  public void informational(ResponseHead head) {
    exchange.informational(head);
  }

  @Override
  public boolean prefersStored(int status) {
    return false;
  }

  @Override
  public void answered(Response response, Fate fate) {
    exchange.originAnswered(response.status());
    parts.learned(plan, exchange.originNanos());
    Body content =
        new FingerprintBody(
            response.body(),
            Fingerprint.of(response.head()),
            taken -> tellAnswer(response.head(), taken == null ? null : taken.end()));
    Response answer =
        ConditionalAnswer.of(exchange.head(), response.withBody(content), fate, exchange.arrival());
    respond(answer, response.status());
  }

  private void tellAnswer(ResponseHead head, @Nullable Long fingerprint) {
    parts.observer().answeredInShadow(plan, head, fingerprint, parts.clock().instant());
  }

  private void respond(Response answer, int originStatus) {
    exchange.respond(
        parts.forClient(answer), exchange.cacheStatus(Fwd.BYPASS).withFwdStatus(originStatus));
  }

  @Override
  public void confirmed(StoredResponse freshened, ResponseHead by, Fate fate) {
    throw new IllegalStateException("nothing was to be confirmed");
  }

  @Override
  public void filled(StoredResponse response) {
    throw new IllegalStateException("no turn was taken");
  }

  @Override
  public void failed(Throwable cause) {
    exchange.originFailed(cause);
    exchange.fail(cause, exchange.cacheStatus(Fwd.BYPASS));
  }

  /** The origin's answer beside what would have been served. */
  private final class Comparison implements Responder {
    private final long ageSeconds;
    private @Nullable StoredResponse stored;
    private Runnable cancelOrigin = () -> {};

    Comparison(StoredResponse stored) {
      this.stored = stored;
      this.ageSeconds = Freshness.of(stored.head(), plan, parts.clock().instant()).ageSeconds();
    }

    void start() {
      exchange.onGone(
          () -> {
            cancelOrigin.run();
            letGo();
          });
      parts.origin().serve(exchange.toOrigin(exchange.head(), body), this);
    }

    @Override
    public void onGone(Runnable action) {
      cancelOrigin = action;
    }

    @Override
    public void informational(ResponseHead head) {
      exchange.informational(head);
    }

    @Override
    public void respond(Response response) {
      exchange.originAnswered(response.status());
      parts.learned(plan, exchange.originNanos());
      StoredHead known = stored == null ? null : stored.head();
      boolean confirmed = response.status() == 304;
      if (known == null || Reuse.isOriginFailure(response.status())) {
        letGo();
      } else if (confirmed || Validation.notModified(exchange.head(), known)) {
        // NB: a 304 is the answer exactly if the stored response would have given one too.
        boolean same = confirmed && Validation.notModified(exchange.head(), known);
        compared(same ? null : "content");
      } else {
        Fingerprint begun = Fingerprint.of(response.head());
        Body content =
            new FingerprintBody(response.body(), begun, taken -> compare(response.head(), taken));
        ShadowExchange.this.respond(response.withBody(content), response.status());
        return;
      }
      ShadowExchange.this.respond(response, response.status());
    }

    private void compare(ResponseHead head, @Nullable Fingerprint taken) {
      Long answer = taken == null ? null : taken.end();
      tellAnswer(head, answer);
      StoredResponse response = stored;
      if (answer == null || response == null) {
        letGo();
        return;
      }
      ResponseHead known = response.head().head();
      if (known.status() != head.status()) {
        compared("status");
      } else if (Fingerprint.of(known).end() != Fingerprint.of(head).end()) {
        compared("fields");
      } else {
        compared(fingerprint(response) == answer ? null : "content");
      }
    }

    private long fingerprint(StoredResponse response) {
      Fingerprint fingerprint = Fingerprint.of(response.head().head());
      ByteBuf content = response.body();
      fingerprint.add(content.nioBuffers());
      content.release();
      return fingerprint.end();
    }

    /** What differs counts only if no write has come between, so that it would still be served. */
    private void compared(@Nullable String difference) {
      letGo();
      if (difference == null) {
        tell(null);
        return;
      }
      parts
          .store()
          .peek(
              plan,
              exchange.loop(),
              again -> {
                if (again.response() != null) {
                  again.response().release();
                }
                if (again.lookup() instanceof Lookup.Found found && found.current()) {
                  tell(difference);
                }
              });
    }

    private void tell(@Nullable String difference) {
      RequestHead head = exchange.head();
      parts
          .observer()
          .compared(
              new ShadowComparison(
                  plan.routeName(),
                  head.method(),
                  head.path(),
                  difference,
                  ageSeconds,
                  parts.clock().instant()));
    }

    @Override
    public void fail(Throwable cause) {
      letGo();
      ShadowExchange.this.failed(cause);
    }

    private void letGo() {
      StoredResponse held = stored;
      stored = null;
      if (held != null) {
        held.release();
      }
    }
  }
}
