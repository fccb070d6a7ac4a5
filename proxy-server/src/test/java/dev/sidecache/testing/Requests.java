package dev.sidecache.testing;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import java.util.Objects;

/** Request heads as the listener makes them. */
public final class Requests {
  private Requests() {}

  /** A GET for a target of {@code http://api.example}, with fields as name, value, … */
  public static RequestHead get(String target, String... fields) {
    return of("GET", target, fields);
  }

  /** A request for a target of {@code http://api.example}, with fields as name, value, … */
  public static RequestHead of(String method, String target, String... fields) {
    RequestTarget parsed = Objects.requireNonNull(RequestTarget.parse(target), target);
    return new RequestHead(method, "http", "api.example", parsed, "1.1", Fields.of(fields));
  }
}
