package dev.sidecache;

import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Tag;
import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.exchange.ExchangeRecord;
import java.util.Collection;
import java.util.List;

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
}
