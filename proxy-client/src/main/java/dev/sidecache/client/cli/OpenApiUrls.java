package dev.sidecache.client.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What of an OpenAPI document can be fetched without knowing any value. */
final class OpenApiUrls {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private OpenApiUrls() {}

  /** The paths with GET that have no parameter in them and need none. */
  static List<String> of(String source) {
    JsonNode document = WarmCommand.parsed(text(source), source);
    List<String> urls = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      JsonNode get = path.getValue().path("get");
      if (get.isObject()
          && !path.getKey().contains("{")
          && needsNothing(get)
          && needsNothing(path.getValue())) {
        urls.add(path.getKey());
      }
    }
    return urls;
  }

  private static boolean needsNothing(JsonNode owner) {
    for (JsonNode parameter : owner.path("parameters")) {
      if (parameter.path("required").asBoolean()) {
        return false;
      }
    }
    return true;
  }

  private static String text(String source) {
    try {
      return source.contains("://") ? fetched(source) : Files.readString(Path.of(source));
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new UsageException(source + " cannot be read; name a file, or a URL");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UsageException("interrupted while waiting for " + source);
    }
  }

  private static String fetched(String url) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new UsageException(url + " answers " + response.statusCode() + "; correct the URL");
    }
    return response.body();
  }
}
