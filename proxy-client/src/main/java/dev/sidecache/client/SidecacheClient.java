package dev.sidecache.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.client.AdminApi.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Values by key beside what sidecache stores of its own accord, and what its admin port offers.
 *
 * <pre>{@code
 * try (SidecacheClient cache = SidecacheClient.builder().fromEnvironment().build()) {
 *   boolean put = cache.put("profile:7", profile, Duration.ofMinutes(5), "profile:7");
 *   Optional<Profile> got = cache.get("profile:7", Profile.class);
 *   boolean deleted = cache.delete("profile:7");
 *   PurgeResult purged = cache.purge(Purge.tags("student:*"));
 * }
 * }</pre>
 *
 * <p><b>A cache fault is never yours.</b> While caching is disabled or the proxy is away, {@code
 * get} is empty, {@code put} and {@code delete} are false, {@code clear} is 0, and nothing throws;
 * each change is told in one log line (logger {@code dev.sidecache.client}). A proxy that did not
 * answer is left alone for a second. {@link #purge}, {@link #stats}, {@link #health} and {@link
 * #info} throw a {@link SidecacheException}. Wrong use throws an {@link IllegalArgumentException}
 * at once: a blank key, a TTL of 0 or less, a value that is no JSON.
 *
 * <p>Thread-safe. Methods block until the answer is there, at most for the timeout.
 */
public final class SidecacheClient implements AutoCloseable {
  private static final Duration PURGE_TIMEOUT = Duration.ofSeconds(30);

  private final AdminApi api;
  private final Duration timeout;
  private final ObjectMapper mapper;
  private final Availability availability;
  private volatile boolean closed;

  private SidecacheClient(Builder builder) {
    this.api = new AdminApi(builder.admin, builder.token, builder.timeout);
    this.timeout = builder.timeout;
    this.mapper = builder.mapper;
    this.availability = new Availability(api.address(), builder.nanoTime, builder.rest.toNanos());
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * The value under a key; empty if there is none, if it does not fit the class, or while the cache
   * is not available.
   */
  public <T> Optional<T> get(String key, Class<T> type) {
    return get(key, mapper.constructType(type));
  }

  /** The same for a generic type: {@code new TypeReference<List<Profile>>() {}}. */
  public <T> Optional<T> get(String key, TypeReference<T> type) {
    return get(key, mapper.constructType(type.getType()));
  }

  private <T> Optional<T> get(String key, JavaType type) {
    Reply reply = ask("GET", Keys.path(key), null);
    if (reply == null || reply.status() != 200) {
      return Optional.empty();
    }
    try {
      T value = mapper.readValue(reply.text(), type);
      return Optional.ofNullable(value);
    } catch (JsonProcessingException ofAnotherClass) {
      return Optional.empty();
    }
  }

  /**
   * Keeps a value as JSON.
   *
   * @param ttl above zero, to the millisecond
   * @param tags under which purges find it
   * @return whether it is kept
   */
  public boolean put(String key, Object value, Duration ttl, String... tags) {
    String target = Keys.path(key) + "?ttl=" + Keys.ttl(ttl);
    if (tags.length > 0) {
      target += "&tags=" + Keys.tags(List.of(tags));
    }
    Reply reply = ask("PUT", target, json(value));
    return reply != null && reply.status() == 204;
  }

  private byte[] json(Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException(
          "value: " + value.getClass().getName() + " is no JSON", notJson);
    }
  }

  /** Deletes a value; whether there was one. */
  public boolean delete(String key) {
    Reply reply = ask("DELETE", Keys.path(key), null);
    return reply != null && reply.status() == 204;
  }

  /** Deletes all values; how many there were, as far as the proxy knows. */
  public long clear() {
    return clear("");
  }

  /** Deletes the values whose keys begin so; how many there were, as far as the proxy knows. */
  public long clear(String prefix) {
    Reply reply = ask("DELETE", "/v1/values?prefix=" + Keys.encoded(prefix), null);
    if (reply == null || reply.status() != 200) {
      return 0;
    }
    return reply.as(JsonNode.class).path("deleted").asLong();
  }

  /**
   * Makes stored responses and values invalid, in all instances.
   *
   * @throws SidecacheException if that was not done
   */
  public PurgeResult purge(Purge purge) {
    Duration patience = timeout.compareTo(PURGE_TIMEOUT) > 0 ? timeout : PURGE_TIMEOUT;
    return PurgeResult.of(open().call("POST", "/v1/purge", purge.toJson(), patience));
  }

  /**
   * What the proxy has counted since its start.
   *
   * @throws SidecacheException if it does not tell
   */
  public ClientStats stats() {
    return open().call("GET", "/v1/stats", null, timeout).as(ClientStats.class);
  }

  /**
   * How the proxy is, also if it is not healthy.
   *
   * @throws SidecacheException if it does not tell
   */
  public ClientHealth health() {
    Reply reply = open().send("GET", "/health", null, timeout);
    if (reply.status() != 200 && reply.status() != 503) {
      throw api.refusal(reply);
    }
    return reply.as(ClientHealth.class);
  }

  /**
   * What proxy it is.
   *
   * @throws SidecacheException if it does not tell
   */
  public ClientInfo info() {
    return open().call("GET", "/v1/info", null, timeout).as(ClientInfo.class);
  }

  /** Ends the use of this client; every later call is an {@link IllegalStateException}. */
  @Override
  public void close() {
    closed = true;
  }

  /** Purges tags; if that fails, one log line per change tells. */
  void purgeTags(Collection<String> tags) {
    if (tags.isEmpty()) {
      return;
    }
    Purge purge = Purge.tags(tags.toArray(new String[0]));
    Reply reply = ask("POST", "/v1/purge", purge.toJson());
    if (reply != null && reply.status() / 100 != 2) {
      availability.unavailable(api.explanation(reply));
    }
  }

  private AdminApi open() {
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
    return api;
  }

  /** The answer, or null if the cache is not available. */
  private @Nullable Reply ask(String method, String target, byte @Nullable [] json) {
    AdminApi open = open();
    if (!availability.mayAsk()) {
      return null;
    }
    Reply reply;
    try {
      reply = open.send(method, target, json, timeout);
    } catch (SidecacheException away) {
      availability.unreachable(String.valueOf(away.getMessage()));
      return null;
    }
    return usable(reply);
  }

  /** The answer if it is one about values; null if the cache cannot be used at all. */
  private @Nullable Reply usable(Reply reply) {
    switch (reply.status()) {
      case 200, 202, 204, 404, 413, 507 -> {
        availability.available();
        return reply;
      }
      case 422 -> throw new IllegalArgumentException(api.explanation(reply));
      default -> {
        availability.unavailable(api.explanation(reply));
        return null;
      }
    }
  }

  /** Sets a client up. */
  public static final class Builder {
    private URI admin = URI.create("http://127.0.0.1:8180");
    private String token = "";
    private Duration timeout = Duration.ofSeconds(2);
    private Duration rest = Duration.ofSeconds(1);
    private ObjectMapper mapper = new ObjectMapper().findAndRegisterModules();
    private LongSupplier nanoTime = System::nanoTime;

    private Builder() {}

    /** Takes {@code SIDECACHE_ADMIN} and {@code SIDECACHE_ADMIN_TOKEN}, where they are set. */
    public Builder fromEnvironment() {
      return from(System.getenv());
    }

    Builder from(Map<String, String> environment) {
      String address = environment.getOrDefault("SIDECACHE_ADMIN", "");
      String secret = environment.getOrDefault("SIDECACHE_ADMIN_TOKEN", "");
      if (!address.isBlank()) {
        admin(URI.create(address.trim()));
      }
      return secret.isBlank() ? this : token(secret.trim());
    }

    /** The address of the admin port; {@code http://127.0.0.1:8180} unless set. */
    public Builder admin(URI address) {
      this.admin = address;
      return this;
    }

    /** The proxy's {@code admin.token}. */
    public Builder token(String secret) {
      this.token = secret;
      return this;
    }

    /** How long an answer may take, two seconds unless set; a purge may take half a minute. */
    public Builder timeout(Duration longest) {
      if (longest.isNegative() || longest.isZero()) {
        throw new IllegalArgumentException("timeout: " + longest + " (expected: above 0)");
      }
      this.timeout = longest;
      return this;
    }

    /** What values are written and read by; the modules on the class path unless set. */
    public Builder mapper(ObjectMapper values) {
      this.mapper = values;
      return this;
    }

    Builder clock(LongSupplier monotonic) {
      this.nanoTime = monotonic;
      return this;
    }

    /**
     * The client.
     *
     * @throws IllegalArgumentException if the address is none
     */
    public SidecacheClient build() {
      return new SidecacheClient(this);
    }
  }
}
