package dev.sidecache.http;

/**
 * The head of a response. Immutable. Source: RFC 9110, Section 15.
 *
 * @param status three digits
 * @param reason the reason phrase as received, possibly empty; without meaning
 * @param fields all field lines
 */
public record ResponseHead(int status, String reason, Fields fields) {

  public ResponseHead(int status, Fields fields) {
    this(status, "", fields);
  }

  public ResponseHead withFields(Fields other) {
    return new ResponseHead(status, reason, other);
  }

  /** Whether a response with this status never has content. Source: RFC 9110, Section 6.4.1. */
  public boolean hasNoContent() {
    return status < 200 || status == 204 || status == 304;
  }

  /** Status only: fields may be secrets. */
  @Override
  public String toString() {
    return Integer.toString(status);
  }
}
