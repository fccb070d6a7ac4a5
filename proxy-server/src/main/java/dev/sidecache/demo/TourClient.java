package dev.sidecache.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a visitor of the tour does: send a request, and look at answer and time. */
final class TourClient {
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI base;

  TourClient(URI base) {
    this.base = base;
  }

  /**
   * A request.
   *
   * @param method of it
   * @param path with query
   * @param user bearer token; null: none is sent
   * @param json content; null: none
   */
  record Ask(String method, String path, @Nullable String user, @Nullable String json) {
    static Ask get(String path, @Nullable String user) {
      return new Ask("GET", path, user, null);
    }
  }

  /**
   * What came back.
   *
   * @param status of the response; 0 if there was none
   * @param cacheStatus its Cache-Status; empty if it has none
   * @param millis from sending to the last byte
   * @param body its content
   */
  record Seen(int status, String cacheStatus, double millis, String body) {
    boolean isHit() {
      return cacheStatus.contains("sidecache; hit");
    }

    boolean isOk() {
      return status >= 200 && status < 300;
    }

    /** The reason that Cache-Status gives; empty if none. */
    String detail() {
      int at = cacheStatus.lastIndexOf("detail=");
      return at < 0 ? "" : cacheStatus.substring(at + "detail=".length());
    }
  }

  /** Sends the request; a failure to get an answer is a {@code Seen} with status 0. */
  Seen send(Ask ask) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(ask.path())).timeout(Duration.ofSeconds(30));
    if (ask.user() != null) {
      request.header("Authorization", "Bearer " + ask.user());
    }
    if (ask.json() != null) {
      request.header("Content-Type", "application/json");
    }
    request.method(
        ask.method(),
        ask.json() == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(ask.json()));
    long start = System.nanoTime();
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      String cacheStatus = response.headers().firstValue("Cache-Status").orElse("");
      return new Seen(response.statusCode(), cacheStatus, since(start), response.body());
    } catch (IOException none) {
      return new Seen(0, "", since(start), String.valueOf(none.getMessage()));
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
