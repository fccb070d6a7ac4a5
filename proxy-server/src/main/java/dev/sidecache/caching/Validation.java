package dev.sidecache.caching;

import dev.sidecache.http.EntityTag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.http.MediaType;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asking whether a stored response is still right, of the origin and for a client. Source: RFC
 * 9111, Section 4.3; RFC 9110, Section 13.
 */
public final class Validation {
  /** Preconditions that a cache evaluates; it asks the origin without them. */
  private static final String[] OWN = {"If-None-Match", "If-Modified-Since"};

  private static final String[] OWN_AND_RANGES = {
    "If-None-Match", "If-Modified-Since", "If-Range", "Range"
  };

  /** What a 304 says of a representation that the client has already. RFC 9110, Section 15.4.5. */
  private static final String[] REPRESENTATION_METADATA = {
    "Content-Type", "Content-Encoding", "Content-Language", "Content-Length", "Content-Range"
  };

  /**
   * What an update never replaces, since the stored content depends on it. RFC 9111, Section 3.2.
   */
  private static final Set<String> NEVER_UPDATED =
      Set.of("content-encoding", "content-length", "content-range", "set-cookie", "set-cookie2");

  private Validation() {}

  /**
   * The fields with which the origin is asked whether a stored response is still right: those of
   * the client without its own preconditions and ranges, and the origin's validators. Source: RFC
   * 9111, Section 4.3.1.
   *
   * @param current whether its stamp matches; if not, the entity tag alone is sent, for an origin
   *     that knows only dates could confirm what was changed twice in a second
   */
  public static Fields conditional(RequestHead client, StoredHead stored, boolean current) {
    Fields fields = client.fields().without(OWN_AND_RANGES);
    EntityTag etag = stored.originEtag();
    if (etag != null) {
      fields = fields.plus("If-None-Match", etag.toString());
    }
    String modified = stored.head().fields().first("Last-Modified");
    return current && modified != null && stored.lastModified() != null
        ? fields.plus("If-Modified-Since", modified)
        : fields;
  }

  /**
   * The fields with which the origin is asked for a response that may be stored: those of the
   * client without its validators, which are compared with what comes; a request for a range is
   * passed on as it is.
   */
  public static Fields unconditional(RequestHead client) {
    Fields fields = client.fields();
    return fields.contains("Range") || !client.isRetrieval() ? fields : fields.without(OWN);
  }

  /**
   * Whether the client has the stored response already, so that 304 answers it. If-None-Match beats
   * If-Modified-Since. Source: RFC 9111, Section 4.3.2; RFC 9110, Section 13.2.2.
   */
  public static boolean notModified(RequestHead client, StoredHead stored) {
    if (!client.isRetrieval() || stored.head().status() != 200) {
      return false;
    }
    Fields fields = client.fields();
    String noneMatch = fields.combined("If-None-Match");
    if (noneMatch != null) {
      return noneMatch.strip().equals("*") || hasWeakMatch(noneMatch, stored.etag());
    }
    String since =
        fields.count("If-Modified-Since") == 1 ? fields.first("If-Modified-Since") : null;
    Instant then = since == null ? null : HttpDate.parse(since, stored.responseTime());
    if (then == null) {
      return false;
    }
    Instant modified = stored.lastModified();
    return !(modified == null ? stored.date() : modified).isAfter(then);
  }

  private static boolean hasWeakMatch(String list, @Nullable EntityTag etag) {
    if (etag == null) {
      return false;
    }
    for (EntityTag candidate : EntityTag.parseList(list)) {
      if (candidate.weakMatches(etag)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The head of the 304 that says so: the stored fields without metadata of the representation;
   * Last-Modified only if there is no entity tag. Source: RFC 9110, Section 15.4.5.
   */
  public static ResponseHead notModifiedHead(StoredHead stored) {
    Fields fields = stored.head().fields().without(REPRESENTATION_METADATA);
    return new ResponseHead(
        304, "Not Modified", stored.etag() == null ? fields : fields.without("Last-Modified"));
  }

  /**
   * The stored head updated by a 304, or null if that does not speak of this stored response, which
   * then must be fetched anew. A cookie that a 304 sets is for its client alone and not taken over.
   * Source: RFC 9111, Sections 3.2 and 4.3.4.
   */
  public static @Nullable StoredHead freshen(
      StoredHead stored, ResponseHead notModified, Instant requestTime, Instant responseTime) {
    return selects(stored, notModified.fields(), responseTime)
        ? updated(stored, notModified.fields(), requestTime, responseTime)
        : null;
  }

  /**
   * The stored head updated by the answer to HEAD, or null if that shows that the stored response
   * is no longer right: other validators or another length. Source: RFC 9111, Section 4.3.5.
   *
   * <p>NB: an answer without a validator proves nothing and changes nothing, though the source
   * would take it for a confirmation: whoever sends HEAD often would keep a response for ever.
   *
   * @param lengthBytes length of the stored content
   */
  public static @Nullable StoredHead freshenByHead(
      StoredHead stored, ResponseHead answer, Received received, long lengthBytes) {
    Fields fields = answer.fields();
    String length = fields.first("Content-Length");
    boolean same =
        answer.status() == stored.head().status()
            && sameIfPresent(fields, stored, "ETag")
            && sameIfPresent(fields, stored, "Last-Modified")
            && (length == null || length.strip().equals(Long.toString(lengthBytes)));
    if (!same) {
      return null;
    }
    boolean confirmed = fields.contains("ETag") || fields.contains("Last-Modified");
    return confirmed
        ? updated(stored, fields, received.requestTime(), received.responseTime())
        : stored;
  }

  /**
   * When an answer was received.
   *
   * @param requestTime when the request was sent
   * @param responseTime when the head came
   */
  public record Received(Instant requestTime, Instant responseTime) {}

  private static boolean sameIfPresent(Fields fields, StoredHead stored, String name) {
    String value = fields.first(name);
    return value == null || value.equals(stored.head().fields().first(name));
  }

  /**
   * Whether a 304 speaks of a stored response: by an equal strong validator if it has one, else by
   * an equal weak one, else because nothing else was asked about. RFC 9111, Section 4.3.4.
   */
  private static boolean selects(StoredHead stored, Fields fields, Instant responseTime) {
    String text = fields.first("ETag");
    EntityTag etag = text == null ? null : EntityTag.parse(text);
    if (etag != null) {
      EntityTag own = stored.originEtag();
      return own != null && own.weakMatches(etag) && (etag.weak() || !own.weak());
    }
    String modified = fields.first("Last-Modified");
    Instant then = modified == null ? null : HttpDate.parse(modified, responseTime);
    return then == null || stored.lastModified() == null || then.equals(stored.lastModified());
  }

  private static StoredHead updated(
      StoredHead stored, Fields update, Instant requestTime, Instant responseTime) {
    Duration age = Freshness.correctedInitialAge(update, requestTime, responseTime);
    Fields taken = Storing.storable(update, CacheControl.parse(update, stored.targets()), false);
    taken = Storing.dated(taken, responseTime);
    Set<String> replaced = new HashSet<>();
    for (int i = 0; i < taken.size(); i++) {
      replaced.add(taken.name(i).toLowerCase(Locale.ROOT));
    }
    replaced.removeAll(NEVER_UPDATED);
    if (!MediaType.essence(taken).equals(MediaType.essence(stored.head().fields()))) {
      // The content was looked through as what it was said to be when it came.
      replaced.remove("content-type");
    }
    Fields.Builder fields = Fields.builder();
    addAll(fields, stored.head().fields(), replaced, false);
    addAll(fields, taken, replaced, true);
    ResponseHead head = stored.head().withFields(fields.build());
    return new StoredHead(head, responseTime, age, stored.targets());
  }

  private static void addAll(Fields.Builder to, Fields from, Set<String> names, boolean named) {
    for (int i = 0; i < from.size(); i++) {
      if (names.contains(from.name(i).toLowerCase(Locale.ROOT)) == named) {
        to.add(from.name(i), from.value(i));
      }
    }
  }

  /**
   * The stored head with an entity tag of our own, made from its content, where the origin gave
   * none; else the same. It is strong, answers conditional requests of clients, and is never sent
   * to the origin. Only for responses with status 200.
   *
   * @param content all of it, in order; neither consumed nor kept
   */
  public static StoredHead withEtag(StoredHead stored, ByteBuffer... content) {
    if (stored.etag() != null || stored.head().status() != 200) {
      return stored;
    }
    Fields fields = stored.head().fields();
    String etag = GeneratedEtag.of(fields, content);
    return stored.withHead(stored.head().withFields(fields.with("ETag", etag)));
  }
}
