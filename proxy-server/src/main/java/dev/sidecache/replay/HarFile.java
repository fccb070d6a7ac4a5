package dev.sidecache.replay;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.ResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A HAR file, as browsers save it. Source: HTTP Archive 1.2. */
final class HarFile {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private HarFile() {}

  /** Reads all entries in the order of their requests; returns how many could not be read. */
  static long read(Path file, Consumer<Recorded> each) throws IOException {
    List<Recorded> entries = new ArrayList<>();
    long skipped = 0;
    try (JsonParser parser = MAPPER.createParser(file.toFile())) {
      while (parser.nextToken() != null && !isEntries(parser)) {
        // Nothing before the entries counts.
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        JsonNode entry = MAPPER.readTree(parser);
        Recorded recorded = entry(entry);
        skipped += recorded == null ? 1 : 0;
        if (recorded != null) {
          entries.add(recorded);
        }
      }
    }
    entries.sort(Comparator.comparing(Recorded::at));
    entries.forEach(each);
    return skipped;
  }

  /** Whether the list of {@code log.entries} begins: others may have lists of that name too. */
  private static boolean isEntries(JsonParser parser) {
    JsonStreamContext list = parser.getParsingContext();
    JsonStreamContext log = list.getParent();
    JsonStreamContext document = log == null ? null : log.getParent();
    return parser.currentToken() == JsonToken.START_ARRAY
        && log != null
        && document != null
        && "entries".equals(log.getCurrentName())
        && "log".equals(document.getCurrentName())
        && document.getParent() != null
        && document.getParent().inRoot();
  }

  /** NB: an entry without a status was blocked, or answered by the browser's own cache. */
  private static @Nullable Recorded entry(JsonNode entry) {
    JsonNode request = entry.path("request");
    JsonNode response = entry.path("response");
    int status = response.path("status").asInt();
    RequestHead head = head(request);
    if (head == null || status < 100 || entry.has("_fromCache")) {
      return null;
    }
    try {
      Instant at = OffsetDateTime.parse(entry.path("startedDateTime").asText()).toInstant();
      Duration took = Duration.ofNanos(Math.round(entry.path("time").asDouble() * 1e6));
      ByteBuffer body = body(response.path("content"));
      JsonNode sent = request.path("postData").path("text");
      return new Recorded(
          at,
          took.isNegative() ? Duration.ZERO : took,
          head,
          sent.isTextual() ? utf8(sent.asText()) : null,
          null,
          new ResponseHead(status, fields(response.path("headers"))),
          body,
          body == null ? response.path("content").path("size").asLong(-1) : body.remaining());
    } catch (DateTimeException | IllegalArgumentException unreadable) {
      return null;
    }
  }

  private static @Nullable RequestHead head(JsonNode request) {
    String url = request.path("url").asText("");
    int scheme = url.indexOf("://");
    int slash = scheme < 0 ? -1 : url.indexOf('/', scheme + 3);
    int fragment = url.indexOf('#');
    String whole = fragment < 0 ? url : url.substring(0, fragment);
    RequestTarget target = slash < 0 ? null : RequestTarget.parse(whole.substring(slash));
    if (target == null) {
      return null;
    }
    String authority = url.substring(scheme + 3, slash).toLowerCase(Locale.ROOT);
    return new RequestHead(
        request.path("method").asText("GET").toUpperCase(Locale.ROOT),
        url.substring(0, scheme),
        authority,
        target,
        "1.1",
        fields(request.path("headers")).with("Host", authority));
  }

  private static Fields fields(JsonNode headers) {
    Fields.Builder fields = Fields.builder();
    for (JsonNode header : headers) {
      String name = header.path("name").asText("");
      if (!name.isEmpty() && !name.startsWith(":")) {
        fields.add(name, header.path("value").asText(""));
      }
    }
    return fields.build();
  }

  private static @Nullable ByteBuffer body(JsonNode content) {
    JsonNode text = content.path("text");
    if (!text.isTextual()) {
      return content.path("size").asLong(-1) == 0 ? ByteBuffer.allocate(0) : null;
    }
    return content.path("encoding").asText("").equals("base64")
        ? ByteBuffer.wrap(Base64.getMimeDecoder().decode(text.asText()))
        : utf8(text.asText());
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
