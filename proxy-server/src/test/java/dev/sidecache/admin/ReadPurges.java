package dev.sidecache.admin;

/** How purge requests are read, for tests in other packages. */
public final class ReadPurges {
  private ReadPurges() {}

  /** Whether it is one; a refusal tells why, and an acceptance tells nothing. */
  public static boolean isRead(byte[] json) {
    PurgeRequests.Parsed parsed = PurgeRequests.parse(json);
    if ((parsed.request() == null) == parsed.errors().isEmpty()) {
      throw new AssertionError("neither a request nor errors, or both");
    }
    return parsed.request() != null;
  }
}
