package dev.sidecache.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.exchange.Question;
import dev.sidecache.http.Fields;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Answers {@code /v1/explain}: what would be done with a request, and why. */
final class ExplainRequests {
  static final String PATH = "/v1/explain";

  private static final int LIMIT_BYTES = 2 << 20;

  private final Explaining source;
  private final ByteBudget budget;

  ExplainRequests(Explaining source, ByteBudget budget) {
    this.source = source;
    this.budget = budget;
  }

  void serve(Request request, Answer answer) {
    if (!answer.allows("POST")) {
      request.body().cancel();
      return;
    }
    answer.read(
        request.body(), LIMIT_BYTES, budget, content -> explain(content, request.loop(), answer));
  }

  private void explain(byte[] content, ScheduledExecutorService loop, Answer answer) {
    Asked asked = new Asked();
    asked.read(content);
    Question question = asked.errors.isEmpty() ? asked.question(source.authority()) : null;
    if (question == null) {
      answer.problem(AdminJson.unprocessable(asked.errors));
    } else {
      source.explain(question, asked.send, loop, trace -> answer.json(200, trace));
    }
  }

  /** The document of the request, read strictly: all errors at once. */
  private static final class Asked {
    final List<FieldError> errors = new ArrayList<>();
    private final Fields.Builder headers = Fields.builder();
    private String method = "";
    private String url = "";
    private byte @Nullable [] body;
    boolean send;

    void read(byte[] json) {
      try {
        JsonNode document = AdminJson.MAPPER.readTree(json);
        if (!document.isObject()) {
          error("", "bad_type", "the body is no JSON object", "{\"method\":\"GET\",\"url\":\"/\"}");
          return;
        }
        for (Map.Entry<String, JsonNode> member : document.properties()) {
          member(member.getKey(), member.getValue());
        }
        if (errors.isEmpty() && (method.isEmpty() || url.isEmpty())) {
          String missing = method.isEmpty() ? "method" : "url";
          error(missing, "missing", "is missing", "{\"method\":\"GET\",\"url\":\"/\"}");
        }
      } catch (IOException notJson) {
        // The parser's own message quotes the body.
        error("", "bad_json", "the body is no JSON", "");
      }
    }

    private void member(String name, JsonNode value) {
      switch (name) {
        case "method" -> method = text(name, value);
        case "url" -> url = text(name, value);
        case "headers" -> headers(value);
        case "body" -> body = text(name, value).getBytes(StandardCharsets.UTF_8);
        case "send" -> {
          send = value.booleanValue();
          if (!value.isBoolean()) {
            error(name, "bad_type", "is neither true nor false", "write true or false");
          }
        }
        default ->
            error(
                name,
                "unknown_field",
                "unknown field",
                "known are method, url, headers, body, send");
      }
    }

    private String text(String name, JsonNode value) {
      if (!value.isTextual()) {
        error(name, "bad_type", "is no string", "\"…\"");
      }
      return value.asText();
    }

    /** A name has one value, or a list of them for several lines. */
    private void headers(JsonNode value) {
      if (!value.isObject()) {
        error("headers", "bad_type", "is no object", "{\"Accept\":\"application/json\"}");
        return;
      }
      for (Map.Entry<String, JsonNode> header : value.properties()) {
        Iterable<JsonNode> lines =
            header.getValue().isArray() ? header.getValue() : List.of(header.getValue());
        for (JsonNode line : lines) {
          headers.add(header.getKey(), text("headers." + header.getKey(), line).strip());
        }
      }
    }

    @Nullable Question question(String authority) {
      try {
        return Question.of(method, url, headers.build(), body, authority);
      } catch (Question.Unaskable wrong) {
        error(wrong.member(), "bad_" + wrong.member(), wrong.problem(), wrong.hint());
        return null;
      }
    }

    private void error(String path, String code, String message, String hint) {
      errors.add(new FieldError(path, code, message, hint));
    }
  }
}
