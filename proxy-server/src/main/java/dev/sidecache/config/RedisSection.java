package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Node.Scalar.Kind;
import dev.sidecache.redis.RedisAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shared tier: where Redis is and how it is used.
 *
 * @param address from the file or from the environment; not looked for with {@code store: memory}
 * @param transport how Upstash's REST address is spoken to
 * @param timeout after which a request goes to the backend
 * @param compressOverBytes text bodies above are compressed, or null
 * @param commandBudget what a period may cost, or null
 * @param fillLease whether all instances together make one backend request per cold key
 */
public record RedisSection(
    RedisAddress.Found address,
    Transport transport,
    Duration timeout,
    @Nullable Long compressOverBytes,
    @Nullable Budget commandBudget,
    FillLease fillLease) {

  /** Whether all instances together make one backend request per cold key. */
  public enum FillLease {
    AUTO,
    TRUE,
    FALSE
  }

  /** How Upstash is spoken to. */
  public enum Transport {
    AUTO,
    RESP,
    REST
  }

  /** Upstash's REST address and token. */
  private record Upstash(Secret restUrl, Secret restToken, Transport transport) {
    private static final Key<Secret> REST_URL =
        Key.of("rest_url", Scalars.SECRET, "Upstash's REST address").mandatory();
    private static final Key<Secret> REST_TOKEN =
        Key.of("rest_token", Scalars.SECRET, "Upstash's REST token").mandatory();
    private static final Key<Transport> TRANSPORT =
        Key.of(
                "transport",
                Scalars.word("a transport", List.of(Transport.values())),
                "auto, resp (TLS on port 6379) or rest")
            .orElse("auto");
    private static final Section<Upstash> SHAPE =
        new Section<>(List.of(REST_URL, REST_TOKEN, TRANSPORT), Upstash::from);

    private static @Nullable Upstash from(Values values) {
      Secret url = values.find(REST_URL);
      Secret token = values.find(REST_TOKEN);
      Transport transport = values.get(TRANSPORT);
      return url == null || token == null ? null : new Upstash(url, token, transport);
    }
  }

  /**
   * What a period may cost.
   *
   * @param commands how many
   * @param period in which
   */
  public record Budget(long commands, Period period) {
    /** A calendar period in UTC. */
    public enum Period {
      MONTH,
      DAY
    }

    private static final Scalar<Budget> SHAPE =
        new Scalar<>(
            EnumSet.of(Kind.TEXT),
            "a budget such as 500000/month",
            false,
            (text, reading) -> parse(text),
            schema -> schema.put("type", "string").put("pattern", "^[0-9]+/(month|day)$"));

    private static Parsed<Budget> parse(String text) {
      int slash = text.indexOf('/');
      String number = slash < 0 ? "" : text.substring(0, slash);
      String period = text.substring(slash + 1);
      boolean digits = !number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9');
      boolean known = period.equals("month") || period.equals("day");
      if (!digits || number.length() > 15 || !known || Long.parseLong(number) == 0) {
        return Parsed.not(
            Code.BAD_BUDGET, "is not a budget", "write a number and a period: 500000/month");
      }
      return Parsed.of(
          new Budget(Long.parseLong(number), period.equals("day") ? Period.DAY : Period.MONTH));
    }
  }

  private static final Key<Secret> URL =
      Key.of("url", Scalars.SECRET.orNone(), "complete address; https:// is Upstash REST; or none")
          .orElse("none");
  private static final Key<String> HOST =
      Key.of("host", Scalars.TEXT.orNone(), "with port, username, password, database, tls; or none")
          .orElse("none");
  private static final Key<Integer> PORT =
      Key.of("port", Scalars.integer(1, 65_535), "of the host; without it the provider's or 6379");
  private static final Key<String> USERNAME = Key.of("username", Scalars.TEXT, "for an ACL user");
  private static final Key<Secret> PASSWORD =
      Key.of("password", Scalars.SECRET, "of the user or the server");
  private static final Key<Integer> DATABASE =
      Key.of("database", Scalars.integer(0, 65_535), "number; without it 0");
  private static final Key<Boolean> TLS =
      Key.of("tls", Scalars.BOOLEAN, "without it only where the provider demands it");
  private static final Key<Upstash> UPSTASH =
      Key.of("upstash", Upstash.SHAPE.orNone(), "REST address and token, or none").orElse("none");
  private static final Key<Duration> TIMEOUT =
      Key.of("timeout", Scalars.TIMEOUT, "later, the request goes to the backend").orElse("250ms");
  private static final Key<Long> COMPRESS_OVER =
      Key.of("compress_over", Scalars.SIZE.orNone(), "text bodies above are compressed, or none")
          .orElse("2KiB");
  private static final Key<Budget> COMMAND_BUDGET =
      Key.of("command_budget", Budget.SHAPE.orNone(), "commands a month or day, or none")
          .orElse("none");
  private static final Key<FillLease> FILL_LEASE =
      Key.of(
              "fill_lease",
              Scalars.word("auto, true or false", List.of(FillLease.values())),
              "one backend call per cold key for all instances: auto, true or false")
          .orElse("auto");

  static final Section<RedisSection> SHAPE =
      new Section<>(
          List.of(
              URL,
              HOST,
              PORT,
              USERNAME,
              PASSWORD,
              DATABASE,
              TLS,
              UPSTASH,
              TIMEOUT,
              COMPRESS_OVER,
              COMMAND_BUDGET,
              FILL_LEASE),
          RedisSection::from);

  private static RedisSection from(Values values) {
    Upstash upstash = values.find(UPSTASH);
    Map<String, String> written = written(values, upstash);
    boolean redis = values.reading().store() == CacheSection.Store.REDIS;
    RedisAddress.Found address =
        redis ? RedisLocation.find(values, written) : new RedisAddress.Off("cache.store");
    Transport transport = upstash == null ? Transport.AUTO : upstash.transport;
    if (transport == Transport.RESP
        && address instanceof RedisAddress.Configured configured
        && configured.address().overResp().kind() == RedisAddress.Kind.REST) {
      values
          .findings()
          .error(
              values.path() + ".upstash.transport",
              Code.CONTRADICTION,
              "resp is known to work for hosts under upstash.io only",
              "write auto or rest, or name the address as url: rediss://…");
    }
    return new RedisSection(
        address,
        transport,
        values.get(TIMEOUT),
        values.find(COMPRESS_OVER),
        values.find(COMMAND_BUDGET),
        values.get(FILL_LEASE));
  }

  /** What the file says of the address, by the names of the variables that would say it. */
  private static Map<String, String> written(Values values, @Nullable Upstash upstash) {
    Map<String, String> written = new LinkedHashMap<>();
    Secret url = values.find(URL);
    Secret password = values.find(PASSWORD);
    put(written, "REDIS_URL", url == null ? null : url.text());
    put(written, "REDIS_HOST", values.find(HOST));
    put(written, "UPSTASH_REDIS_REST_URL", upstash == null ? null : upstash.restUrl.text());
    oneConnection(values, written);
    put(written, "UPSTASH_REDIS_REST_TOKEN", upstash == null ? null : upstash.restToken.text());
    put(written, "REDIS_PORT", values.find(PORT));
    put(written, "REDIS_USERNAME", values.find(USERNAME));
    put(written, "REDIS_PASSWORD", password == null ? null : password.text());
    put(written, "REDIS_DB", values.find(DATABASE));
    put(written, "REDIS_TLS", values.find(TLS));
    return written;
  }

  private static void put(Map<String, String> written, String variable, @Nullable Object value) {
    if (value != null) {
      written.put(variable, value.toString());
    }
  }

  private static void oneConnection(Values values, Map<String, String> named) {
    if (named.size() > 1) {
      String message = "names the connection more than once";
      String hint = "write one of url, host and upstash";
      values.findings().error(values.path(), Code.CONTRADICTION, message, hint);
    }
  }
}
