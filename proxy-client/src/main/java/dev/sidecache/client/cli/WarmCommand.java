package dev.sidecache.client.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.client.AdminApi.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches URLs through the proxy, so that the first visitors find them in the cache. */
@Command(
    name = "warm",
    description = "Fetches URLs through the proxy: those of a file, or of the proxy's warm list.",
    sortOptions = false)
final class WarmCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "One URL or path a line; # begins a comment; - is standard input")
  private @Nullable String file;

  @Option(
      names = "--openapi",
      paramLabel = "URL|FILE",
      description = "Each GET of this document, in JSON, that needs no parameter")
  private @Nullable String openApi;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "4",
      description = "So many requests at once, up to 64; 4 if not given")
  private int concurrency = 4;

  @Mixin private final AdminOptions options;

  WarmCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    if (file != null && openApi != null) {
      throw new UsageException("FILE and --openapi exclude each other; give one");
    }
    ObjectNode wanted = JSON.createObjectNode().put("concurrency", concurrency);
    List<String> urls = urls();
    if (urls != null) {
      urls.forEach(wanted.putArray("urls")::add);
    }
    byte[] request = wanted.toString().getBytes(StandardCharsets.UTF_8);
    Reply reply = options.call("POST", "/v1/warm", request);
    JsonNode progress = reply.as(JsonNode.class);
    Progress shown = new Progress();
    while (progress.path("done").asInt() < progress.path("total").asInt()) {
      shown.tell(progress);
      if (!options.terminal().people().waitShortly()) {
        break;
      }
      reply = options.call("GET", "/v1/warm/" + progress.path("id").asText(), null);
      progress = reply.as(JsonNode.class);
    }
    shown.end();
    JsonNode last = progress;
    options.show(reply, out -> show(last, out));
    return ExitCode.DONE;
  }

  /** What is to be fetched; null: the list of the proxy's configuration. */
  private @Nullable List<String> urls() {
    if (openApi != null) {
      return OpenApiUrls.of(openApi);
    }
    return file == null ? null : lines(file);
  }

  private static List<String> lines(String name) {
    try {
      String text =
          name.equals("-")
              ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
              : Files.readString(Path.of(name));
      return text.lines().map(String::strip).filter(WarmCommand::isUrl).toList();
    } catch (IOException unreadable) {
      throw new UsageException(name + " cannot be read; name a file with one URL a line");
    }
  }

  private static boolean isUrl(String line) {
    return !line.isEmpty() && !line.startsWith("#");
  }

  private void show(JsonNode progress, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "warmed  %,d URLs, %,d in the cache, %,d failed%n",
        progress.path("done").asInt(),
        progress.path("stored").asInt(),
        progress.path("failures").asInt());
    for (JsonNode failed : progress.path("failed")) {
      out.println(options.colored("yellow", "failed") + "  " + failed.asText());
    }
    if (progress.path("total").asInt() == 0) {
      out.println("hint  the proxy's warm list is empty; name a file, or --openapi");
    }
  }

  /** Tells on a terminal how far it is, on one line. */
  private final class Progress {
    private boolean told;

    void tell(JsonNode progress) {
      if (options.terminal().people().present()) {
        told = true;
        PrintWriter err = options.terminal().err();
        err.printf(
            Locale.ROOT,
            "\r%,d of %,d",
            progress.path("done").asInt(),
            progress.path("total").asInt());
        err.flush();
      }
    }

    void end() {
      if (told) {
        options.terminal().err().println();
      }
    }
  }

  /** A document as JSON. */
  static JsonNode parsed(String text, String name) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new UsageException(name + " is no JSON; name the document's openapi.json");
    }
  }
}
