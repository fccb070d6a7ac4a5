package dev.sidecache.admin;

import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.http.Fields;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Service;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers the admin port: who may, {@link AdminAccess} says; with what, {@link AdminJson}. */
public final class AdminService implements Service {
  private static final int PURGE_LIMIT_BYTES = 1 << 20;

  private final Parts parts;
  private final AdminAccess access;
  private final HealthService health;
  private final ValueRequests values;
  private final ConfigRequests configurations;
  private final EntryRequests entries;
  private final LogLevelRequests logLevel;
  private final OperatorRequests operator;
  private final ExplainRequests explanations;
  private final AdviceRequests advice;
  private final @Nullable Dashboard dashboard;

  /** The admin API over its parts, on a port of its own. */
  public AdminService(Settings settings, Parts parts) {
    this(settings, parts, true);
  }

  /** The admin API on the port that all clients use: every path needs the token. */
  public static AdminService onTrafficPort(Settings settings, Parts parts) {
    return new AdminService(settings, parts, false);
  }

  private AdminService(Settings settings, Parts parts, boolean openToAll) {
    this.parts = parts;
    this.access = new AdminAccess(settings, openToAll);
    this.health = new HealthService(parts.health(), parts.loops(), "", this::serveRest);
    this.values = new ValueRequests(parts.values(), settings.maxValueBytes(), parts.budget());
    this.configurations = new ConfigRequests(parts.configurations(), parts.budget());
    this.advice = new AdviceRequests(parts.advising(), parts.background());
    this.explanations = new ExplainRequests(parts.explaining(), parts.budget());
    this.logLevel = new LogLevelRequests(parts.logLevel(), parts.budget());
    this.operator = new OperatorRequests(parts.operator(), parts.budget());
    this.dashboard = settings.dashboard() && openToAll ? new Dashboard() : null;
    this.entries =
        new EntryRequests(
            parts.entries(), parts.statistics()::knows, this::purge, !settings.token().isEmpty());
  }

  /**
   * Settings of the admin API.
   *
   * @param host the address it listens at; empty: all
   * @param token 16 characters or more; empty: none
   * @param maxValueBytes longest value by key
   * @param dashboard whether it is served
   */
  public record Settings(String host, String token, int maxValueBytes, boolean dashboard) {
    public Settings {
      if (!token.isEmpty() && token.length() < 16) {
        throw new IllegalArgumentException(
            "admin.token: " + token.length() + " characters (expected: 16 or more)");
      }
    }

    /** Whether only this machine can reach the port. */
    public boolean isLoopback() {
      String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      return bare.equals("localhost") || bare.equals("::1") || bare.startsWith("127.");
    }

    /** Without the token. */
    @Override
    public String toString() {
      return "Settings[host=" + host + ", token=" + (token.isEmpty() ? "none" : "set") + "]";
    }
  }

  /**
   * What the admin API shows and does.
   *
   * @param health how the process is
   * @param loops the event loops whose answers make {@code livez}
   * @param statistics what was counted
   * @param running what runs, read at each question
   * @param figures what lies in the cache
   * @param purger carries purges out
   * @param values values by key
   * @param configurations the running configuration
   * @param entries what is stored here
   * @param explaining tells what would be done with a request
   * @param advising observes, and advises from it
   * @param logLevel takes another least level of the log
   * @param operator what is asked of the proxy as a whole
   * @param events who watches requests live
   * @param metrics the text of the meters
   * @param budget bounds what all request bodies together may take
   * @param background where the text of the meters is made, off the loops
   * @param clock the wall clock
   */
  public record Parts(
      HealthState health,
      List<? extends Executor> loops,
      Statistics statistics,
      Supplier<Running> running,
      StoreFigures.Source figures,
      Purger purger,
      ValueStore values,
      Configurations configurations,
      StoredEntries entries,
      Explaining explaining,
      Advising advising,
      Consumer<String> logLevel,
      OperatorRequests.Parts operator,
      EventStreams events,
      MetricsText metrics,
      ByteBudget budget,
      Executor background,
      InstantSource clock) {}

  /** Makes the text of all meters. */
  @FunctionalInterface
  public interface MetricsText {
    /**
     * Reads all meters.
     *
     * @param accept the request's field, which chooses the format; null: the plain one
     */
    Text read(@Nullable String accept);

    /** Text and its media type. */
    record Text(String contentType, String content) {}
  }

  @Override
  public void serve(Request request, Responder responder) {
    AdminAccess.Verdict verdict = access.of(request.head(), isOpen(request.head().path()));
    if (verdict == AdminAccess.Verdict.ALLOWED) {
      health.serve(request, responder);
    } else {
      request.body().cancel();
      refuse(verdict, new Answer(request.head(), responder));
    }
  }

  /** Whether a path is answered without the token. */
  private static boolean isOpen(String path) {
    return switch (path) {
      case "/startupz", "/livez", "/readyz", "/health", "/metrics" -> true;
      default -> Dashboard.takes(path);
    };
  }

  private static void refuse(AdminAccess.Verdict verdict, Answer answer) {
    switch (verdict) {
      case UNAUTHORIZED ->
          answer.problem(
              AdminJson.problem(401, "Unauthorized", "send Authorization: Bearer with admin.token"),
              Fields.of("WWW-Authenticate", "Bearer realm=\"sidecache\""));
      case NO_TOKEN_SET -> forbid("the port is open to others; set admin.token to use it", answer);
      case FOREIGN_HOST ->
          forbid("Host is neither localhost nor an address; ask by one of them", answer);
      case FOREIGN_ORIGIN -> forbid("Origin is not this port's own", answer);
      case ALLOWED -> throw new IllegalStateException("allowed");
    }
  }

  private static void forbid(String detail, Answer answer) {
    answer.problem(AdminJson.problem(403, "Forbidden", detail));
  }

  private void serveRest(Request request, Responder responder) {
    Answer answer = new Answer(request.head(), responder);
    String path = request.head().path();
    Dashboard shown = dashboard;
    if (shown != null && Dashboard.takes(path)) {
      shown.serve(request, answer);
    } else if (ValueRequests.takes(path)) {
      values.serve(request, answer);
    } else if (ConfigRequests.takes(path)) {
      configurations.serve(request, answer);
    } else if (EntryRequests.takes(path)) {
      entries.serve(request, answer);
    } else if (path.equals(LogLevelRequests.PATH)) {
      logLevel.serve(request, answer);
    } else if (OperatorRequests.takes(path)) {
      operator.serve(request, answer);
    } else if (path.equals(ExplainRequests.PATH)) {
      explanations.serve(request, answer);
    } else if (path.equals("/v1/purge")) {
      purge(request, answer);
    } else {
      request.body().cancel();
      read(path, request, answer);
    }
  }

  private void read(String path, Request request, Answer answer) {
    switch (path) {
      case "/metrics" -> ifRead(answer, () -> metrics(request, answer));
      case "/v1/info" -> ifRead(answer, () -> info(request, answer));
      case AdviceRequests.PATH -> advice.serve(request, answer);
      case "/v1/stats" -> ifRead(answer, () -> stats(request, answer));
      case "/v1/events" -> ifGot(answer, () -> events(request, answer));
      default ->
          answer.problem(AdminJson.problem(404, "Not found", "the admin API has no such path"));
    }
  }

  private static void ifRead(Answer answer, Runnable action) {
    if (answer.allows("GET", "HEAD")) {
      action.run();
    }
  }

  private static void ifGot(Answer answer, Runnable action) {
    if (answer.allows("GET")) {
      action.run();
    }
  }

  private void events(Request request, Answer answer) {
    List<FieldError> errors = new ArrayList<>();
    Query query = Query.parse(request.head().target().query(), EventFilter.PARAMETERS, errors);
    EventFilter filter = EventFilter.of(query, parts.statistics::knows, errors);
    if (!errors.isEmpty()) {
      answer.problem(AdminJson.unprocessable(errors));
      return;
    }
    EventStream stream = parts.events.open(filter, request.loop());
    if (stream == null) {
      String detail = EventStreams.MOST + " watch already; end one of them";
      answer.problem(AdminJson.problem(503, "Too many watch", detail));
    } else {
      answer.stream("text/event-stream", stream);
    }
  }

  private void metrics(Request request, Answer answer) {
    String accept = request.head().fields().combined("Accept");
    parts.background.execute(
        () -> {
          MetricsText.Text text = parts.metrics.read(accept);
          request.loop().execute(() -> answer.text(text.contentType(), text.content()));
        });
  }

  private void info(Request request, Answer answer) {
    List<FieldError> errors = new ArrayList<>();
    Query.parse(request.head().target().query(), List.of(), errors);
    if (errors.isEmpty()) {
      answer.json(200, AdminJson.info(parts.running.get(), parts.health, parts.clock.instant()));
    } else {
      answer.problem(AdminJson.unprocessable(errors));
    }
  }

  private void stats(Request request, Answer answer) {
    List<FieldError> errors = new ArrayList<>();
    Query query = Query.parse(request.head().target().query(), List.of("window", "route"), errors);
    Statistics.Window window = query.window(errors);
    String route = query.value("route");
    if (route != null && !parts.statistics.knows(route)) {
      errors.add(new FieldError("route", "unknown_route", "no route has this name", ""));
    }
    if (!errors.isEmpty()) {
      answer.problem(AdminJson.unprocessable(errors));
      return;
    }
    parts.figures.read(
        request.loop(),
        figures ->
            answer.json(
                200,
                AdminJson.stats(
                    parts.running.get(),
                    parts.health.cache(),
                    new AdminJson.Selected(window, parts.statistics.summary(window, route)),
                    figures)));
  }

  private void purge(Request request, Answer answer) {
    if (!answer.allows("POST")) {
      request.body().cancel();
      return;
    }
    answer.read(
        request.body(),
        PURGE_LIMIT_BYTES,
        parts.budget,
        content -> purge(content, request, answer));
  }

  private void purge(byte[] content, Request request, Answer answer) {
    PurgeRequests.Parsed parsed = PurgeRequests.parse(content);
    PurgeRequest purge = parsed.request();
    if (purge == null) {
      answer.problem(AdminJson.unprocessable(parsed.errors()));
    } else {
      purge(purge, request, answer);
    }
  }

  private void purge(PurgeRequest purge, Request request, Answer answer) {
    int number = ThreadLocalRandom.current().nextInt(0x10000);
    String id = String.format(Locale.ROOT, "p-%04x", number);
    parts.purger.purge(
        purge,
        request.loop(),
        outcome -> {
          AuditLog.purged(id, purge, outcome, request.peer().address());
          answer.json(outcome.pending() ? 202 : 200, AdminJson.purged(id, purge, outcome));
        });
  }
}
