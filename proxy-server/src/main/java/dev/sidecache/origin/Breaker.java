package dev.sidecache.origin;

import dev.sidecache.message.ForwardingResponder;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.message.Tunnel;
import dev.sidecache.origin.BreakerState.Limits;
import dev.sidecache.origin.BreakerState.Phase;
import dev.sidecache.origin.BreakerState.Result;
import dev.sidecache.origin.OriginException.Kind;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * A service that spares an origin which does not answer: it refuses requests at once, with {@link
 * Kind#OPEN}, until a few trials got through. Of a request it refuses, nothing was sent.
 *
 * <p>Whoever asks the origin for its health asks it directly, not here.
 */
public final class Breaker implements Service {
  private static final Logger LOG = System.getLogger(Breaker.class.getName());

  private final Service origin;
  private final OriginObserver observer;
  private final LongSupplier nanoTime;
  private final Limits limits;
  private final AtomicReference<BreakerState> state;
  private final LongAdder refused = new LongAdder();
  private volatile long failingSince;

  public Breaker(Service origin, OriginObserver observer, LongSupplier nanoTime) {
    this(origin, observer, nanoTime, Limits.STANDARD);
  }

  Breaker(Service origin, OriginObserver observer, LongSupplier nanoTime, Limits limits) {
    this.origin = origin;
    this.observer = observer;
    this.nanoTime = nanoTime;
    this.limits = limits;
    this.state = new AtomicReference<>(BreakerState.closed(nanoTime.getAsLong()));
  }

  /** All words of {@link #phase}. */
  public static String[] phases() {
    return new String[] {Phase.CLOSED.word(), Phase.OPEN.word(), Phase.HALF_OPEN.word()};
  }

  /** {@code closed}, {@code open} or {@code half_open}. */
  public String phase() {
    return current().phase().word();
  }

  private BreakerState current() {
    return Objects.requireNonNull(state.get());
  }

  @Override
  public void serve(Request request, Responder responder) {
    long now = nanoTime.getAsLong();
    BreakerState before;
    BreakerState after;
    do {
      before = current();
      after = before.afterRequest(now, limits);
      if (!before.lets(after)) {
        refuse(request, responder, before.remainingNanos(now, limits));
        return;
      }
    } while (!after.equals(before) && !state.compareAndSet(before, after));
    origin.serve(request, new Watched(responder, after.period()));
  }

  private void refuse(Request request, Responder responder, long remainingNanos) {
    refused.increment();
    request.body().cancel();
    observer.failed(Kind.OPEN, 0);
    long seconds = (remainingNanos + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1);
    responder.fail(
        new OriginException(
            Kind.OPEN, "the origin did not answer of late", (int) Math.max(1, seconds)));
  }

  private void ended(Result result, int period, String why) {
    long now = nanoTime.getAsLong();
    BreakerState before;
    BreakerState after;
    do {
      before = current();
      after = before.afterResult(result, period, now, limits);
    } while (!after.equals(before) && !state.compareAndSet(before, after));
    if (before.phase() == Phase.CLOSED && after.phase() == Phase.OPEN) {
      failingSince = now;
      refused.reset();
      LOG.log(
          Level.WARNING,
          "The backend does not answer ({0}): requests are refused until it does",
          why);
    } else if (before.phase() == Phase.HALF_OPEN && after.phase() == Phase.CLOSED) {
      LOG.log(
          Level.INFO,
          "The backend answers again after {0} s; {1} requests were refused",
          TimeUnit.NANOSECONDS.toSeconds(now - failingSince),
          refused.sum());
    }
  }

  private static Result result(Throwable cause) {
    if (!(cause instanceof OriginException known)) {
      return Result.UNKNOWN;
    }
    return switch (known.kind()) {
      case REFUSED, UNRESOLVED, TLS, CONNECT_TIMEOUT -> Result.UNCONNECTED;
      case RESET, BAD_RESPONSE, TIMEOUT -> Result.UNANSWERED;
      case BUSY, TUNNELS, OPEN, IN_FLIGHT_LIMIT, CANCELLED -> Result.UNKNOWN;
    };
  }

  /** Passes the answer on, and learns from it. */
  private final class Watched extends ForwardingResponder {
    private final int period;

    Watched(Responder responder, int period) {
      super(responder);
      this.period = period;
    }

    @Override
    public void respond(Response response) {
      ended(Result.ANSWERED, period, "");
      super.respond(response);
    }

    @Override
    public void tunnel(Tunnel tunnel) {
      ended(Result.ANSWERED, period, "");
      super.tunnel(tunnel);
    }

    @Override
    public void fail(Throwable cause) {
      ended(result(cause), period, word(cause));
      super.fail(cause);
    }

    private static String word(Throwable cause) {
      return cause instanceof OriginException known ? known.kind().word() : "";
    }
  }
}
