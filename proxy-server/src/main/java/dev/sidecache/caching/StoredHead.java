package dev.sidecache.caching;

import dev.sidecache.http.EntityTag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.http.ResponseHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What decisions know of a stored response. Immutable; everything that decisions ask for is parsed
 * here, once, when the response is stored or read from a store, never when it is served.
 */
public final class StoredHead {
  private final ResponseHead head;
  private final Instant responseTime;
  private final Duration correctedInitialAge;
  private final List<String> targets;
  private final CacheControl directives;
  private final Instant date;
  private final @Nullable Instant lastModified;
  private final @Nullable EntityTag etag;
  private final @Nullable Duration explicitLifetime;
  private final @Nullable Duration heuristicLifetime;

  /**
   * A stored head whose directives are those of the default targets.
   *
   * @param head status and fields, without those that end at a hop, Age and Content-Length, and
   *     with a Date
   * @param responseTime when the response was received; {@code response_time} of RFC 9111, Section
   *     4.2.3
   * @param correctedInitialAge its age at that moment; {@code corrected_initial_age} of the same
   *     section
   */
  public StoredHead(ResponseHead head, Instant responseTime, Duration correctedInitialAge) {
    this(head, responseTime, correctedInitialAge, CacheControl.DEFAULT_TARGETS);
  }

  /** A stored head whose directives are those of these targets (RFC 9213). */
  public StoredHead(
      ResponseHead head, Instant responseTime, Duration correctedInitialAge, List<String> targets) {
    this.head = head;
    this.responseTime = responseTime;
    this.correctedInitialAge = correctedInitialAge;
    this.targets = List.copyOf(targets);
    this.directives = CacheControl.parse(head.fields(), targets);
    this.date = Freshness.dateValue(head.fields(), responseTime);
    String modified = head.fields().first("Last-Modified");
    this.lastModified = modified == null ? null : HttpDate.parse(modified, responseTime);
    String tag = head.fields().first("ETag");
    this.etag = tag == null ? null : EntityTag.parse(tag);
    this.explicitLifetime = Freshness.explicitLifetime(directives, head.fields(), responseTime);
    this.heuristicLifetime =
        Freshness.heuristicLifetime(head.status(), directives, lastModified, date);
  }

  /** Status and fields. */
  public ResponseHead head() {
    return head;
  }

  /** When the response was received. */
  public Instant responseTime() {
    return responseTime;
  }

  /** Its age when it was received. */
  public Duration correctedInitialAge() {
    return correctedInitialAge;
  }

  /** Its cache directives. */
  public CacheControl directives() {
    return directives;
  }

  /** When it was generated; when it was received, if it does not tell. */
  public Instant date() {
    return date;
  }

  /** When the representation changed last, or null if it does not tell. */
  public @Nullable Instant lastModified() {
    return lastModified;
  }

  /** Its entity tag, the origin's or ours, or null. */
  public @Nullable EntityTag etag() {
    return etag;
  }

  /** Whether the entity tag is one that this cache has made, unknown to the origin. */
  public boolean hasGeneratedEtag() {
    return etag != null && GeneratedEtag.isOne(etag);
  }

  /** The entity tag that the origin gave, or null. */
  public @Nullable EntityTag originEtag() {
    return hasGeneratedEtag() ? null : etag;
  }

  /** The freshness lifetime that the origin gives, or null if it gives none. */
  public @Nullable Duration explicitLifetime() {
    return explicitLifetime;
  }

  /** The freshness lifetime guessed from Last-Modified, or null if there is nothing to guess by. */
  public @Nullable Duration heuristicLifetime() {
    return heuristicLifetime;
  }

  /** The same with no more fields than decisions ask for, to be kept where room is short. */
  public StoredHead essential() {
    Fields.Builder kept = Fields.builder();
    for (int i = 0; i < head.fields().size(); i++) {
      String name = head.fields().name(i);
      if (isAskedFor(name) || targets.stream().anyMatch(name::equalsIgnoreCase)) {
        kept.add(name, head.fields().value(i));
      }
    }
    return withHead(head.withFields(kept.build()));
  }

  private static boolean isAskedFor(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "cache-control", "expires", "date", "etag", "last-modified", "vary", "pragma" -> true;
      default -> false;
    };
  }

  /** The targeted fields that its directives were looked for in. */
  List<String> targets() {
    return targets;
  }

  /** The same with another head. */
  StoredHead withHead(ResponseHead other) {
    return new StoredHead(other, responseTime, correctedInitialAge, targets);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoredHead that
        && head.equals(that.head)
        && responseTime.equals(that.responseTime)
        && correctedInitialAge.equals(that.correctedInitialAge);
  }

  @Override
  public int hashCode() {
    return 31 * head.hashCode() + responseTime.hashCode();
  }

  /** Status and time only: fields may be secrets. */
  @Override
  public String toString() {
    return "StoredHead[" + head + ", " + responseTime + "]";
  }
}
