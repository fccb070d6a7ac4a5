package dev.sidecache.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Request;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers {@code /v1/log-level}: another least level of the log, until the next reload. */
final class LogLevelRequests {
  static final String PATH = "/v1/log-level";

  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");
  private static final int LIMIT_BYTES = 1_000;

  private final Consumer<String> level;
  private final ByteBudget budget;

  LogLevelRequests(Consumer<String> level, ByteBudget budget) {
    this.level = level;
    this.budget = budget;
  }

  /** The document, of the request and of the answer. */
  record Level(String level) {}

  void serve(Request request, Answer answer) {
    if (!answer.allows("PUT")) {
      request.body().cancel();
      return;
    }
    answer.read(
        request.body(),
        LIMIT_BYTES,
        budget,
        content -> {
          String word = word(content);
          if (word == null) {
            String known = "{\"level\":\"debug\"}, one of " + String.join(", ", LEVELS);
            answer.problem(
                AdminJson.unprocessable(
                    List.of(new FieldError("level", "bad_word", "is no level", known))));
          } else {
            AuditLog.leveled(word, request.peer().address());
            level.accept(word);
            answer.json(200, new Level(word));
          }
        });
  }

  private static @Nullable String word(byte[] content) {
    try {
      JsonNode document = AdminJson.MAPPER.readTree(content);
      String word = document.size() == 1 ? document.path("level").textValue() : null;
      return word != null && LEVELS.contains(word) ? word : null;
    } catch (IOException notJson) {
      return null;
    }
  }
}
