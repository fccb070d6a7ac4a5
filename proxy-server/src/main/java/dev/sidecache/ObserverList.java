package dev.sidecache;

import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Tag;
import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.exchange.ExchangeRecord;
import dev.sidecache.exchange.ObservedRequest;
import dev.sidecache.exchange.ShadowComparison;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several observers as one. */
final class ObserverList implements ExchangeObserver {
  private final List<ExchangeObserver> observers;

  ObserverList(List<ExchangeObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  @Override
  public void completed(ExchangeRecord exchange) {
    for (ExchangeObserver observer : observers) {
      observer.completed(exchange);
    }
  }

  @Override
  public void lookedUp(Lookup lookup) {
    for (ExchangeObserver observer : observers) {
      observer.lookedUp(lookup);
    }
  }

  @Override
  public void stored(String route, long bytes, long lifetimeSeconds) {
    for (ExchangeObserver observer : observers) {
      observer.stored(route, bytes, lifetimeSeconds);
    }
  }

  @Override
  public void notStored(String route, Refusal refusal) {
    for (ExchangeObserver observer : observers) {
      observer.notStored(route, refusal);
    }
  }

  @Override
  public void invalidated(String source, String name, Collection<Tag> tags) {
    for (ExchangeObserver observer : observers) {
      observer.invalidated(source, name, tags);
    }
  }

  @Override
  public void saved(String route, long nanos) {
    for (ExchangeObserver observer : observers) {
      observer.saved(route, nanos);
    }
  }

  @Override
  public @Nullable ObservedRequest observing(Plan plan, Instant arrival) {
    for (ExchangeObserver observer : observers) {
      ObservedRequest observed = observer.observing(plan, arrival);
      if (observed != null) {
        return observed;
      }
    }
    return null;
  }

  @Override
  public void mutated(RequestHead head, int status) {
    for (ExchangeObserver observer : observers) {
      observer.mutated(head, status);
    }
  }

  @Override
  public void answeredInShadow(
      Plan plan, ResponseHead head, @Nullable Long fingerprint, Instant now) {
    for (ExchangeObserver observer : observers) {
      observer.answeredInShadow(plan, head, fingerprint, now);
    }
  }

  @Override
  public void compared(ShadowComparison comparison) {
    for (ExchangeObserver observer : observers) {
      observer.compared(comparison);
    }
  }
}
