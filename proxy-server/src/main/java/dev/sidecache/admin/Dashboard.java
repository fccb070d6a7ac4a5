package dev.sidecache.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.Refusal;
import dev.sidecache.http.Fields;
import dev.sidecache.message.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Serves the dashboard under {@code /ui/}: files of the jar, the same for everybody, so they need
 * no token; what they show, they ask of the API. A page of another origin can neither frame them
 * nor bring script along: Content Security Policy Level 3.
 */
final class Dashboard {
  static final String PATH = "/ui/";

  private static final String WITHOUT_SLASH = "/ui";
  private static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " object-src 'none'";

  private final Map<String, File> files = new LinkedHashMap<>();

  /** NB: nobody compares two of them, so that they hold an array does no harm. */
  @SuppressWarnings("ArrayRecordComponent")
  private record File(String type, byte[] content) {}

  /** Reads all files, which are a few. */
  Dashboard() {
    add("index.html", "text/html; charset=utf-8");
    add("style.css", "text/css; charset=utf-8");
    add("icon.svg", "image/svg+xml");
    for (String module :
        new String[] {
          "app", "api", "dom", "overview", "routes", "live", "keys", "explain", "advice", "config"
        }) {
      add(module + ".js", "text/javascript; charset=utf-8");
    }
    files.put("", file("index.html"));
    files.put("reasons.json", new File("application/json", reasons()));
  }

  private void add(String name, String type) {
    try (InputStream in = Dashboard.class.getResourceAsStream("ui/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks ui/" + name);
      }
      files.put(name, new File(type, in.readAllBytes()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private File file(String name) {
    File file = files.get(name);
    if (file == null) {
      throw new IllegalStateException(name);
    }
    return file;
  }

  /** What each reason means, as the checks tell it. */
  private static byte[] reasons() {
    ObjectNode all = AdminJson.MAPPER.createObjectNode();
    BiConsumer<String, ReasonRemedy> add =
        (word, told) ->
            all.putObject(word).put("meaning", told.meaning()).put("remedy", told.remedy());
    for (Bypass bypass : Bypass.values()) {
      add.accept(bypass.word(), ReasonRemedy.of(bypass));
    }
    for (Refusal refusal : Refusal.values()) {
      add.accept(refusal.word(), ReasonRemedy.of(refusal));
    }
    return AdminJson.bytes(all);
  }

  static boolean takes(String path) {
    return path.startsWith(PATH) || path.equals(WITHOUT_SLASH);
  }

  void serve(Request request, Answer answer) {
    request.body().cancel();
    if (!answer.allows("GET", "HEAD")) {
      return;
    }
    String path = request.head().path();
    if (path.equals(WITHOUT_SLASH)) {
      answer.give(308, Fields.of("Location", "ui/"), new byte[0]);
      return;
    }
    File file = files.get(path.substring(PATH.length()));
    if (file == null) {
      answer.problem(AdminJson.problem(404, "Not found", "the dashboard has no such file"));
    } else {
      answer.give(200, fields(file.type), file.content);
    }
  }

  private static Fields fields(String type) {
    return Fields.of(
        "Content-Type", type,
        "Content-Security-Policy", POLICY,
        "Cross-Origin-Opener-Policy", "same-origin",
        "Cross-Origin-Resource-Policy", "same-origin",
        "Referrer-Policy", "no-referrer");
  }
}
