package dev.sidecache.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Request;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /v1/warm}: fetches URLs through the proxy, some at a time, and tells how far it
 * is. One list at a time; the last few are remembered.
 */
final class WarmRequests {
  static final String PATH = "/v1/warm";

  private static final String OF_ONE = PATH + "/";
  private static final int LIMIT_BYTES = 4 << 20;
  private static final int MOST_URLS = 100_000;
  private static final int MOST_AT_A_TIME = 64;
  private static final int USUAL_AT_A_TIME = 4;
  private static final int REMEMBERED = 16;
  private static final List<String> MEMBERS = List.of("urls", "concurrency");

  private final Warming warming;
  private final ByteBudget budget;
  private final Map<String, Warming.Run> runs = new LinkedHashMap<>();

  WarmRequests(Warming warming, ByteBudget budget) {
    this.warming = warming;
    this.budget = budget;
  }

  /**
   * How far it is.
   *
   * @param stored how many answers are in the cache
   * @param failed the first URLs that had no answer, or one with a status of 400 or above
   */
  record Progress(String id, int total, int done, int stored, int failures, List<String> failed) {
    static Progress of(String id, Warming.Run run) {
      Warming.State state = run.state();
      return new Progress(
          id, state.total(), state.done(), state.stored(), state.failures(), state.failed());
    }
  }

  static boolean takes(String path) {
    return path.equals(PATH) || path.startsWith(OF_ONE);
  }

  void serve(Request request, Answer answer) {
    String path = request.head().path();
    if (path.equals(PATH)) {
      if (answer.allows("POST")) {
        answer.read(
            request.body(), LIMIT_BYTES, budget, content -> begin(content, request, answer));
      } else {
        request.body().cancel();
      }
      return;
    }
    request.body().cancel();
    if (answer.allows("GET", "HEAD")) {
      String id = path.substring(OF_ONE.length());
      Warming.Run run = run(id);
      if (run == null) {
        answer.problem(AdminJson.problem(404, "Not found", "no list of URLs has this id"));
      } else {
        answer.json(200, Progress.of(id, run));
      }
    }
  }

  private synchronized Warming.@Nullable Run run(String id) {
    return runs.get(id);
  }

  private void begin(byte[] content, Request request, Answer answer) {
    List<FieldError> errors = new ArrayList<>();
    Wanted wanted = parse(content, errors);
    if (!errors.isEmpty()) {
      answer.problem(AdminJson.unprocessable(errors));
      return;
    }
    List<Warming.Url> urls = wanted.urls == null ? warming.configured() : wanted.urls;
    String id = String.format(Locale.ROOT, "w-%04x", ThreadLocalRandom.current().nextInt(0x10000));
    Warming.Run begun = begin(id, urls, wanted.concurrency, request.loop());
    if (begun == null) {
      String detail = "a list is being fetched already; wait for its end";
      answer.problem(AdminJson.problem(409, "Conflict", detail));
    } else {
      answer.json(202, Progress.of(id, begun));
    }
  }

  private synchronized Warming.@Nullable Run begin(
      String id, List<Warming.Url> urls, int atATime, ScheduledExecutorService loop) {
    for (Warming.Run run : runs.values()) {
      if (run.state().done() < run.state().total()) {
        return null;
      }
    }
    Warming.Run begun = warming.begin(urls, atATime, loop);
    runs.put(id, begun);
    Iterator<String> oldest = runs.keySet().iterator();
    if (runs.size() > REMEMBERED) {
      oldest.next();
      oldest.remove();
    }
    return begun;
  }

  /**
   * What is wanted.
   *
   * @param urls null: those of the configuration
   */
  record Wanted(@Nullable List<Warming.Url> urls, int concurrency) {}

  static Wanted parse(byte[] content, List<FieldError> errors) {
    JsonNode document = document(content, errors);
    Iterator<String> members = document.fieldNames();
    while (members.hasNext()) {
      String member = members.next();
      if (!MEMBERS.contains(member)) {
        errors.add(new FieldError(member, "unknown_member", "unknown", "urls, concurrency"));
      }
    }
    JsonNode atATime = document.path("concurrency");
    int concurrency = atATime.isMissingNode() ? USUAL_AT_A_TIME : atATime.asInt();
    if (concurrency < 1 || concurrency > MOST_AT_A_TIME) {
      String hint = "1 to " + MOST_AT_A_TIME;
      errors.add(new FieldError("concurrency", "bad_number", "is no number of requests", hint));
    }
    JsonNode urls = document.path("urls");
    if (urls.isMissingNode()) {
      return new Wanted(null, concurrency);
    }
    if (!urls.isArray() || urls.size() > MOST_URLS) {
      String hint = "a list of at most 100,000";
      errors.add(new FieldError("urls", "bad_type", "is no list of URLs", hint));
      return new Wanted(null, concurrency);
    }
    List<Warming.Url> wanted = new ArrayList<>(urls.size());
    for (int i = 0; i < urls.size(); i++) {
      Warming.Url url = url(urls.get(i));
      if (url == null) {
        String hint = "write /path?query, or a whole URL";
        errors.add(new FieldError("urls[" + i + "]", "bad_url", "is no URL", hint));
      } else {
        wanted.add(url);
      }
    }
    return new Wanted(wanted, concurrency);
  }

  private static JsonNode document(byte[] content, List<FieldError> errors) {
    JsonNode empty = AdminJson.MAPPER.createObjectNode();
    if (content.length == 0) {
      return empty;
    }
    try {
      JsonNode document = AdminJson.MAPPER.readTree(content);
      if (document.isObject()) {
        return document;
      }
    } catch (IOException notJson) {
      // Told below: the same.
    }
    errors.add(new FieldError("", "bad_json", "is no JSON object", "{\"urls\":[\"/a\"]}"));
    return empty;
  }

  /** A path, or a whole URL whose host becomes the Host field; null: neither. */
  private static Warming.@Nullable Url url(JsonNode text) {
    String url = text.isTextual() ? text.asText() : "";
    if (url.startsWith("/")) {
      return RequestTarget.parse(url) == null ? null : new Warming.Url(url, null);
    }
    try {
      URI uri = new URI(url);
      String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
      return uri.getHost() == null || RequestTarget.parse(target) == null
          ? null
          : new Warming.Url(target, uri.getRawAuthority());
    } catch (URISyntaxException noUrl) {
      return null;
    }
  }
}
