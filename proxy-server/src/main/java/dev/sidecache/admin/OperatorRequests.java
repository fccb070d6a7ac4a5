package dev.sidecache.admin;

import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers what an operator asks of a running proxy as a whole: {@code /v1/routes}, {@code /v1/top},
 * {@code /v1/doctor}, {@code /v1/warm} and {@code /v1/drain}.
 */
public final class OperatorRequests {
  private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,3}");
  private static final int USUAL_LIMIT = 10;

  private final Parts parts;
  private final WarmRequests warm;

  OperatorRequests(Parts parts, ByteBudget budget) {
    this.parts = parts;
    this.warm = new WarmRequests(parts.warming, budget);
  }

  /**
   * What is asked.
   *
   * @param routes figures of each route
   * @param doctor looks at what the proxy needs
   * @param warming fetches URLs through the proxy
   * @param drain stops the proxy as its signal to terminate does
   */
  public record Parts(RouteTable routes, Diagnosis.Source doctor, Warming warming, Drain drain) {}

  /** Stops the proxy. */
  @FunctionalInterface
  public interface Drain {
    /** Begins; does not block. Returns how it goes on. */
    Draining begin(String by);
  }

  /**
   * A proxy that takes no new connections.
   *
   * @param connections how many of clients are open
   * @param timeoutS after so many seconds those left are cut
   */
  public record Draining(boolean draining, int connections, long timeoutS) {}

  static boolean takes(String path) {
    return switch (path) {
      case "/v1/routes", "/v1/top", "/v1/doctor", "/v1/drain" -> true;
      default -> WarmRequests.takes(path);
    };
  }

  void serve(Request request, Answer answer) {
    String path = request.head().path();
    if (WarmRequests.takes(path)) {
      warm.serve(request, answer);
      return;
    }
    request.body().cancel();
    if (path.equals("/v1/drain")) {
      if (answer.allows("POST")) {
        answer.json(202, parts.drain.begin(request.peer().address()));
      }
    } else if (answer.allows("GET", "HEAD")) {
      switch (path) {
        case "/v1/routes" -> routes(request, answer);
        case "/v1/top" -> top(request, answer);
        default -> doctor(request, answer);
      }
    }
  }

  private void doctor(Request request, Answer answer) {
    List<FieldError> errors = new ArrayList<>();
    Query.parse(request.head().target().query(), List.of(), errors);
    if (errors.isEmpty()) {
      parts.doctor.look(request.loop(), checks -> answer.json(200, Diagnosis.Report.of(checks)));
    } else {
      answer.problem(AdminJson.unprocessable(errors));
    }
  }

  private void routes(Request request, Answer answer) {
    List<FieldError> errors = new ArrayList<>();
    Query query = Query.parse(request.head().target().query(), List.of("window", "series"), errors);
    Statistics.Window window = query.window(errors);
    String series = query.value("series");
    if (series != null && !series.equals("5m") && !series.equals("1h")) {
      errors.add(new FieldError("series", "bad_window", "unknown series", "5m or 1h"));
    }
    if (!errors.isEmpty()) {
      answer.problem(AdminJson.unprocessable(errors));
      return;
    }
    Boolean hour = series == null ? null : series.equals("1h");
    parts.routes.table(
        window, hour, table -> request.loop().execute(() -> answer.json(200, table)));
  }

  private void top(Request request, Answer answer) {
    List<FieldError> errors = new ArrayList<>();
    List<String> known = List.of("by", "limit", "window");
    Query query = Query.parse(request.head().target().query(), known, errors);
    Statistics.Window window = query.window(errors);
    String word = query.value("by");
    RouteTable.By by = word == null ? RouteTable.By.HITS : by(word);
    if (by == null) {
      errors.add(new FieldError("by", "bad_word", "is nothing to rank by", words()));
    }
    String limit = query.value("limit");
    if (limit != null && !LIMIT.matcher(limit).matches()) {
      errors.add(new FieldError("limit", "bad_number", "is no number from 1 to 9999", "write 10"));
    }
    if (by == null || !errors.isEmpty()) {
      answer.problem(AdminJson.unprocessable(errors));
      return;
    }
    parts.routes.top(
        by,
        limit == null ? USUAL_LIMIT : Integer.parseInt(limit),
        window,
        top -> request.loop().execute(() -> answer.json(200, top)));
  }

  private static RouteTable.@Nullable By by(String word) {
    for (RouteTable.By by : RouteTable.By.values()) {
      if (by.word().equals(word)) {
        return by;
      }
    }
    return null;
  }

  private static String words() {
    return Arrays.stream(RouteTable.By.values())
        .map(RouteTable.By::word)
        .collect(Collectors.joining(", "));
  }
}
