package dev.sidecache.testing;

import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.ResponseHead;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** A request and a response that are cacheable, to be changed in one thing. */
public final class Heads {
  /** When everything happens. */
  public static final Instant NOW = Instant.parse("2026-03-01T09:30:00Z");

  private Heads() {}

  /** A GET for {@code http://api.example/api/students}, with fields as name, value, … */
  public static RequestHead get(String... fields) {
    return request("GET", "/api/students", fields);
  }

  /** A request for a target of {@code http://api.example}, with fields as name, value, … */
  public static RequestHead request(String method, String target, String... fields) {
    RequestTarget parsed = Objects.requireNonNull(RequestTarget.parse(target), target);
    return new RequestHead(method, "http", "api.example", parsed, "1.1", Fields.of(fields));
  }

  /** A 200 with JSON, generated now, fresh for a minute, with further fields. */
  public static ResponseHead fresh(String... fields) {
    ResponseHead head = ok("Cache-Control", "max-age=60");
    return head.withFields(head.fields().plus(Fields.of(fields)));
  }

  /** A 200 with JSON, generated now, with further fields. */
  public static ResponseHead ok(String... fields) {
    return response(200, fields);
  }

  /** A response with JSON, generated now, with further fields. */
  public static ResponseHead response(int status, String... fields) {
    Fields usual = Fields.of("Date", date(0), "Content-Type", "application/json");
    return new ResponseHead(status, usual.plus(Fields.of(fields)));
  }

  /** The date so many seconds after {@link #NOW}. */
  public static String date(long secondsAfter) {
    return HttpDate.format(NOW.plusSeconds(secondsAfter));
  }

  /** The moment so many milliseconds after {@link #NOW}. */
  public static Instant after(long millis) {
    return NOW.plus(Duration.ofMillis(millis));
  }
}
