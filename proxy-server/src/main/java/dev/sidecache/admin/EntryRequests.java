package dev.sidecache.admin;

import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.caching.Purge;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.RequestHead;
import dev.sidecache.message.Request;
import dev.sidecache.rule.TagTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers {@code /v1/keys} and {@code /v1/entries/ID}: what is stored here. */
final class EntryRequests {
  private static final String KEYS = "/v1/keys";
  private static final String ENTRIES = "/v1/entries/";
  private static final int USUAL = 100;
  private static final int MOST = 1_000;
  private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,3}");

  private final StoredEntries entries;
  private final Predicate<String> knowsRoute;
  private final Purging purge;
  private final boolean hasToken;

  /** Carries a purge out and answers with it. */
  @FunctionalInterface
  interface Purging {
    void purge(PurgeRequest purge, Request request, Answer answer);
  }

  /**
   * Requests about entries.
   *
   * @param knowsRoute whether a route has this name
   * @param hasToken whether whoever asks has shown a token; content is shown to nobody else
   */
  EntryRequests(
      StoredEntries entries, Predicate<String> knowsRoute, Purging purge, boolean hasToken) {
    this.entries = entries;
    this.knowsRoute = knowsRoute;
    this.purge = purge;
    this.hasToken = hasToken;
  }

  static boolean takes(String path) {
    return path.equals(KEYS) || path.startsWith(ENTRIES);
  }

  void serve(Request request, Answer answer) {
    request.body().cancel();
    RequestHead head = request.head();
    if (head.path().equals(KEYS)) {
      if (answer.allows("GET", "HEAD")) {
        search(request, answer);
      }
    } else if (answer.allows("GET", "HEAD", "DELETE")) {
      String id = head.path().substring(ENTRIES.length());
      if (head.method().equals("DELETE")) {
        delete(id, request, answer);
      } else {
        show(id, request, answer);
      }
    }
  }

  private void search(Request request, Answer answer) {
    List<FieldError> errors = new ArrayList<>();
    List<String> known = List.of("route", "prefix", "tag", "limit", "cursor");
    Query query = Query.parse(request.head().target().query(), known, errors);
    String route = query.value("route");
    if (route != null && !knowsRoute.test(route)) {
      errors.add(new FieldError("route", "unknown_route", "no route has this name", ""));
    }
    String prefix = query.value("prefix");
    if (prefix != null && !prefix.startsWith("/")) {
      errors.add(new FieldError("prefix", "bad_path", "is no path", "begin it with /"));
    }
    String limit = query.value("limit");
    int most = limit == null ? USUAL : LIMIT.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
    if (most < 1 || most > MOST) {
      errors.add(new FieldError("limit", "bad_number", "is no number from 1 to 1000", "write 100"));
    }
    if (!errors.isEmpty()) {
      answer.problem(AdminJson.unprocessable(errors));
      return;
    }
    String cursor = query.value("cursor");
    StoredEntries.Search wanted =
        new StoredEntries.Search(
            route, prefix, tag(query.value("tag")), cursor == null ? "" : cursor, most);
    entries.search(wanted, page -> request.loop().execute(() -> answer.json(200, page)));
  }

  /** The tag of this name, or the family of {@code name:*}. */
  private static @Nullable Tag tag(@Nullable String name) {
    if (name == null) {
      return null;
    }
    return name.endsWith(TagTemplate.FAMILY)
        ? new Tag(Tag.Kind.FAMILY, name.substring(0, name.indexOf(':')))
        : Tag.named(name);
  }

  private void show(String id, Request request, Answer answer) {
    List<FieldError> errors = new ArrayList<>();
    Query query = Query.parse(request.head().target().query(), List.of("body"), errors);
    String body = query.value("body");
    if (body != null && !body.equals("true") && !body.equals("false")) {
      errors.add(new FieldError("body", "bad_word", "is not true or false", "write true"));
    }
    boolean withBody = "true".equals(body);
    if (!errors.isEmpty()) {
      answer.problem(AdminJson.unprocessable(errors));
    } else if (withBody && !hasToken) {
      String detail = "content is shown only where a token is asked for; set admin.token";
      answer.problem(AdminJson.problem(403, "Forbidden", detail));
    } else {
      find(id, withBody, request, answer, found -> answer.json(200, found.inspected()));
    }
  }

  /** In all instances: the entry's URL is purged. */
  private void delete(String id, Request request, Answer answer) {
    find(
        id,
        false,
        request,
        answer,
        found -> {
          PurgeRequest.Item url = new PurgeRequest.Item(found.path(), found.path());
          purge.purge(
              new PurgeRequest(Purge.Kind.URL, List.of(url), false, false), request, answer);
        });
  }

  private void find(
      String id,
      boolean withBody,
      Request request,
      Answer answer,
      Consumer<StoredEntries.Found> then) {
    entries.find(
        id,
        withBody,
        found ->
            request
                .loop()
                .execute(
                    () -> {
                      if (found == null) {
                        String detail = "nothing is stored here under this id; see /v1/keys";
                        answer.problem(AdminJson.problem(404, "Not found", detail));
                      } else {
                        then.accept(found);
                      }
                    }));
  }
}
