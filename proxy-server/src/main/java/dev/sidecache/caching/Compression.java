package dev.sidecache.caching;

import dev.sidecache.http.EntityTag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.MediaType;
import dev.sidecache.http.RequestHead;

/**
 * Whether a stored response goes out compressed, and what its head says then. Source: RFC 9110,
 * Sections 8.4.1.3, 8.8.3.3 and 12.5.3.
 */
public final class Compression {
  private static final String GZIP = "gzip";
  private static final String VARY = "Vary";
  private static final String ACCEPT_ENCODING = "Accept-Encoding";

  private Compression() {}

  /**
   * Whether a stored response is offered in gzip too: text that the origin sent as it is and that
   * may be transformed. RFC 9111, Section 5.2.2.6.
   */
  public static boolean isOffered(StoredHead stored, int lengthBytes, long overBytes) {
    Fields fields = stored.head().fields();
    return lengthBytes > overBytes
        && stored.head().status() == 200
        && !stored.directives().noTransform()
        && !fields.contains("Content-Encoding")
        && !fields.contains("Content-Range")
        && MediaType.isTextLike(MediaType.essence(fields));
  }

  /** Whether the client would rather have gzip than the response as it is. */
  public static boolean isWanted(RequestHead client) {
    Fields fields = client.fields();
    return fields.contains(ACCEPT_ENCODING)
        && !fields.contains("Range")
        && Preferences.prefers(fields.elements(ACCEPT_ENCODING), GZIP);
  }

  /** The head of a response that is offered in gzip too, as it is. */
  public static StoredHead plain(StoredHead stored) {
    Fields fields = stored.head().fields();
    return fields.hasElement(VARY, ACCEPT_ENCODING)
        ? stored
        : stored.withHead(stored.head().withFields(fields.plus(VARY, ACCEPT_ENCODING)));
  }

  /** The head of a response in gzip. Its entity tag is weak: other bytes with the same meaning. */
  public static StoredHead gzip(StoredHead stored) {
    StoredHead plain = plain(stored);
    Fields fields = plain.head().fields().with("Content-Encoding", GZIP);
    EntityTag etag = stored.etag();
    if (etag != null) {
      fields = fields.with("ETag", new EntityTag(true, etag.opaque()).toString());
    }
    return plain.withHead(plain.head().withFields(fields));
  }
}
