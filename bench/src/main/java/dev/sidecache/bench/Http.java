package dev.sidecache.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Single requests to servers on this machine. */
final class Http {
  private static final int AT_ONCE = 32;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Http() {}

  /** The status of a GET; 0 if there is no answer. */
  static int status(int port, String path) {
    try {
      return get(port, path).statusCode();
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  static HttpResponse<String> get(int port, String path) {
    try {
      return CLIENT.send(request(port, path), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpRequest request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(10))
        .build();
  }

  /** Asks once for each of so many paths: the prefix and a number from 0. */
  static void each(int port, String prefix, int count) {
    for (int from = 0; from < count; from += AT_ONCE) {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
        HttpRequest request = request(port, prefix + i);
        answers.add(CLIENT.sendAsync(request, HttpResponse.BodyHandlers.discarding()));
      }
      answers.forEach(CompletableFuture::join);
    }
  }

  /** A port on 127.0.0.1 that is free now. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
