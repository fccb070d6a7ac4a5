package dev.sidecache.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidecache.client.SidecacheException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The admin API as it is: paths and JSON documents, as the proxy's reference describes them. {@link
 * SidecacheClient} is made from it and is the better choice wherever it has a method.
 *
 * <p>Thread-safe. Every method blocks until the answer is there, at most for the timeout.
 */
public final class AdminApi {
  /** Reads and writes documents; fields of newer proxies are passed over. */
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final URI base;
  private final String token;
  private final HttpClient http;

  /**
   * The admin API at an address.
   *
   * @param base such as {@code http://127.0.0.1:8180}; a path is the prefix of all requests
   * @param token the proxy's {@code admin.token}; empty: none
   * @param connectTimeout how long a connection may take
   * @throws IllegalArgumentException if the address is none of http or https, with a host
   */
  public AdminApi(URI base, String token, Duration connectTimeout) {
    this.base = checked(base);
    this.token = token;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectTimeout)
            .build();
  }

  private static URI checked(URI base) {
    String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
    boolean web = scheme.equals("http") || scheme.equals("https");
    if (!web || base.getHost() == null || base.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "admin: " + base + " is no address; write it as http://127.0.0.1:8180");
    }
    return base;
  }

  /**
   * What the proxy answered.
   *
   * @param status of the response
   * @param text its content
   */
  public record Reply(int status, String text) {

    /**
     * The content as a document.
     *
     * @throws SidecacheException if it is none, so it does not come from sidecache
     */
    public <T> T as(Class<T> type) {
      try {
        T document = MAPPER.readValue(text, type);
        if (document != null) {
          return document;
        }
      } catch (JsonProcessingException notOurs) {
        // Told below: the same happened.
      }
      throw new SidecacheException(
          Kind.UNREACHABLE, status, "the answer is not sidecache's; check the admin address");
    }
  }

  /**
   * An event that the proxy tells.
   *
   * @param type its {@code event} field; {@code message} without one
   * @param data its lines of data
   */
  public record Event(String type, String data) {}

  /** The address without anything that may be secret. */
  public String address() {
    return base.getScheme()
        + "://"
        + base.getHost()
        + (base.getPort() < 0 ? "" : ":" + base.getPort());
  }

  /**
   * Sends a request and takes any answer.
   *
   * @param target path and query, encoded
   * @param json content, or null
   * @throws SidecacheException of kind {@link Kind#UNREACHABLE} if there is no answer
   */
  public Reply send(String method, String target, byte @Nullable [] json, Duration timeout) {
    HttpResponse<String> response =
        answer(request(method, target, json, timeout), BodyHandlers.ofString());
    return new Reply(response.statusCode(), response.body());
  }

  private HttpRequest request(
      String method, String target, byte @Nullable [] json, Duration timeout) {
    BodyPublisher content =
        json == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(json);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(target)).timeout(timeout).method(method, content);
    if (json != null) {
      request.header("Content-Type", "application/json");
    }
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return request.build();
  }

  private <T> HttpResponse<T> answer(HttpRequest request, BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException noAnswer) {
      throw new SidecacheException(
          "no answer from " + address() + " (" + why(noAnswer) + "); is the proxy running there?",
          noAnswer);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SidecacheException("interrupted while waiting for " + address(), interrupted);
    }
  }

  /**
   * Reads server-sent events as they come, until one of both ends it. HTML Standard, Section 9.2.
   *
   * @param target path and query, encoded
   * @param timeout for the answer to begin
   * @param handler takes each event; false: no more are wanted
   * @throws SidecacheException if the proxy cannot be reached, refuses, or breaks off
   */
  public void events(String target, Duration timeout, Predicate<Event> handler) {
    HttpResponse<InputStream> response =
        answer(request("GET", target, null, timeout), BodyHandlers.ofInputStream());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      if (response.statusCode() != 200) {
        String text = lines.lines().collect(Collectors.joining("\n"));
        throw refusal(new Reply(response.statusCode(), text));
      }
      Event event = next(lines);
      while (event != null && handler.test(event)) {
        event = next(lines);
      }
    } catch (IOException brokenOff) {
      throw new SidecacheException(
          address() + " has broken off (" + why(brokenOff) + ")", brokenOff);
    }
  }

  /** The next event; null if the stream is over. Comments and other fields are passed over. */
  private static @Nullable Event next(BufferedReader lines) throws IOException {
    StringJoiner data = new StringJoiner("\n");
    String type = "message";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data: ")) {
        data.add(line.substring("data: ".length()));
      } else if (line.startsWith("event: ")) {
        type = line.substring("event: ".length());
      } else if (line.isEmpty() && data.length() > 0) {
        return new Event(type, data.toString());
      }
    }
    return null;
  }

  /**
   * Sends a request that is to succeed.
   *
   * @throws SidecacheException of kind {@link Kind#REFUSED} if the answer is not 2xx; the message
   *     is the proxy's
   */
  public Reply call(String method, String target, byte @Nullable [] json, Duration timeout) {
    Reply reply = send(method, target, json, timeout);
    if (reply.status / 100 != 2) {
      throw refusal(reply);
    }
    return reply;
  }

  private URI uri(String target) {
    String prefix = base.getRawPath() == null ? "" : base.getRawPath();
    String bare = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    return URI.create(base.getScheme() + "://" + base.getRawAuthority() + bare + target);
  }

  private static String why(IOException noAnswer) {
    if (noAnswer instanceof HttpTimeoutException) {
      return "timed out";
    }
    if (noAnswer instanceof ConnectException) {
      return "connection refused";
    }
    String message = noAnswer.getMessage();
    return message == null ? noAnswer.getClass().getSimpleName() : message;
  }

  /** The exception of an answer that is no success. */
  SidecacheException refusal(Reply reply) {
    return new SidecacheException(Kind.REFUSED, reply.status, explanation(reply));
  }

  /** What an answer that is no success says: title, detail and all errors. */
  String explanation(Reply reply) {
    StringBuilder message = new StringBuilder();
    message.append("the proxy answered ").append(reply.status);
    try {
      JsonNode problem = MAPPER.readTree(reply.text);
      append(": ", problem.path("title"), message);
      append("; ", problem.path("detail"), message);
      for (JsonNode error : problem.path("errors")) {
        message.append("\n  ").append(place(error)).append(error.path("path").asText());
        append(": ", error.path("message"), message);
        append("; ", error.path("hint"), message);
      }
    } catch (JsonProcessingException notOurs) {
      message.append(" without saying why; is ").append(address()).append(" its admin port?");
    }
    return message.toString();
  }

  /** Where in a text an error is, or in what source without lines; empty if neither is told. */
  private static String place(JsonNode error) {
    if (error.path("line").asInt() > 0) {
      return error.path("line").asInt() + ":" + error.path("column").asInt() + " ";
    }
    String source = error.path("source").asText();
    return source.isEmpty() ? "" : source + " ";
  }

  private static void append(String separator, JsonNode text, StringBuilder to) {
    if (!text.asText().isEmpty()) {
      to.append(separator).append(text.asText());
    }
  }
}
