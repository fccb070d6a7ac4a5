package dev.sidecache.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiSourceTest {
  private static final String DOCUMENT =
      "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"A\"},\"paths\":{}}";

  private static final String MOVED =
      "HTTP/1.1 307 Moved\r\nLocation: /openapi.json\r\nContent-Length: 0\r\n\r\n";

  @TempDir private Path directory;

  private String refusal(String name) {
    OpenApiSource source = new OpenApiSource(directory, Duration.ofMillis(800));
    Throwable refused = catchThrowable(() -> source.read(name));
    assertThat(refused).isInstanceOf(OpenApiSource.Unusable.class);
    return refused.getMessage();
  }

  @Test
  void documentIsFetchedAndRedirectsAreFollowed() throws Exception {
    try (ScriptedOrigin origin =
        ScriptedOrigin.answering(
            request ->
                request.target().equals("/openapi.json") ? ScriptedOrigin.ok(DOCUMENT) : MOVED)) {
      OpenApiSource source = new OpenApiSource(directory);

      assertThat(source.read(origin.url() + "/docs").title()).isEqualTo("A");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | answers 404; correct the URL; FastAPI has /openapi.json, NestJS /api-json",
        "401 | answers 401; save the document with your credential and name the file",
        "200 | is neither JSON nor YAML; name an OpenAPI 3.0 or 3.1 document",
      })
  void answerThatIsNoDocumentIsTold(int status, String problem) throws IOException {
    String answer = "HTTP/1.1 " + status + " A\r\nContent-Length: 2\r\n\r\n{,";
    try (ScriptedOrigin origin = ScriptedOrigin.answering(request -> answer)) {
      assertThat(refusal(origin.url() + "/x")).startsWith(origin.url() + "/x " + problem);
    }
  }

  @Test
  void answerThatNeverEndsIsNotWaitedFor() throws IOException {
    try (ScriptedOrigin origin =
        ScriptedOrigin.start(
            connection -> {
              connection.readRequest();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
              connection.awaitEnd();
            })) {
      assertThat(refusal(origin.url()))
          .contains("did not answer in ")
          .endsWith("start the backend, or save the document and name the file");
    }
  }

  @Test
  void portThatNobodyListensOnIsTold() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    assertThat(refusal("http://127.0.0.1:" + free + "/openapi.json"))
        .contains(" does not answer (")
        .endsWith("start the backend, or correct the URL");
  }

  @Test
  void nameThatIsNoFileAndNoUrlIsTold() {
    assertThat(refusal("none.json")).startsWith("none.json is not there; name a file, or a URL");
    assertThat(refusal("http://a b/")).contains(" is no URL; write it as http://127.0.0.1:8000/");
    assertThat(refusal("http:///x")).contains(" is no URL; write it as http://127.0.0.1:8000/");
  }

  @Test
  void passwordInAUrlIsNotShown() {
    assertThat(OpenApiSource.shown("http://me:pass@a/b")).isEqualTo("http://a/b");
    assertThat(OpenApiSource.origin("http://me:pass@a:80/b?c")).isEqualTo("http://a:80");
    assertThat(OpenApiSource.origin("file.json")).isNull();
  }
}
