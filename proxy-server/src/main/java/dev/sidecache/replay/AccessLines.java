package dev.sidecache.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidecache.caching.Identity;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lines of access logs, without content and credentials. */
final class AccessLines {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Nginx's format combined; what follows it is passed over but for a time in seconds. */
  private static final Pattern COMBINED =
      Pattern.compile(
          "(\\S+) \\S+ (\\S+) \\[([^\\]]+)] \"([A-Z]+) (\\S+)[^\"]*\" (\\d{3}) (\\d+|-)"
              + "(?: \"((?:[^\"\\\\]|\\\\.)*)\" \"((?:[^\"\\\\]|\\\\.)*)\")?(?: (\\d+\\.\\d+))?.*");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

  private static final String HOST = "localhost";

  private AccessLines() {}

  /**
   * A line of nginx; null if it is none. NB: callers are told apart by user, else by address and
   * agent: the log has no credentials.
   */
  static @Nullable Recorded combined(String line) {
    Matcher parts = COMBINED.matcher(line);
    RequestTarget target = parts.matches() ? RequestTarget.parse(parts.group(5)) : null;
    if (target == null) {
      return null;
    }
    try {
      Instant at = OffsetDateTime.parse(parts.group(3), TIME).toInstant();
      String user = parts.group(2);
      String caller = user.equals("-") ? parts.group(1) + ' ' + parts.group(9) : "user " + user;
      String seconds = parts.group(10);
      Duration took =
          seconds == null
              ? Duration.ZERO
              : Duration.ofNanos(Math.round(Double.parseDouble(seconds) * 1e9));
      String bytes = parts.group(7);
      return new Recorded(
          at.minus(took),
          took,
          head(parts.group(4), target),
          null,
          identity(caller),
          new ResponseHead(Integer.parseInt(parts.group(6)), Fields.empty()),
          null,
          bytes.equals("-") ? 0 : Long.parseLong(bytes));
    } catch (DateTimeException | NumberFormatException unreadable) {
      return null;
    }
  }

  static boolean isJson(String line) {
    return json(line) != null || isOther(line);
  }

  /** Whether it is a line of sidecache's log that tells of no request. */
  static boolean isOther(String line) {
    JsonNode node = node(line);
    return node != null && node.has("level") && node.has("msg") && json(line) == null;
  }

  private static @Nullable JsonNode node(String line) {
    try {
      return line.startsWith("{") ? MAPPER.readTree(line) : null;
    } catch (JsonProcessingException notJson) {
      return null;
    }
  }

  /**
   * A line of sidecache's JSON log; null if it tells of no request. NB: the key that it was looked
   * up by stands for caller and query, which the log leaves out.
   */
  static @Nullable Recorded json(String line) {
    JsonNode node = node(line);
    if (node == null || !node.path("msg").asText().equals("request")) {
      return null;
    }
    String query = node.path("query").asText("");
    String key = node.path("key").asText("");
    boolean whole = query.contains("=");
    String path = node.path("path").asText("");
    RequestTarget target =
        RequestTarget.parse(
            whole ? path + "?" + query : key.isEmpty() ? path : path + "?key=" + key);
    if (target == null) {
      return null;
    }
    try {
      double millis = node.path("upstream_ms").asDouble(node.path("dur_ms").asDouble());
      Duration took = Duration.ofNanos(Math.round(millis * 1e6));
      return new Recorded(
          Instant.parse(node.path("ts").asText()),
          took,
          head(node.path("method").asText("GET"), target),
          null,
          whole && !key.isEmpty() ? identity(key) : Identity.NONE,
          new ResponseHead(node.path("status").asInt(), Fields.empty()),
          null,
          node.path("bytes").asLong(-1));
    } catch (DateTimeException unreadable) {
      return null;
    }
  }

  private static RequestHead head(String method, RequestTarget target) {
    return new RequestHead(method, "http", HOST, target, "1.1", Fields.of("Host", HOST));
  }

  private static Identity identity(String caller) {
    UUID digest = UUID.nameUUIDFromBytes(caller.getBytes(StandardCharsets.UTF_8));
    return new Identity(digest.toString(), null, "the log");
  }
}
