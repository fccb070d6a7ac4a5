package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Configured;
import dev.sidecache.redis.RedisAddress.Extras;
import dev.sidecache.redis.RedisAddress.Found;
import dev.sidecache.redis.RedisAddress.Kind;
import dev.sidecache.redis.RedisAddress.Login;
import dev.sidecache.redis.RedisAddress.Malformed;
import dev.sidecache.redis.RedisAddress.Node;
import dev.sidecache.redis.RedisAddress.Off;
import dev.sidecache.redis.RedisAddress.Tls;
import dev.sidecache.redis.RedisAddress.Verify;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The settings that name a Redis: which of them counts, and what fills the gaps of another. */
final class RedisSettings {
  private static final Set<String> YES = Set.of("true", "1", "yes", "on");
  private static final Set<String> NO = Set.of("false", "0", "no", "off");

  private final Map<String, String> values;
  private final UnaryOperator<String> spelling;
  private final List<String> errors = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();

  RedisSettings(Map<String, String> values, UnaryOperator<String> spelling) {
    this.values = values;
    this.spelling = spelling;
  }

  Found found() {
    if (!flag("REDIS_ENABLED", true)) {
      return errors.isEmpty() ? new Off(spelling.apply("REDIS_ENABLED")) : new Malformed(errors);
    }
    for (String variable : List.of("REDIS_URL", "REDIS_HOST", "UPSTASH_REDIS_REST_URL")) {
      if (value(variable) != null) {
        return result(variable, read(variable));
      }
    }
    if (value("UPSTASH_REDIS_REST_TOKEN") != null) {
      return result("", pair());
    }
    return errors.isEmpty() ? new Off("") : new Malformed(errors);
  }

  private @Nullable RedisAddress read(String variable) {
    return variable.equals("UPSTASH_REDIS_REST_URL") ? pair() : address(variable);
  }

  private Found result(String variable, @Nullable RedisAddress address) {
    return errors.isEmpty() && address != null
        ? new Configured(address, spelling.apply(variable), notices)
        : new Malformed(errors);
  }

  /** The value without blanks and quotes around; null if unset or empty. */
  private @Nullable String value(String variable) {
    String value = values.get(variable);
    if (value == null) {
      return null;
    }
    String bare = RedisUrl.bare(value);
    return bare.isEmpty() ? null : bare;
  }

  private boolean flag(String variable, boolean unset) {
    String value = value(variable);
    if (value == null) {
      return unset;
    }
    String word = value.toLowerCase(Locale.ROOT);
    if (!YES.contains(word) && !NO.contains(word)) {
      error(variable, "is neither true nor false");
    }
    return YES.contains(word);
  }

  private void error(String variable, String problem) {
    errors.add(spelling.apply(variable) + ": " + problem);
  }

  private @Nullable RedisAddress pair() {
    String token = value("UPSTASH_REDIS_REST_TOKEN");
    if (value("UPSTASH_REDIS_REST_URL") == null) {
      error("UPSTASH_REDIS_REST_URL", "is missing beside " + token());
    }
    if (token == null) {
      error(token(), "is missing beside " + spelling.apply("UPSTASH_REDIS_REST_URL"));
    }
    RedisUrl url = token == null ? null : parsed("UPSTASH_REDIS_REST_URL");
    if (url == null) {
      return null;
    }
    if (url.kind() != Kind.REST) {
      error("UPSTASH_REDIS_REST_URL", "is no https:// address");
      return null;
    }
    return rest(url, token);
  }

  private String token() {
    return spelling.apply("UPSTASH_REDIS_REST_TOKEN");
  }

  private @Nullable RedisUrl parsed(String variable) {
    String text = values.get(variable);
    if (text == null) {
      return null;
    }
    RedisUrl url = new RedisUrl(text, value("REDIS_PASSWORD") != null);
    url.errors().forEach(error -> errors.add(spelling.apply(variable) + error));
    url.notices().forEach(notice -> notices.add(spelling.apply(variable) + ": " + notice));
    return url.errors().isEmpty() ? url : null;
  }

  private @Nullable RedisAddress address(String variable) {
    RedisUrl url = parsed(variable);
    if (url == null) {
      return null;
    }
    if (url.kind() == Kind.REST) {
      String token = value("UPSTASH_REDIS_REST_TOKEN");
      return rest(url, token == null ? value("REDIS_PASSWORD") : token);
    }
    RedisAddress.Provider provider = RedisAddress.Provider.of(url.hosts().get(0).host());
    Login login = login(url);
    if (login.database() != 0 && url.kind() == Kind.CLUSTER) {
      error(variable, "a cluster has no database but 0");
    }
    if (login.database() != 0 && provider == RedisAddress.Provider.UPSTASH) {
      error(variable, "Upstash has no database but 0");
    }
    if (url.kind() == Kind.SENTINEL && url.extras().sentinelMaster() == null) {
      error(variable, "sentinels need the master's name: ?sentinelMasterId=NAME");
    }
    boolean asked = url.tls().isOn() || flag("REDIS_TLS", false);
    boolean on = asked || impliesTls(provider, url.hosts().get(0).port());
    Verify verify = on && url.tls().verify() == Verify.OFF ? url.verify() : url.tls().verify();
    return new RedisAddress(
        url.kind(),
        nodes(variable, url, provider),
        login,
        on ? new Tls(verify, url.tls().caFile()) : Tls.OFF,
        url.extras());
  }

  /** What Azure calls its port without TLS is the one place where a port decides. */
  private static boolean impliesTls(RedisAddress.Provider provider, int port) {
    return provider != RedisAddress.Provider.OTHER
        && !(provider == RedisAddress.Provider.AZURE_CACHE && port == 6379);
  }

  private List<Node> nodes(String variable, RedisUrl url, RedisAddress.Provider provider) {
    int usual = usualPort(url.kind(), provider);
    if (variable.equals("REDIS_HOST") && value("REDIS_PORT") != null) {
      usual = number("REDIS_PORT", 1, 65535);
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : url.hosts()) {
      nodes.add(node.port() == 0 ? new Node(node.host(), usual) : node);
    }
    return nodes;
  }

  private static int usualPort(Kind kind, RedisAddress.Provider provider) {
    if (kind == Kind.SENTINEL) {
      return 26379;
    }
    return switch (provider) {
      case AZURE_CACHE -> 6380;
      case AZURE_MANAGED -> 10000;
      case UPSTASH, OTHER -> 6379;
    };
  }

  private Login login(RedisUrl url) {
    String username = url.username() == null ? value("REDIS_USERNAME") : url.username();
    String password = url.password() == null ? value("REDIS_PASSWORD") : url.password();
    boolean fill = url.database() < 0 && value("REDIS_DB") != null;
    int database = fill ? number("REDIS_DB", 0, 1_000_000) : Math.max(0, url.database());
    return new Login(username, password, database);
  }

  private int number(String variable, int least, int most) {
    String value = value(variable);
    int number = value == null ? -1 : RedisUrl.number(value, most);
    if (number < least) {
      error(variable, "is no number from " + least + " to " + most);
      return least;
    }
    return number;
  }

  private @Nullable RedisAddress rest(RedisUrl url, @Nullable String token) {
    if (token == null) {
      error(token(), "is missing: an https:// address needs it");
      return null;
    }
    Node host = url.hosts().get(0);
    Node node = host.port() == 0 ? new Node(host.host(), url.tls().isOn() ? 443 : 80) : host;
    Extras extras = new Extras(null, null, null, url.extras().path());
    RedisAddress address =
        new RedisAddress(Kind.REST, List.of(node), new Login(null, token, 0), url.tls(), extras);
    if (!address.tls().isOn() && !address.isLoopback()) {
      error("UPSTASH_REDIS_REST_URL", "must be https:// unless it is on this machine");
    }
    return address;
  }
}
