package dev.sidecache.message;

/**
 * An answer of the proxy itself, as fixed text without internal addresses. Source: RFC 9457.
 *
 * @param status of the response
 * @param title the status in words
 * @param detail what happened and what to do, for people
 * @param reason what happened, as one word for programs
 * @param retryAfterSeconds when to try again; 0 for no advice
 */
public record Problem(
    int status, String title, String detail, String reason, int retryAfterSeconds) {

  public Problem(int status, String title, String detail, String reason) {
    this(status, title, detail, reason, 0);
  }
}
