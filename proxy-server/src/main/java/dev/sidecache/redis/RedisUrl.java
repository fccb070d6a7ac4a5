package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Extras;
import dev.sidecache.redis.RedisAddress.Kind;
import dev.sidecache.redis.RedisAddress.Node;
import dev.sidecache.redis.RedisAddress.Tls;
import dev.sidecache.redis.RedisAddress.Verify;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an address as somebody wrote it. Lenient where one meaning is possible, an error
 * with its position elsewhere; no error and no notice contains a piece of the text, except names of
 * parameters. What is not written stays open: port 0, database -1, null.
 *
 * <p>User and password end at the last {@code @}: so they may contain anything else, and a later
 * part may not contain one.
 */
final class RedisUrl {
  private static final Map<String, Kind> SCHEMES =
      Map.ofEntries(
          Map.entry("redis", Kind.STANDALONE),
          Map.entry("rediss", Kind.STANDALONE),
          Map.entry("redis+ssl", Kind.STANDALONE),
          Map.entry("redis+tls", Kind.STANDALONE),
          Map.entry("valkey", Kind.STANDALONE),
          Map.entry("valkeys", Kind.STANDALONE),
          Map.entry("redis+cluster", Kind.CLUSTER),
          Map.entry("rediss+cluster", Kind.CLUSTER),
          Map.entry("valkey+cluster", Kind.CLUSTER),
          Map.entry("valkeys+cluster", Kind.CLUSTER),
          Map.entry("redis-sentinel", Kind.SENTINEL),
          Map.entry("rediss-sentinel", Kind.SENTINEL),
          Map.entry("valkey-sentinel", Kind.SENTINEL),
          Map.entry("valkeys-sentinel", Kind.SENTINEL),
          Map.entry("http", Kind.REST),
          Map.entry("https", Kind.REST));

  private static final Set<String> TLS_SCHEMES =
      Set.of(
          "rediss",
          "redis+ssl",
          "redis+tls",
          "valkeys",
          "rediss+cluster",
          "valkeys+cluster",
          "rediss-sentinel",
          "valkeys-sentinel",
          "https");

  private final String text;
  private final boolean passwordElsewhere;
  private final List<String> errors = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private final List<Node> hosts = new ArrayList<>();
  private final RedisUrlQuery query;
  private Kind kind = Kind.STANDALONE;
  private boolean tls;
  private @Nullable String username;
  private @Nullable String password;
  private @Nullable String fragment;
  private int database = -1;
  private String path = "";

  /**
   * Reads an address.
   *
   * @param passwordElsewhere whether the password stands beside the address: a lone word before the
   *     {@code @} then is the user
   */
  RedisUrl(String written, boolean passwordElsewhere) {
    this.text = written;
    this.passwordElsewhere = passwordElsewhere;
    this.query = new RedisUrlQuery(this);
    int from = 0;
    int to = text.length();
    while (from < to && isPadding(text.charAt(from))) {
      from++;
    }
    while (to > from && isPadding(text.charAt(to - 1))) {
      to--;
    }
    if (isPortalForm(from, to)) {
      portalForm(from, to);
    } else {
      url(from, to);
    }
  }

  private static boolean isPadding(char c) {
    return c <= ' ' || c == '"' || c == '\'';
  }

  /** A value without blanks and quotes around. */
  static String bare(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && isPadding(value.charAt(from))) {
      from++;
    }
    while (to > from && isPadding(value.charAt(to - 1))) {
      to--;
    }
    return value.substring(from, to);
  }

  /** {@code host:port,password=…,ssl=True}, as the Azure portal and StackExchange.Redis write. */
  private boolean isPortalForm(int from, int to) {
    int comma = text.indexOf(',', from);
    return comma >= 0
        && comma < to
        && text.indexOf('=', comma) > comma
        && text.indexOf('@', from) < 0
        && text.indexOf("://", from) < 0;
  }

  private void portalForm(int from, int to) {
    int comma = text.indexOf(',', from);
    host(from, comma);
    for (int at = comma + 1; at < to; at = end(at, to, ',') + 1) {
      int end = end(at, to, ',');
      int equals = end(at, end, '=');
      String name = text.substring(at, equals).trim().toLowerCase(Locale.ROOT);
      String value = equals == end ? "" : text.substring(equals + 1, end);
      switch (name) {
        case "password" -> password = emptyIsNull(value);
        case "user" -> username = emptyIsNull(value);
        case "ssl" -> tls = value.trim().equalsIgnoreCase("true");
        case "defaultdatabase" -> database(value, equals + 1);
        default -> {
          // Settings of that client alone, such as abortConnect.
        }
      }
    }
  }

  private int end(int from, int to, char delimiter) {
    int at = text.indexOf(delimiter, from);
    return at < 0 || at > to ? to : at;
  }

  private void url(int from, int to) {
    int scheme = text.indexOf("://", from);
    int start = scheme < 0 ? from : scheme + 3;
    String name = scheme < 0 ? "redis" : text.substring(from, scheme).toLowerCase(Locale.ROOT);
    Kind named = SCHEMES.get(name);
    if (named == null || text.regionMatches(true, from, "unix:", 0, 5)) {
      error(from, "the scheme is none of redis, rediss, redis+cluster, redis-sentinel, https");
      return;
    }
    kind = named;
    tls = TLS_SCHEMES.contains(name);
    int at = text.lastIndexOf('@', to - 1);
    if (at >= start) {
      userInfo(start, at);
      start = at + 1;
    }
    int fragmentAt = end(start, to, '#');
    int queryAt = end(start, fragmentAt, '?');
    int pathAt = end(start, queryAt, '/');
    hosts(start, pathAt);
    path(pathAt, queryAt);
    query.read(Math.min(queryAt + 1, fragmentAt), fragmentAt);
    fragment(fragmentAt, to);
  }

  private void userInfo(int from, int to) {
    int colon = end(from, to, ':');
    if (colon == to) {
      String word = emptyIsNull(decoded(text.substring(from, to)));
      if (passwordElsewhere) {
        username = word;
      } else {
        password = word;
      }
      notices.add(
          "the word before the @ was taken for the " + (passwordElsewhere ? "user" : "password"));
    } else {
      username = emptyIsNull(decoded(text.substring(from, colon)));
      password = emptyIsNull(decoded(text.substring(colon + 1, to)));
    }
  }

  private static @Nullable String emptyIsNull(String word) {
    return word.isEmpty() ? null : word;
  }

  /** Percent-escapes replaced; one that is none stays as it is, and so does a plus sign. */
  static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      int high = raw[i] == '%' && i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(raw[i + 2], 16);
      bytes.write(low < 0 ? raw[i] : (high << 4) | low);
      i += low < 0 ? 0 : 2;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void hosts(int from, int to) {
    for (int at = from; at <= to; at = end(at, to, ',') + 1) {
      host(at, end(at, to, ','));
    }
    if (hosts.size() > 1 && kind == Kind.STANDALONE) {
      kind = Kind.CLUSTER;
    }
    if (hosts.size() > 1 && kind == Kind.REST) {
      error(from, "one host is expected");
    }
  }

  private void host(int from, int to) {
    boolean bracketed = from < to && text.charAt(from) == '[';
    int nameEnd = bracketed ? end(from, to, ']') : end(from, to, ':');
    int portAt = bracketed ? nameEnd + 1 : nameEnd;
    String name = text.substring(Math.min(to, from + (bracketed ? 1 : 0)), nameEnd);
    if (bracketed && (nameEnd == to || (portAt < to && text.charAt(portAt) != ':'))) {
      error(from, "the bracket of an IPv6 address is not closed, or not followed by a port");
    } else if (!bracketed && text.lastIndexOf(':', to - 1) > nameEnd) {
      error(from, "more than one colon: an IPv6 address needs brackets");
    } else if (name.isEmpty()) {
      error(from, "a host is missing");
    } else if (!isHost(name, bracketed)) {
      error(from, "a host has only letters, digits, dots, hyphens and underscores");
    } else {
      hosts.add(new Node(name, portAt + 1 > to ? 0 : port(portAt + 1, to)));
    }
  }

  private static boolean isHost(String name, boolean ipv6) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean common =
          c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_');
      boolean allowed = common || (ipv6 && (c == ':' || c == '%'));
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  private int port(int from, int to) {
    int port = number(text.substring(from, to), 65535);
    if (port < 1) {
      error(from, "the port is no number from 1 to 65535");
    }
    return Math.max(0, port);
  }

  /** A number without sign, -1 if it is none or more than allowed. */
  static int number(String digits, int most) {
    if (digits.isEmpty() || digits.length() > 9) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = 10 * number + c - '0';
    }
    return number > most ? -1 : number;
  }

  private void path(int from, int to) {
    if (kind == Kind.REST) {
      int end = to;
      while (end > from && text.charAt(end - 1) == '/') {
        end--;
      }
      path = text.substring(from, end);
      return;
    }
    int end = to > from + 1 && text.charAt(to - 1) == '/' ? to - 1 : to;
    if (end > from + 1) {
      database(text.substring(from + 1, end), from + 1);
    }
  }

  void database(String digits, int at) {
    int number = number(digits, 1_000_000);
    if (number < 0) {
      error(at, "the database is no number");
    } else if (database >= 0 && database != number) {
      error(at, "another database than before");
    } else {
      database = number;
    }
  }

  private void fragment(int from, int to) {
    if (from >= to) {
      return;
    }
    if (kind == Kind.SENTINEL) {
      fragment = decoded(text.substring(from + 1, to));
    } else {
      error(from, "a # is possible before the last @ only, or with sentinels");
    }
  }

  void error(int at, String problem) {
    errors.add(", character " + (at + 1) + ": " + problem);
  }

  void notice(String notice) {
    notices.add(notice);
  }

  String text() {
    return text;
  }

  List<String> errors() {
    return errors;
  }

  List<String> notices() {
    return notices;
  }

  Kind kind() {
    return kind;
  }

  List<Node> hosts() {
    return hosts;
  }

  @Nullable String username() {
    return username;
  }

  @Nullable String password() {
    return password;
  }

  /** -1 if none is written. */
  int database() {
    return database;
  }

  Tls tls() {
    return new Tls(tls ? query.verify() : Verify.OFF, query.caFile());
  }

  /** What to check if TLS is switched on elsewhere. */
  Verify verify() {
    return query.verify();
  }

  Extras extras() {
    String master = query.sentinelMaster() == null ? fragment : query.sentinelMaster();
    return new Extras(query.timeout(), master, query.sentinelPassword(), path);
  }
}
