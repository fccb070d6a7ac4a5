package dev.sidecache.config;

import dev.sidecache.rule.Scope;
import dev.sidecache.rule.StatusSet;
import java.time.Duration;
import java.util.List;

/**
 * What routes take where they say nothing themselves.
 *
 * @param acceptEncoding codings that origins distinguish; empty: whatever clients say
 * @param acceptLanguage languages that origins distinguish; empty: whatever clients say
 * @param unmatched what happens to requests that no route takes
 */
record DefaultsSection(
    Scope scope,
    StatusSet statuses,
    Duration staleWhileRevalidate,
    Duration staleIfError,
    boolean coalesce,
    boolean overrideOrigin,
    ClientNoCache clientNoCache,
    List<String> acceptEncoding,
    List<String> acceptLanguage,
    Unmatched unmatched) {

  /** What a client's {@code no-cache} does. */
  enum ClientNoCache {
    HONOUR,
    IGNORE
  }

  /** What happens to requests that no route takes. */
  enum Unmatched {
    PASS,
    ORIGIN
  }

  static final Key<Scope> SCOPE =
      Key.of(
              "scope",
              Scalars.word("a scope", List.of(Scope.values())),
              "user: each caller has entries of their own; shared: all callers share them")
          .orElse("user");
  static final Key<StatusSet> STATUSES =
      Key.of("statuses", RuleScalars.STATUSES, "stored for the TTL: 200, 404, 2xx").orElse("[200]");
  static final Key<Duration> STALE_WHILE_REVALIDATE =
      Key.of(
              "stale_while_revalidate",
              Scalars.DURATION,
              "past its TTL an answer is served while a new one is fetched")
          .orElse("0s");
  static final Key<Duration> STALE_IF_ERROR =
      Key.of(
              "stale_if_error",
              Scalars.DURATION,
              "past its TTL an answer is served while the backend fails")
          .orElse("0s");
  static final Key<Boolean> COALESCE =
      Key.of("coalesce", Scalars.BOOLEAN, "equal simultaneous requests make one backend call")
          .orElse("true");
  static final Key<Boolean> OVERRIDE_ORIGIN =
      Key.of("override_origin", Scalars.BOOLEAN, "the TTL beats the lifetime the backend gives")
          .orElse("false");
  static final Key<ClientNoCache> CLIENT_NO_CACHE =
      Key.of(
              "client_no_cache",
              Scalars.word("honour or ignore", List.of(ClientNoCache.values())),
              "a client's no-cache: honour (ask the backend) or ignore")
          .orElse("honour");
  static final Key<List<String>> ACCEPT_ENCODING =
      Key.of(
              "accept_encoding",
              RuleScalars.anyOr(RuleScalars.CODING),
              "codings the backend distinguishes; a request is keyed and forwarded with one of them")
          .orElse("any");
  static final Key<List<String>> ACCEPT_LANGUAGE =
      Key.of(
              "accept_language",
              RuleScalars.anyOr(RuleScalars.LANGUAGE),
              "languages the backend distinguishes; likewise")
          .orElse("any");
  private static final Key<Unmatched> UNMATCHED =
      Key.of(
              "unmatched",
              Scalars.word("pass or origin", List.of(Unmatched.values())),
              "requests that no route takes: pass, or origin (cached as the backend says)")
          .orElse("pass");

  static final Section<DefaultsSection> SHAPE =
      new Section<>(
          List.of(
              SCOPE,
              STATUSES,
              STALE_WHILE_REVALIDATE,
              STALE_IF_ERROR,
              COALESCE,
              OVERRIDE_ORIGIN,
              CLIENT_NO_CACHE,
              ACCEPT_ENCODING,
              ACCEPT_LANGUAGE,
              UNMATCHED),
          DefaultsSection::from);

  private static DefaultsSection from(Values values) {
    return new DefaultsSection(
        values.get(SCOPE),
        values.get(STATUSES),
        values.get(STALE_WHILE_REVALIDATE),
        values.get(STALE_IF_ERROR),
        values.get(COALESCE),
        values.get(OVERRIDE_ORIGIN),
        values.get(CLIENT_NO_CACHE),
        values.get(ACCEPT_ENCODING),
        values.get(ACCEPT_LANGUAGE),
        values.get(UNMATCHED));
  }
}
