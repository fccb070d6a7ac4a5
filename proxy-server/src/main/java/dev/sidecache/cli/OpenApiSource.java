package dev.sidecache.cli;

import dev.sidecache.openapi.ApiDocument;
import dev.sidecache.openapi.ApiDocumentException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Where an OpenAPI document is read from: a file, or a URL. Blocks, for a limited time. */
final class OpenApiSource {
  private static final int MOST_BYTES = 32 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path directory;
  private final Duration patience;

  /** Files are looked for from this directory. */
  OpenApiSource(Path directory) {
    this(directory, PATIENCE);
  }

  /**
   * The same with another limit.
   *
   * @param patience for the whole answer of a URL
   */
  OpenApiSource(Path directory, Duration patience) {
    this.directory = directory;
    this.patience = patience;
  }

  /** No document could be had; the message says what to do. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    private Unusable(String name, String problem) {
      super(shown(name) + " " + problem);
      this.problem = problem;
    }

    /** What is wrong and what to do, without the name. */
    String problem() {
      return problem;
    }
  }

  /** The document of this name. */
  ApiDocument read(String name) throws Unusable {
    String text = isUrl(name) ? fetched(name) : file(name);
    try {
      return ApiDocument.parse(text);
    } catch (ApiDocumentException none) {
      throw new Unusable(name, String.valueOf(none.getMessage()));
    }
  }

  private static boolean isUrl(String name) {
    return name.startsWith("http://") || name.startsWith("https://");
  }

  /** The name as messages and files may show it: without a password. */
  static String shown(String name) {
    return isUrl(name) ? name.replaceFirst("://[^/@]*@", "://") : name;
  }

  /** The server that a document came from, {@code http://host:port}; null if it was a file. */
  static @Nullable String origin(String name) {
    if (!isUrl(name)) {
      return null;
    }
    URI uri = URI.create(name);
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port;
  }

  private String file(String name) throws Unusable {
    Path file = directory.resolve(name);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new Unusable(name, "is larger than 32 MiB; name the document alone");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new Unusable(name, "is not there; name a file, or a URL such as http://…/openapi.json");
    } catch (IOException e) {
      throw new Unusable(name, "cannot be read; name a file in UTF-8 that this user may read");
    }
  }

  private String fetched(String name) throws Unusable {
    URI uri;
    try {
      uri = URI.create(name);
    } catch (IllegalArgumentException bad) {
      throw new Unusable(name, "is no URL; write it as http://127.0.0.1:8000/openapi.json");
    }
    if (uri.getHost() == null) {
      throw new Unusable(name, "is no URL; write it as http://127.0.0.1:8000/openapi.json");
    }
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "application/json, application/yaml;q=0.9, */*;q=0.1")
            .timeout(patience)
            .build();
    CompletableFuture<HttpResponse<InputStream>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    return text(name, answer.thenApplyAsync(OpenApiSource::body));
  }

  private String text(String name, CompletableFuture<String> text) throws Unusable {
    try {
      return text.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new Unusable(
          name,
          "did not answer in "
              + patience.toSeconds()
              + " s; start the backend, or save the document and name the file");
    } catch (ExecutionException failed) {
      throw new Unusable(name, problem(failed.getCause()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Unusable(name, "was not waited for; ask again");
    }
  }

  private static String problem(@Nullable Throwable cause) {
    return cause instanceof Refusal refusal
        ? String.valueOf(refusal.getMessage())
        : "does not answer (" + cause + "); start the backend, or correct the URL";
  }

  /** An answer that is no document. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }

  private static String body(HttpResponse<InputStream> response) {
    try (InputStream stream = response.body()) {
      int status = response.statusCode();
      if (status != 200) {
        String remedy =
            status == 401 || status == 403
                ? "save the document with your credential and name the file"
                : "correct the URL; FastAPI has /openapi.json, NestJS /api-json";
        throw new Refusal("answers " + status + "; " + remedy);
      }
      byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new Refusal("is larger than 32 MiB; name the document alone");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new Refusal("broke off its answer; ask again, or save the document and name the file");
    }
  }
}
