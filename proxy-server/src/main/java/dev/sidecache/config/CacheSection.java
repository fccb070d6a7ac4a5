package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where and how responses are kept.
 *
 * @param store memory in front of Redis, or memory alone
 * @param namespace begins every Redis key
 * @param version part of every key
 * @param maxEntrySizeBytes larger responses are not stored
 * @param tagHeaders whether clients see {@code Cache-Tag} and {@code Surrogate-Key}
 * @param targetList names of the targeted fields that are obeyed, the most applicable first
 * @param targetHeaders whether clients see these
 * @param gzipOverBytes longer stored text is sent in gzip to clients that accept it; null: none is
 * @param consistency how mutations are announced
 * @param mutationPolicy what happens to a mutation that cannot be announced
 * @param holdMax how long the answer to a mutation may be held at most
 * @param l1 the tier in memory
 * @param redis the shared tier
 */
public record CacheSection(
    Store store,
    String namespace,
    String version,
    long maxEntrySizeBytes,
    FieldsForUs tagHeaders,
    List<String> targetList,
    FieldsForUs targetHeaders,
    @Nullable Long gzipOverBytes,
    Consistency consistency,
    MutationPolicy mutationPolicy,
    Duration holdMax,
    L1 l1,
    RedisSection redis) {

  /** Where responses are kept. */
  public enum Store {
    REDIS,
    MEMORY
  }

  /** What becomes of fields that are meant for caches, towards the client. */
  public enum FieldsForUs {
    STRIP,
    PASS
  }

  /** How mutations are announced. */
  public enum Consistency {
    DEFAULT,
    LITE
  }

  /** What happens to a mutation that cannot be announced. */
  public enum MutationPolicy {
    FORWARD,
    REJECT
  }

  /**
   * The tier in memory.
   *
   * @param maxSizeBytes bound of all stored responses
   * @param lease how long hits are answered without asking Redis; zero asks each time
   */
  public record L1(long maxSizeBytes, Duration lease) {
    private static final Key<Long> MAX_SIZE =
        Key.of("max_size", Scalars.SIZE, "bound of the memory for stored answers").orElse("32MiB");
    private static final Key<Duration> LEASE =
        Key.of(
                "lease",
                Scalars.duration(Duration.ZERO, Duration.ofSeconds(1)),
                "hits answered without asking Redis; 0 asks each time; same in all instances")
            .orElse("100ms");
    private static final Section<L1> SHAPE =
        new Section<>(
            List.of(MAX_SIZE, LEASE), values -> new L1(values.get(MAX_SIZE), values.get(LEASE)));
  }

  private static final Key<Store> STORE =
      Key.of("store", Scalars.word("a store", List.of(Store.values())), "redis or memory")
          .orElse("redis")
          .flag("--store")
          .variable("SIDECACHE_STORE");
  private static final Key<String> NAMESPACE =
      Key.of(
              "namespace",
              Scalars.text("a name", "^[a-z0-9-]{1,40}$", CacheSection::namespace),
              "begins every Redis key; instances that share entries share it")
          .orElse("sidecache");
  private static final Key<String> VERSION =
      Key.of("version", Scalars.TEXT, "part of every key: a new value starts with an empty cache")
          .orElse("\"1\"");
  private static final Key<Long> MAX_ENTRY_SIZE =
      Key.of("max_entry_size", Scalars.SIZE, "larger answers are not stored").orElse("1MiB");
  private static final Key<FieldsForUs> TAG_HEADERS =
      Key.of(
              "tag_headers",
              Scalars.word("strip or pass", List.of(FieldsForUs.values())),
              "Cache-Tag and Surrogate-Key towards the client: strip or pass")
          .orElse("strip");
  private static final Key<List<String>> TARGET_LIST =
      Key.of(
              "target_list",
              new Shape.ListOf<>(RuleScalars.FIELD_NAME),
              "headers obeyed in place of Cache-Control and Expires, the first present one counts")
          .orElse("[CDN-Cache-Control]");
  private static final Key<FieldsForUs> TARGET_HEADERS =
      Key.of(
              "target_headers",
              Scalars.word("strip or pass", List.of(FieldsForUs.values())),
              "the headers of target_list towards the client: strip or pass")
          .orElse("pass");
  private static final Key<Long> GZIP_OVER =
      Key.of(
              "gzip_over",
              Scalars.SIZE.orNone(),
              "longer stored text goes out in gzip to clients that accept it, or none")
          .orElse("none");
  private static final Key<Consistency> CONSISTENCY =
      Key.of(
              "consistency",
              Scalars.word("a consistency", List.of(Consistency.values())),
              "default, or lite: one command for each write, an instance that dies may hide one")
          .orElse("default");
  private static final Key<MutationPolicy> MUTATION_POLICY =
      Key.of(
              "mutation_policy",
              Scalars.word("a policy", List.of(MutationPolicy.values())),
              "forward, or reject: 503 when a write cannot be announced to the other instances")
          .orElse("forward");
  private static final Key<Duration> HOLD_MAX =
      Key.of("hold_max", Scalars.TIMEOUT, "longest wait of a write's answer for its invalidation")
          .orElse("6s");
  private static final Key<L1> MEMORY = Key.of("l1", L1.SHAPE, "memory").orElse("{}");
  private static final Key<RedisSection> REDIS =
      Key.of("redis", RedisSection.SHAPE, "the shared tier").orElse("{}");

  static final Section<CacheSection> SHAPE =
      new Section<>(
          List.of(
              STORE,
              NAMESPACE,
              VERSION,
              MAX_ENTRY_SIZE,
              TAG_HEADERS,
              TARGET_LIST,
              TARGET_HEADERS,
              GZIP_OVER,
              CONSISTENCY,
              MUTATION_POLICY,
              HOLD_MAX,
              MEMORY,
              REDIS),
          CacheSection::from);

  private static CacheSection from(Values values) {
    Store store = values.get(STORE);
    values.reading().store(store);
    return new CacheSection(
        store,
        values.get(NAMESPACE),
        values.get(VERSION),
        values.get(MAX_ENTRY_SIZE),
        values.get(TAG_HEADERS),
        values.get(TARGET_LIST),
        values.get(TARGET_HEADERS),
        values.find(GZIP_OVER),
        values.get(CONSISTENCY),
        values.get(MUTATION_POLICY),
        values.get(HOLD_MAX),
        values.get(MEMORY),
        values.get(REDIS));
  }

  private static Parsed<String> namespace(String text) {
    boolean valid =
        !text.isEmpty()
            && text.length() <= 40
            && text.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    return valid
        ? Parsed.of(text)
        : Parsed.not(Code.BAD_NAME, "is not a namespace", "use up to 40 of a-z 0-9 -");
  }
}
