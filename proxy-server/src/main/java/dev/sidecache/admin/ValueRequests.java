package dev.sidecache.admin;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers {@code /v1/values}: values by key, kept beside the stored responses. */
final class ValueRequests {
  private static final String ROOT = "/v1/values";
  private static final int MOST_TAGS = 64;
  private static final int LONGEST_TAG = 128;
  private static final int LONGEST_KEY = 1_024;
  private static final Duration LONGEST_TTL = Duration.ofDays(366);

  private final ValueStore store;
  private final int limitBytes;
  private final ByteBudget budget;

  ValueRequests(ValueStore store, int limitBytes, ByteBudget budget) {
    this.budget = budget;
    this.store = store;
    this.limitBytes = limitBytes;
  }

  /** Whether the path is one of a value, or of all. */
  static boolean takes(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  void serve(Request request, Answer answer) {
    RequestTarget target = request.head().target();
    boolean all = target.path().equals(ROOT);
    String[] methods = {"DELETE", "GET", "HEAD", "PUT"};
    if (!answer.allows(all ? new String[] {"DELETE"} : methods)) {
      request.body().cancel();
      return;
    }
    if (all) {
      request.body().cancel();
      deletePrefix(request, answer);
      return;
    }
    String key = target.decodedPath().substring(ROOT.length() + 1);
    List<FieldError> errors = new ArrayList<>();
    if (key.isBlank() || key.length() > LONGEST_KEY || key.indexOf('\uFFFD') >= 0) {
      String message = "is no UTF-8 text of 1 to " + LONGEST_KEY + " characters";
      errors.add(new FieldError("key", "bad_key", message, "encode it by percent escapes"));
    }
    boolean put = request.head().method().equals("PUT");
    List<String> allowed = put ? List.of("ttl", "tags") : List.of();
    Query query = Query.parse(target.query(), allowed, errors);
    if (put) {
      put(request, answer, new Draft(key, query, errors));
      return;
    }
    request.body().cancel();
    if (!errors.isEmpty()) {
      answer.problem(AdminJson.unprocessable(errors));
    } else if (request.head().method().equals("DELETE")) {
      store.delete(key, request.loop(), new Deletion(answer, true));
    } else {
      store.get(key, request.loop(), new Reading(answer));
    }
  }

  private void deletePrefix(Request request, Answer answer) {
    List<FieldError> errors = new ArrayList<>();
    Query query = Query.parse(request.head().target().query(), List.of("prefix"), errors);
    String prefix = query.value("prefix");
    if (prefix == null && errors.isEmpty()) {
      String hint = "?prefix=profile: or, for all values, ?prefix=";
      errors.add(new FieldError("prefix", "missing", "is missing", hint));
    }
    if (prefix == null || !errors.isEmpty()) {
      answer.problem(AdminJson.unprocessable(errors));
    } else {
      store.deletePrefix(prefix, request.loop(), new Deletion(answer, false));
    }
  }

  /** A value that is being put, as far as its URL tells. */
  private record Draft(String key, Query query, List<FieldError> errors) {}

  private void put(Request request, Answer answer, Draft draft) {
    Duration ttl = ttl(draft.query.value("ttl"), draft.errors);
    List<String> tags = tags(draft.query.value("tags"), draft.errors);
    if (ttl == null || !draft.errors.isEmpty()) {
      request.body().cancel();
      answer.problem(AdminJson.unprocessable(draft.errors));
      return;
    }
    ValueStore.Terms terms = new ValueStore.Terms(ttl, tags);
    answer.read(
        request.body(),
        limitBytes,
        budget,
        content -> {
          if (isJson(content)) {
            store.put(draft.key, content, terms, request.loop(), new Putting(answer));
          } else {
            String message = "the body is not exactly one JSON value";
            FieldError error = new FieldError("", "bad_json", message, "send JSON in UTF-8");
            answer.problem(AdminJson.unprocessable(List.of(error)));
          }
        });
  }

  private static @Nullable Duration ttl(@Nullable String text, List<FieldError> errors) {
    Duration ttl = text == null ? null : duration(text);
    if (ttl == null || ttl.isZero() || ttl.compareTo(LONGEST_TTL) > 0) {
      String message = text == null ? "is missing" : "is no TTL above 0 and up to 366d";
      errors.add(new FieldError("ttl", "bad_ttl", message, "write 300, 500ms, 5m, 1h or 1d"));
      return null;
    }
    return ttl;
  }

  /** A TTL as configurations write it: a number with ms, s, m, h or d; bare: seconds. */
  private static @Nullable Duration duration(String text) {
    int digits = 0;
    while (digits < text.length() && Character.digit(text.charAt(digits), 10) >= 0) {
      digits++;
    }
    if (digits == 0 || digits > 11) {
      return null;
    }
    long number = Long.parseLong(text.substring(0, digits));
    return switch (text.substring(digits)) {
      case "ms" -> Duration.ofMillis(number);
      case "", "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> null;
    };
  }

  private static List<String> tags(@Nullable String text, List<FieldError> errors) {
    if (text == null || text.isEmpty()) {
      return List.of();
    }
    List<String> tags = List.of(text.split(",", -1));
    for (String tag : tags) {
      if (tag.isBlank() || tag.length() > LONGEST_TAG || tag.indexOf('*') >= 0) {
        String message = "has a tag that is empty, longer than " + LONGEST_TAG + ", or has a \"*\"";
        errors.add(new FieldError("tags", "bad_tag", message, "write tags=a,b"));
      }
    }
    if (tags.size() > MOST_TAGS) {
      String message = "has more than " + MOST_TAGS + " tags";
      errors.add(new FieldError("tags", "too_many_tags", message, "use fewer"));
    }
    return tags;
  }

  /** Whether the bytes are one JSON value, which is all that this checks: nothing is kept. */
  private static boolean isJson(byte[] content) {
    try (JsonParser parser = AdminJson.MAPPER.createParser(content)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException notJson) {
      return false;
    }
  }

  private static AdminJson.Problem unavailable(String reason) {
    return AdminJson.problem(503, "Caching disabled", reason);
  }

  private record Reading(Answer answer) implements ValueStore.GetHandler {
    @Override
    public void found(byte[] json) {
      answer.json(200, json);
    }

    @Override
    public void absent() {
      answer.problem(AdminJson.problem(404, "No such value", "nothing is stored under this key"));
    }

    @Override
    public void unavailable(String reason) {
      answer.problem(ValueRequests.unavailable(reason));
    }
  }

  private record Putting(Answer answer) implements ValueStore.DoneHandler {
    @Override
    public void done(long count) {
      answer.noContent();
    }

    @Override
    public void refused(String reason) {
      answer.problem(AdminJson.problem(507, "Not stored", reason));
    }

    @Override
    public void unavailable(String reason) {
      answer.problem(ValueRequests.unavailable(reason));
    }
  }

  private record Deletion(Answer answer, boolean single) implements ValueStore.DoneHandler {
    @Override
    public void done(long count) {
      if (!single) {
        answer.json(200, new AdminJson.Deleted(count));
      } else if (count == 0) {
        answer.problem(AdminJson.problem(404, "No such value", "nothing is stored under this key"));
      } else {
        answer.noContent();
      }
    }

    @Override
    public void refused(String reason) {
      answer.problem(AdminJson.problem(507, "Not deleted", reason));
    }

    @Override
    public void unavailable(String reason) {
      answer.problem(ValueRequests.unavailable(reason));
    }
  }
}
