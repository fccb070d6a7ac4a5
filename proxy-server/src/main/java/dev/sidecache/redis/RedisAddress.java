package dev.sidecache.redis;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and how it is spoken to. Made from what operators write, in any of the spellings
 * that providers hand out; secrets are in no text it gives.
 *
 * @param kind what answers there
 * @param nodes host and port; several only for a cluster or sentinels
 * @param login who we are, and the database
 * @param tls whether and how the connection is protected
 * @param extras what only some addresses have
 */
public record RedisAddress(Kind kind, List<Node> nodes, Login login, Tls tls, Extras extras) {

  public RedisAddress {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("no node");
    }
  }

  /** What answers at an address. */
  public enum Kind {
    STANDALONE,
    CLUSTER,
    SENTINEL,
    /** Upstash's HTTP API. */
    REST
  }

  /** A host, without brackets, and a port. */
  public record Node(String host, int port) {
    @Override
    public String toString() {
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
  }

  /** What the server is told of us. */
  public record Login(@Nullable String username, @Nullable String password, int database) {
    @Override
    public String toString() {
      return "Login[database=" + database + "]";
    }
  }

  /** How much of a server's certificate is checked. */
  public enum Verify {
    /** There is no TLS. */
    OFF,
    /** TLS with anybody. */
    NONE,
    /** The certificate's issuer. */
    CA,
    /** Issuer and host name. */
    FULL
  }

  /**
   * The protection of the connection.
   *
   * @param caFile a file of trusted certificates; null: those of the Java platform
   */
  public record Tls(Verify verify, @Nullable String caFile) {
    public static final Tls OFF = new Tls(Verify.OFF, null);

    public boolean isOn() {
      return verify != Verify.OFF;
    }
  }

  /**
   * What only some addresses have.
   *
   * @param timeout for a reply, if the address names one
   * @param sentinelMaster the name that sentinels know the master by
   * @param sentinelPassword for the sentinels themselves
   * @param path of the HTTP API, without a final slash
   */
  public record Extras(
      @Nullable Duration timeout,
      @Nullable String sentinelMaster,
      @Nullable String sentinelPassword,
      String path) {
    public static final Extras NONE = new Extras(null, null, null, "");

    @Override
    public String toString() {
      return "Extras[timeout=" + timeout + ", sentinelMaster=" + sentinelMaster + "]";
    }
  }

  /** What was read from settings. */
  public sealed interface Found {}

  /**
   * There is an address.
   *
   * @param source the setting it comes from
   * @param notices for the log: what was assumed or ignored; never a value
   */
  public record Configured(RedisAddress address, String source, List<String> notices)
      implements Found {
    public Configured {
      notices = List.copyOf(notices);
    }
  }

  /**
   * There is none.
   *
   * @param reason the setting that switches Redis off; empty: nothing names an address
   */
  public record Off(String reason) implements Found {}

  /** What is written is no address; each error names setting and position, never the content. */
  public record Malformed(List<String> errors) implements Found {
    public Malformed {
      errors = List.copyOf(errors);
    }
  }

  /**
   * The address that the variables name: {@code REDIS_ENABLED=false} is none; else {@code
   * REDIS_URL}, {@code REDIS_HOST} or the Upstash pair, in this order. Never throws.
   *
   * @param environment variables by name; an empty one is unset
   */
  public static Found of(Map<String, String> environment) {
    return of(environment, UnaryOperator.identity());
  }

  /**
   * As {@link #of(Map)}, for values that come from somewhere else.
   *
   * @param spelling what a variable is called there, for errors and notices
   */
  public static Found of(Map<String, String> values, UnaryOperator<String> spelling) {
    return new RedisSettings(values, spelling).found();
  }

  /**
   * The provider's host names tell what else must be right.
   *
   * @see #provider()
   */
  public enum Provider {
    UPSTASH(".upstash.io"),
    AZURE_CACHE(".redis.cache.windows.net"),
    AZURE_MANAGED(".redis.azure.net"),
    OTHER("");

    private final String domain;

    Provider(String domain) {
      this.domain = domain;
    }

    static Provider of(String host) {
      String name = host.toLowerCase(Locale.ROOT);
      for (Provider provider : values()) {
        if (name.endsWith(provider.domain)) {
          return provider;
        }
      }
      return OTHER;
    }
  }

  public Provider provider() {
    return Provider.of(nodes.get(0).host());
  }

  /**
   * Where a node is reached that others announce as this: at Azure all are behind one name, which
   * is also the one on their certificate.
   */
  Node reached(Node announced) {
    boolean oneName =
        switch (provider()) {
          case AZURE_CACHE, AZURE_MANAGED -> true;
          case UPSTASH, OTHER -> false;
        };
    return oneName ? new Node(nodes.get(0).host(), announced.port()) : announced;
  }

  /** Whether it is this machine, without a network between. */
  public boolean isLoopback() {
    String host = nodes.get(0).host();
    return host.equalsIgnoreCase("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  /** The address for people and logs: without user, password and database. */
  public String endpoint() {
    String scheme =
        switch (kind) {
          case STANDALONE -> tls.isOn() ? "rediss" : "redis";
          case CLUSTER -> tls.isOn() ? "rediss+cluster" : "redis+cluster";
          case SENTINEL -> tls.isOn() ? "rediss-sentinel" : "redis-sentinel";
          case REST -> tls.isOn() ? "https" : "http";
        };
    StringBuilder text = new StringBuilder(scheme).append("://");
    for (int i = 0; i < nodes.size(); i++) {
      text.append(i == 0 ? "" : ",").append(nodes.get(i));
    }
    return text.append(extras.path).toString();
  }

  /**
   * The same database over the Redis protocol, where the provider of the HTTP API is known to offer
   * it under the same name and token; else this.
   */
  public RedisAddress overResp() {
    if (kind != Kind.REST || provider() != Provider.UPSTASH) {
      return this;
    }
    Node node = new Node(nodes.get(0).host(), 6379);
    Login token = new Login("default", login.password, 0);
    return new RedisAddress(Kind.STANDALONE, List.of(node), token, tls, Extras.NONE);
  }

  @Override
  public String toString() {
    return endpoint();
  }
}
