package dev.sidecache.identity;

import dev.sidecache.caching.Identity;
import dev.sidecache.http.RequestHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Tells who sends a request: a keyed hash over every credential that it carries, where a verified
 * token counts by its claim. Two requests have one identity only if all their credentials are
 * equal. Safe for use by several threads.
 */
public final class Credentials {
  /** Counts whether configured or not: who sends it never shares what is for everybody. */
  private static final CredentialSource AUTHORIZATION =
      new CredentialSource(CredentialSource.Kind.HEADER, "Authorization");

  private static final String BEARER = "Bearer ";

  private final List<CredentialSource> sources;
  private final boolean capsLifetime;
  private final KeyedHash hash;
  private final JwtVerifier.@Nullable Settings jwt;
  private volatile Verification verification;
  private volatile Runnable unknownKey = () -> {};

  /**
   * @param settings what counts
   * @param secret from which the key of the hash is made: the same in all replicas, such as the
   *     namespace
   */
  public Credentials(Settings settings, String secret) {
    this.sources = withAuthorization(settings.from());
    this.capsLifetime = settings.capTtlAtTokenExpiry();
    this.hash = KeyedHash.of(secret);
    this.jwt = settings.jwt();
    this.verification = new Verification(jwt == null ? null : new JwtVerifier(jwt, null));
  }

  /** A verifier, and the identities that were found with it. */
  private record Verification(@Nullable JwtVerifier verifier, RecentIdentities recent) {
    Verification(@Nullable JwtVerifier verifier) {
      this(verifier, new RecentIdentities());
    }
  }

  /**
   * From now on tokens are verified by these public keys; until the first call none verifies, if
   * the settings name a set of keys.
   */
  public void verifyBy(JwksKeys keys) {
    if (jwt != null) {
      verification = new Verification(new JwtVerifier(jwt, keys));
    }
  }

  /** Whom to tell of a token whose key is missing; called wherever identities are asked for. */
  public void onUnknownKey(Runnable told) {
    unknownKey = told;
  }

  /**
   * What counts as a credential.
   *
   * @param from where credentials are; all present ones count
   * @param jwt how tokens are verified; null: they are not
   * @param capTtlAtTokenExpiry whether {@code exp} of a token, even of one not verified, shortens
   *     lifetimes
   */
  public record Settings(
      List<CredentialSource> from,
      JwtVerifier.@Nullable Settings jwt,
      boolean capTtlAtTokenExpiry) {

    /** Authorization, X-API-Key and the whole Cookie field; no verification. */
    public static final Settings DEFAULT =
        new Settings(
            List.of(
                AUTHORIZATION,
                CredentialSource.parse("header:X-API-Key"),
                CredentialSource.parse("header:Cookie")),
            null,
            true);

    public Settings {
      from = List.copyOf(from);
    }
  }

  private static List<CredentialSource> withAuthorization(List<CredentialSource> from) {
    List<CredentialSource> sources = new ArrayList<>();
    for (CredentialSource source : from) {
      boolean known = source.kind() == CredentialSource.Kind.HEADER;
      if (!(known && source.name().equalsIgnoreCase(AUTHORIZATION.name()))) {
        sources.add(source);
      }
    }
    sources.add(0, AUTHORIZATION);
    return List.copyOf(sources);
  }

  /** Who sends this request, {@link Identity#NONE} if it carries no credential. Never throws. */
  public Identity identify(RequestHead head, Instant now) {
    List<Carried> carried = new ArrayList<>(1);
    for (int i = 0; i < sources.size(); i++) {
      List<String> values = sources.get(i).values(head);
      if (!values.isEmpty()) {
        carried.add(new Carried(sources.get(i), values));
      }
    }
    if (carried.isEmpty()) {
      return Identity.NONE;
    }
    Verification current = verification;
    String raw = hash.of(rawParts(carried));
    Identity known = current.recent.find(raw, now);
    if (known != null) {
      return known;
    }
    Reading reading = new Reading(current.verifier, now);
    carried.forEach(reading::add);
    Identity identity = reading.identity(raw);
    current.recent.keep(raw, identity, now, reading.end);
    return identity;
  }

  /** The values of one source that a request carries. */
  private record Carried(CredentialSource source, List<String> values) {}

  private static KeyedHash.Parts rawParts(List<Carried> carried) {
    KeyedHash.Parts parts = new KeyedHash.Parts("raw");
    for (Carried one : carried) {
      addRaw(one.source(), one.values(), parts);
    }
    return parts;
  }

  private static void addRaw(CredentialSource source, List<String> values, KeyedHash.Parts parts) {
    parts.add(source.kind().word()).add(source.canonicalName()).number(values.size());
    values.forEach(parts::add);
  }

  /** What the credentials of one request say when tokens are read as tokens. */
  private final class Reading {
    private final @Nullable JwtVerifier verifier;
    private final Instant now;
    private final KeyedHash.Parts parts = new KeyedHash.Parts("claims");
    private final StringJoiner source = new StringJoiner(", ");
    private boolean verified;
    private @Nullable Instant expires;

    /** When the first of the tokens that are still good ends. */
    private @Nullable Instant end;

    Reading(@Nullable JwtVerifier verifier, Instant now) {
      this.verifier = verifier;
      this.now = now;
    }

    void add(Carried carried) {
      Jwt token = carried.values().size() == 1 ? token(carried.values().get(0)) : null;
      JwtVerifier.Claim claim =
          token == null || verifier == null ? null : verifier.verify(token, now);
      if (claim == null) {
        addRaw(carried.source(), carried.values(), parts);
        source.add(carried.source().text() + missing(token));
      } else {
        verified = true;
        parts.add("claim").add(claim.issuer()).add(claim.name()).add(claim.value());
        source.add("claim " + claim.name() + " of " + carried.source().text());
      }
      Instant exp = token == null ? null : token.expires();
      expires = earlier(expires, exp);
      end = exp == null || !exp.isAfter(now) ? end : earlier(end, exp);
    }

    /** Why a token could not even be tried, for people. */
    private String missing(@Nullable Jwt token) {
      if (token == null || verifier == null || !verifier.lacksKeyOf(token)) {
        return "";
      }
      unknownKey.run();
      return verifier.hasKeys() ? " (jwks_unknown_key)" : " (jwks_unavailable)";
    }

    Identity identity(String raw) {
      String digest = verified ? hash.of(parts) : raw;
      return new Identity(digest, capsLifetime ? expires : null, source.toString());
    }
  }

  private static @Nullable Jwt token(String value) {
    boolean bearer = value.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return Jwt.parse(bearer ? value.substring(BEARER.length()).trim() : value);
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isBefore(one)) ? other : one;
  }
}
