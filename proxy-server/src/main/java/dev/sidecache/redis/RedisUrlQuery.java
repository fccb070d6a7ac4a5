package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Verify;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of an address, in the spellings of redis-py, Lettuce and ioredis. What is unknown
 * is named in a notice, without its value.
 */
final class RedisUrlQuery {
  private static final Map<String, Double> UNIT_SECONDS =
      Map.of("ns", 1e-9, "us", 1e-6, "ms", 1e-3, "s", 1.0, "m", 60.0, "h", 3600.0, "d", 86_400.0);

  private static final double MAX_TIMEOUT_SECONDS = 3600;

  private final RedisUrl url;
  private Verify verify = Verify.FULL;
  private @Nullable String caFile;
  private @Nullable Duration timeout;
  private @Nullable String sentinelMaster;
  private @Nullable String sentinelPassword;

  RedisUrlQuery(RedisUrl url) {
    this.url = url;
  }

  void read(int from, int to) {
    String text = url.text();
    int at = from;
    while (at < to) {
      int ampersand = text.indexOf('&', at);
      int end = ampersand < 0 || ampersand > to ? to : ampersand;
      int equals = text.indexOf('=', at);
      int nameEnd = equals < 0 || equals > end ? end : equals;
      int valueAt = Math.min(end, nameEnd + 1);
      parameter(
          RedisUrl.decoded(text.substring(at, nameEnd)),
          RedisUrl.decoded(text.substring(valueAt, end)),
          valueAt);
      at = end + 1;
    }
  }

  private void parameter(String name, String value, int at) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "db", "database" -> url.database(value, at);
      case "ssl_cert_reqs" -> certificate(value, at);
      case "ssl_check_hostname" -> checkHostName(value);
      case "ssl_ca_certs" -> caFile = value;
      case "verifypeer" -> verifyPeer(value, at);
      case "socket_timeout" -> timeout = seconds(value, 1, at);
      case "timeout" -> timeoutWithUnit(value, at);
      case "sentinelmasterid" -> sentinelMaster = value;
      case "sentinelpassword" -> sentinelPassword = value;
      case "family", "" -> {
        // Of IPv4 and IPv6 the one that answers is taken anyway.
      }
      default -> url.notice("the parameter " + known(name) + " is ignored");
    }
  }

  /** A name that could be a piece of a secret is not repeated. */
  private static String known(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 'z' || (!Character.isLetterOrDigit(c) && c != '_' && c != '-')) {
        return "of that name";
      }
    }
    return name.length() > 40 ? "of that name" : name;
  }

  private void certificate(String value, int at) {
    switch (value.toLowerCase(Locale.ROOT)) {
      case "required", "cert_required", "optional", "cert_optional" -> verify = Verify.FULL;
      case "none", "cert_none" -> unverified();
      default -> url.error(at, "ssl_cert_reqs is none of required, optional, none");
    }
  }

  private void unverified() {
    verify = Verify.NONE;
    url.notice("the server's certificate is not verified");
  }

  private void checkHostName(String value) {
    boolean off = value.equalsIgnoreCase("false") || value.equals("0");
    if (off && verify == Verify.FULL) {
      verify = Verify.CA;
    }
  }

  private void verifyPeer(String value, int at) {
    switch (value.toLowerCase(Locale.ROOT)) {
      case "full", "true" -> verify = Verify.FULL;
      case "ca" -> verify = Verify.CA;
      case "none", "false" -> unverified();
      default -> url.error(at, "verifyPeer is none of FULL, CA, NONE");
    }
  }

  private void timeoutWithUnit(String value, int at) {
    int digits = 0;
    while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
      digits++;
    }
    Double unit = UNIT_SECONDS.get(value.substring(digits).toLowerCase(Locale.ROOT));
    if (digits == value.length()) {
      url.notice("timeout is ignored: it has no unit (expected: such as 500ms)");
    } else if (unit == null) {
      url.error(at, "timeout has an unknown unit (expected: such as 500ms)");
    } else {
      timeout = seconds(value.substring(0, digits), unit, at);
    }
  }

  private @Nullable Duration seconds(String number, double unit, int at) {
    try {
      double seconds = Double.parseDouble(number) * unit;
      if (seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) {
        return Duration.ofNanos((long) (seconds * 1e9));
      }
    } catch (NumberFormatException noNumber) {
      // The error below says it.
    }
    url.error(at, "the timeout is no time from 1 ns to 1 h");
    return null;
  }

  Verify verify() {
    return verify;
  }

  @Nullable String caFile() {
    return caFile;
  }

  @Nullable Duration timeout() {
    return timeout;
  }

  @Nullable String sentinelMaster() {
    return sentinelMaster;
  }

  @Nullable String sentinelPassword() {
    return sentinelPassword;
  }
}
