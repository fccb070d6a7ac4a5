package dev.sidecache.admin;

import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.admin.Configurations.Finding;
import dev.sidecache.admin.Configurations.Outcome;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Request;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers {@code /v1/config}: the running configuration, its check and its replacement. */
final class ConfigRequests {
  private static final String ROOT = "/v1/config";
  private static final String VALIDATE = ROOT + "/validate";
  private static final String RELOAD = ROOT + "/reload";
  private static final int LIMIT_BYTES = 1 << 20;

  private final Configurations configurations;
  private final ByteBudget budget;

  ConfigRequests(Configurations configurations, ByteBudget budget) {
    this.configurations = configurations;
    this.budget = budget;
  }

  static boolean takes(String path) {
    return path.equals(ROOT) || path.equals(VALIDATE) || path.equals(RELOAD);
  }

  /** The document of {@code /v1/config}. */
  record Shown(long generation, String hash, String loaded, List<Configurations.Value> values) {}

  /** The document of {@code /v1/config/validate}. */
  record Validated(boolean valid, List<Finding> errors, List<Finding> warnings) {}

  void serve(Request request, Answer answer) {
    String path = request.head().path();
    if (!(path.equals(ROOT) ? answer.allows("GET", "HEAD") : answer.allows("POST"))) {
      request.body().cancel();
      return;
    }
    List<FieldError> errors = new ArrayList<>();
    List<String> parameters = path.equals(ROOT) ? List.of("effective") : List.of();
    Query query = Query.parse(request.head().target().query(), parameters, errors);
    String effective = query.value("effective");
    if (effective != null && !effective.equals("true") && !effective.equals("false")) {
      errors.add(new FieldError("effective", "bad_word", "is not true or false", "write true"));
    }
    if (!errors.isEmpty()) {
      request.body().cancel();
      answer.problem(AdminJson.unprocessable(errors));
    } else if (path.equals(ROOT)) {
      request.body().cancel();
      show("true".equals(effective), answer);
    } else if (path.equals(VALIDATE)) {
      read(request, answer, yaml -> validate(yaml, request, answer));
    } else {
      read(request, answer, yaml -> reload(yaml, request, answer));
    }
  }

  private void show(boolean all, Answer answer) {
    Configurations.Shown running = configurations.running();
    List<Configurations.Value> values =
        running.values().stream().filter(v -> all || !v.source().equals("default")).toList();
    answer.json(
        200, new Shown(running.generation(), running.hash(), running.loaded().toString(), values));
  }

  private void validate(String yaml, Request request, Answer answer) {
    configurations.validate(
        yaml,
        found ->
            request
                .loop()
                .execute(
                    () ->
                        answer.json(
                            200,
                            new Validated(
                                found.errors().isEmpty(), found.errors(), found.warnings()))));
  }

  private void reload(String yaml, Request request, Answer answer) {
    String address = request.peer().address();
    configurations.reload(
        yaml.isBlank() ? null : yaml,
        address.isEmpty() ? "this process" : address,
        outcome -> request.loop().execute(() -> tell(outcome, answer)));
  }

  private static void tell(Outcome outcome, Answer answer) {
    if (outcome instanceof Outcome.Refused refused) {
      int errors = refused.errors().size();
      String detail =
          errors + (errors == 1 ? " error" : " errors") + "; the running configuration stays";
      answer.problem(
          new AdminJson.Problem(
              "about:blank", "Invalid configuration", 422, detail, refused.errors()));
    } else {
      answer.json(200, outcome);
    }
  }

  private void read(Request request, Answer answer, Consumer<String> handler) {
    answer.read(
        request.body(),
        LIMIT_BYTES,
        budget,
        content -> {
          String yaml = text(content);
          if (yaml == null) {
            answer.problem(
                AdminJson.unprocessable(
                    List.of(new FieldError("", "bad_source", "is not UTF-8", "send UTF-8"))));
          } else {
            handler.accept(yaml);
          }
        });
  }

  private static @Nullable String text(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
  }
}
