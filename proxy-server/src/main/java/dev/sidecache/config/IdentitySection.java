package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param from the credentials that count; all present ones
 * @param jwt the claim that stands for a caller, or null: the hash of the credential
 * @param capTtlAtTokenExpiry whether the expiry of a token, even unverified, shortens a lifetime
 */
public record IdentitySection(List<Source> from, @Nullable Jwt jwt, boolean capTtlAtTokenExpiry) {

  public IdentitySection {
    from = List.copyOf(from);
  }

  /**
   * Where a credential stands.
   *
   * @param kind a field or a cookie
   * @param name in lower case for a field
   */
  public record Source(Kind kind, String name) {
    /** What carries a credential. */
    public enum Kind {
      HEADER,
      COOKIE
    }

    private static final Scalar<Source> SHAPE =
        Scalars.text(
            "a credential such as header:Authorization",
            "^(header|cookie):[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
            Source::parse);

    private static Parsed<Source> parse(String text) {
      int colon = text.indexOf(':');
      String kind = colon < 0 ? "" : text.substring(0, colon);
      String name = text.substring(colon + 1);
      boolean header = kind.equals("header");
      boolean token = RuleScalars.isToken(name);
      if (!token || !(header || kind.equals("cookie"))) {
        String hint =
            colon < 0 && token ? "write header:" + name : "write header:NAME or cookie:NAME";
        return Parsed.not(Code.BAD_IDENTITY, "is not a credential", hint);
      }
      String value = header ? name.toLowerCase(Locale.ROOT) : name;
      return Parsed.of(new Source(header ? Kind.HEADER : Kind.COOKIE, value));
    }

    /** NB: written out, or Java would make the code for it at each start, which takes 20 ms. */
    @Override
    public String toString() {
      return "Source[kind=" + kind + ", name=" + name + "]";
    }
  }

  /**
   * The claim of a verified token that stands for a caller.
   *
   * @param jwksUrl where the keys are, or null
   * @param secret the shared key, or null; exactly one of the two is there
   * @param claim its name
   * @param issuer the required issuer, or null
   * @param audience the required audience, or null
   */
  public record Jwt(
      @Nullable URI jwksUrl,
      @Nullable Secret secret,
      String claim,
      @Nullable String issuer,
      @Nullable String audience) {
    private static final Key<URI> JWKS_URL =
        Key.of("jwks_url", Scalars.URL, "where the keys are; this or secret");
    private static final Key<Secret> SECRET =
        Key.of("secret", Scalars.SECRET, "the shared key; this or jwks_url");
    private static final Key<String> CLAIM =
        Key.of("claim", Scalars.TEXT, "the claim that stands for the caller").orElse("sub");
    private static final Key<String> ISSUER =
        Key.of("issuer", Scalars.TEXT, "required issuer, if written");
    private static final Key<String> AUDIENCE =
        Key.of("audience", Scalars.TEXT, "required audience, if written");
    private static final Section<Jwt> SHAPE =
        new Section<>(List.of(JWKS_URL, SECRET, CLAIM, ISSUER, AUDIENCE), Jwt::from);

    private static Jwt from(Values values) {
      URI jwksUrl = values.find(JWKS_URL);
      Secret secret = values.find(SECRET);
      if (values.isSet(JWKS_URL) == values.isSet(SECRET)) {
        values
            .findings()
            .error(
                values.path(),
                Code.CONTRADICTION,
                values.isSet(SECRET) ? "has two keys" : "has no key",
                "write jwks_url or secret");
      }
      return new Jwt(
          jwksUrl, secret, values.get(CLAIM), values.find(ISSUER), values.find(AUDIENCE));
    }
  }

  private static final Key<List<Source>> FROM =
      Key.of("from", new Shape.ListOf<>(Source.SHAPE), "header:NAME or cookie:NAME; all count")
          .orElse("[header:Authorization, header:X-API-Key, header:Cookie]");
  private static final Key<Jwt> JWT =
      Key.of("jwt", Jwt.SHAPE.orNone(), "the claim of a verified token as identity, or none")
          .orElse("none");
  private static final Key<Boolean> CAP =
      Key.of(
              "cap_ttl_at_token_expiry",
              Scalars.BOOLEAN,
              "exp of a token, even unverified, may shorten a TTL")
          .orElse("true");

  static final Section<IdentitySection> SHAPE =
      new Section<>(List.of(FROM, JWT, CAP), IdentitySection::from);

  /** What tells callers apart, in one spelling for each way. NB: a key is not part of the way. */
  String way() {
    StringBuilder way = new StringBuilder();
    from.stream().map(Source::toString).sorted().forEach(way::append);
    if (jwt != null) {
      way.append(List.of(jwt.claim(), text(jwt.issuer()), text(jwt.audience())));
      way.append(jwt.jwksUrl() == null ? "secret" : jwt.jwksUrl());
    }
    return way.toString();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : "\"" + value + "\"";
  }

  private static IdentitySection from(Values values) {
    return new IdentitySection(values.get(FROM), values.find(JWT), values.get(CAP));
  }
}
