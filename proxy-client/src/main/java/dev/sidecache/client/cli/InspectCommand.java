package dev.sidecache.client.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.client.AdminApi.Reply;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows all of one entry, or of all entries of a path. */
@Command(
    name = "inspect",
    description = "Shows what is stored under an id of keys, or for a path.",
    sortOptions = false)
final class InspectCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ID|URL", description = "Such as /api/students?page=2")
  private String what = "";

  @Mixin private final AdminOptions options;

  InspectCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    String path = path();
    List<String> ids = path == null ? List.of(what) : ids(path);
    for (String id : ids) {
      Reply reply = options.call("GET", "/v1/entries/" + id, null);
      options.show(reply, out -> show(reply.as(JsonNode.class), out));
    }
    if (ids.isEmpty()) {
      options
          .terminal()
          .err()
          .println("nothing is stored in this proxy's memory for " + path + "; see sidecache keys");
    }
    return ids.isEmpty() ? ExitCode.REFUSED : ExitCode.DONE;
  }

  /** The path of a URL, with its query; null if it is none. */
  private @Nullable String path() {
    if (what.startsWith("/")) {
      return what;
    }
    if (!what.contains("://")) {
      return null;
    }
    try {
      URI uri = URI.create(what);
      String query = uri.getRawQuery();
      return uri.getRawPath() + (query == null ? "" : "?" + query);
    } catch (IllegalArgumentException notAUrl) {
      throw new UsageException("\"" + what + "\" is no URL; write /api/students?page=2");
    }
  }

  /** Those of the path with exactly this query, or with any if it has none. */
  private List<String> ids(String path) {
    int mark = path.indexOf('?');
    String bare = mark < 0 ? path : path.substring(0, mark);
    Target target = Target.of("/v1/keys").with("prefix", bare).with("limit", "1000");
    Reply reply = options.call("GET", target.toString(), null);
    List<String> ids = new ArrayList<>();
    for (JsonNode entry : reply.as(JsonNode.class).path("keys")) {
      String url = entry.path("url").asText();
      String found = url.substring(url.indexOf('/'));
      int foundMark = found.indexOf('?');
      String foundBare = foundMark < 0 ? found : found.substring(0, foundMark);
      if (mark < 0 ? foundBare.equals(bare) : found.equals(path)) {
        ids.add(entry.path("id").asText());
      }
    }
    return ids;
  }

  private static void show(JsonNode entry, PrintWriter out) {
    out.println(KeysCommand.line(entry));
    out.println("  tags    " + joined(entry.path("tags")));
    out.println("  fields  " + joined(entry.path("fields")));
  }

  private static String joined(JsonNode texts) {
    return StreamSupport.stream(texts.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(", "));
  }
}
