package dev.sidecache.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.advice.Advice;
import dev.sidecache.advice.Evidence;
import dev.sidecache.advice.Observatory;
import dev.sidecache.message.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers {@code /v1/advice}: what was observed, and what to configure because of it. */
final class AdviceRequests {
  static final String PATH = "/v1/advice";

  private static final long USUAL = 100;
  private static final double THOUSAND = 1_000;

  private final Advising source;
  private final Background background;

  AdviceRequests(Advising source, Executor background) {
    this.source = source;
    this.background = new Background(background);
  }

  /**
   * The document.
   *
   * @param mode of the process
   * @param sampled of how many keys one is followed; 1: all
   * @param observed what was seen per route
   * @param shadow comparisons of mode shadow
   */
  record Document(
      String mode,
      String since,
      long requests,
      int sampled,
      List<Suggested> suggestions,
      Advice.Expected expected,
      List<Observed> observed,
      Shadow shadow,
      String yaml) {}

  record Suggested(
      String kind,
      String route,
      String path,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String ttl,
      double hitRate,
      long requests,
      long distinct,
      String evidence,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String method,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> routes,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String scope,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String scopeEvidence) {}

  /** What was seen of one route; rates from 0 to 1, times in seconds. */
  record Observed(
      String route,
      String path,
      long requests,
      double hitRate,
      double staleRate,
      double timeSavedS,
      Map<String, Long> notStored,
      long distinct,
      @Nullable Double changeIntervalS,
      Evidence.Validators validators,
      Evidence.Shared shared,
      List<Evidence.AfterWrite> writes) {}

  record Shadow(long comparisons, long mismatches, List<Mismatch> last) {}

  record Mismatch(
      String at, String route, String method, String path, String difference, long ageS) {}

  void serve(Request request, Answer answer) {
    if (!answer.allows("GET", "HEAD")) {
      return;
    }
    List<FieldError> errors = new ArrayList<>();
    Query query = Query.parse(request.head().target().query(), List.of("min_requests"), errors);
    String given = query.value("min_requests");
    boolean number = given == null || given.matches("\\d{1,9}");
    if (!number) {
      errors.add(new FieldError("min_requests", "bad_number", "is no number", "write 100"));
    }
    if (!errors.isEmpty()) {
      answer.problem(AdminJson.unprocessable(errors));
      return;
    }
    long least = given == null ? USUAL : Long.parseLong(given);
    Supplier<Document> made = () -> document(source.evidence(), source.compared(), least);
    background.run(
        () -> {
          Document document = made.get();
          request.loop().execute(() -> answer.json(200, document));
        },
        () -> answer.json(200, made.get()));
  }

  private Document document(Evidence evidence, Observatory.Compared compared, long least) {
    Advice advice = source.advice(evidence, least);
    return new Document(
        source.mode(),
        evidence.since().toString(),
        evidence.requests(),
        evidence.oneInKeys(),
        advice.suggestions().stream().map(AdviceRequests::suggested).toList(),
        new Advice.Expected(
            rounded(advice.expected().hitRate()),
            advice.expected().originSecondsSaved(),
            advice.expected().redisCommands()),
        evidence.routes().stream().map(AdviceRequests::observed).toList(),
        new Shadow(
            compared.comparisons(),
            compared.mismatches(),
            compared.last().stream()
                .map(
                    each ->
                        new Mismatch(
                            each.at().toString(),
                            each.route(),
                            each.method(),
                            each.path(),
                            String.valueOf(each.difference()),
                            each.ageSeconds()))
                .toList()),
        advice.yaml());
  }

  private static Suggested suggested(Advice.Suggestion suggestion) {
    return new Suggested(
        AdminJson.word(suggestion.kind()),
        suggestion.route(),
        suggestion.path(),
        suggestion.ttl(),
        rounded(suggestion.hitRate()),
        suggestion.requests(),
        suggestion.distinct(),
        suggestion.evidence(),
        suggestion.method(),
        suggestion.routes(),
        suggestion.scope(),
        suggestion.scope().isEmpty() ? "" : suggestion.scopeEvidence());
  }

  private static Observed observed(Evidence.OfRoute seen) {
    Long interval = seen.changeIntervalMillis();
    return new Observed(
        seen.route(),
        seen.path(),
        seen.requests(),
        rounded(seen.hitRate()),
        seen.hits() == 0 ? 0 : rounded((double) seen.staleHits() / seen.hits()),
        rounded(seen.savedNanos() / 1e9),
        seen.notStored(),
        seen.answers(),
        interval == null ? null : interval / THOUSAND,
        seen.validators(),
        seen.shared(),
        seen.writes());
  }

  private static double rounded(double value) {
    return Math.round(value * THOUSAND) / THOUSAND;
  }
}
