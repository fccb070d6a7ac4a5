package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Findings.Problem;
import dev.sidecache.redis.RedisAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is: what the file says, or, if it names no connection, the backend's variables with
 * what the file says beside them. Everything is told to {@link RedisAddress} by the names of the
 * variables.
 */
final class RedisLocation {
  /** Which key of {@code cache.redis} says what a variable says. */
  private static final Map<String, String> KEYS = new LinkedHashMap<>();

  private static final String ENABLED = "REDIS_ENABLED";

  static {
    KEYS.put("REDIS_URL", "url");
    KEYS.put("REDIS_HOST", "host");
    KEYS.put("REDIS_PORT", "port");
    KEYS.put("REDIS_USERNAME", "username");
    KEYS.put("REDIS_PASSWORD", "password");
    KEYS.put("REDIS_DB", "database");
    KEYS.put("REDIS_TLS", "tls");
    KEYS.put("UPSTASH_REDIS_REST_URL", "upstash.rest_url");
    KEYS.put("UPSTASH_REDIS_REST_TOKEN", "upstash.rest_token");
  }

  private final Values values;
  private final Map<String, String> told = new LinkedHashMap<>();
  private final List<String> fromFile = new ArrayList<>();

  private RedisLocation(Values values) {
    this.values = values;
  }

  /**
   * The address.
   *
   * @param written what the file says, by the names of the variables
   */
  static RedisAddress.Found find(Values values, Map<String, String> written) {
    RedisLocation location = new RedisLocation(values);
    boolean named = isNamed(written);
    if (!named) {
      KEYS.keySet().forEach(location::tell);
    }
    location.tell(ENABLED);
    location.told.putAll(written);
    location.fromFile.addAll(written.keySet());
    RedisAddress.Found found = RedisAddress.of(location.told, location::spelled);
    if (found instanceof RedisAddress.Malformed malformed) {
      malformed.errors().forEach(location::refuse);
    }
    if (found instanceof RedisAddress.Configured configured) {
      location.note(configured.source());
    }
    return found;
  }

  private static boolean isNamed(Map<String, String> written) {
    return written.containsKey("REDIS_URL")
        || written.containsKey("REDIS_HOST")
        || written.containsKey("UPSTASH_REDIS_REST_URL");
  }

  private void tell(String variable) {
    String value = values.reading().variable(variable);
    if (value != null) {
      told.put(variable, value);
    }
  }

  /** What a variable is called where its value comes from. */
  private String spelled(String variable) {
    return fromFile.contains(variable) ? path(variable) : variable;
  }

  private String path(String variable) {
    String key = KEYS.get(variable);
    return key == null ? values.path() : values.path() + "." + key;
  }

  /** Tells an error, which begins with the spelling of its variable and holds no value. */
  private void refuse(String error) {
    String variable = ENABLED;
    for (String candidate : KEYS.keySet()) {
      String spelled = spelled(candidate);
      if (error.startsWith(spelled + ":") || error.startsWith(spelled + ",")) {
        variable = candidate;
      }
    }
    String message = error.substring(spelled(variable).length() + 1).strip();
    boolean inFile = fromFile.contains(variable);
    Position position =
        inFile ? values.findings().position(path(variable)) : Position.of("env " + variable);
    values
        .findings()
        .error(position, path(variable), new Problem(Code.BAD_REDIS, message, hint(message), null));
  }

  private static @Nullable String hint(String message) {
    return message.startsWith("is neither") ? "write true or false" : null;
  }

  /** Remembers the variables that count, as the effective values of their keys. */
  private void note(String source) {
    boolean upstash = source.equals("UPSTASH_REDIS_REST_URL");
    told.forEach(
        (variable, value) -> {
          String key = KEYS.get(variable);
          boolean counts = key != null && key.startsWith("upstash") == upstash;
          boolean other = variable.equals("REDIS_HOST") && source.equals("REDIS_URL");
          if (counts && !other && !fromFile.contains(variable)) {
            Setting setting = new Setting(value, isSecret(variable), "env " + variable);
            values.reading().effective(path(variable), setting);
          }
        });
  }

  private static boolean isSecret(String variable) {
    return variable.endsWith("_URL") || variable.endsWith("PASSWORD") || variable.endsWith("TOKEN");
  }
}
