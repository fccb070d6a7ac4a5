package dev.sidecache.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.testing.Checkout;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;

/** One request to a service, and its answer; fails if there are two. */
final class Called implements Responder {
  static final String LOOPBACK = "127.0.0.1:8180";

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private Response response;
  private String content;
  private boolean over;

  private Called() {}

  /** GET with these fields, alternating names and values. */
  static Called get(Service service, String target, String... fields) {
    return of(service, "GET", target, "", fields);
  }

  static Called of(
      Service service, String method, String target, String content, String... fields) {
    return of(service, LOOPBACK, method + " " + target, Body.of(content.getBytes(UTF_8)), fields);
  }

  static Called of(Service service, String authority, String line, Body body, String... fields) {
    Called call = new Called();
    String[] words = line.split(" ", 2);
    RequestTarget target = Objects.requireNonNull(RequestTarget.parse(words[1]));
    RequestHead head =
        new RequestHead(words[0], "http", authority, target, "1.1", Fields.of(fields));
    service.serve(
        new Request(head, body, new Request.Peer("127.0.0.1", false), call.channel.eventLoop()),
        call);
    call.channel.runPendingTasks();
    return call;
  }

  /** Lets this much time pass on the request's loop. */
  Called after(long time, java.util.concurrent.TimeUnit unit) {
    channel.advanceTimeBy(time, unit);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
    return this;
  }

  boolean isAnswered() {
    return response != null;
  }

  int status() {
    return response.status();
  }

  String field(String name) {
    return response.head().fields().combined(name);
  }

  String content() {
    return content;
  }

  /** The content as JSON. */
  JsonNode json() throws IOException {
    return new ObjectMapper().readTree(content);
  }

  Response response() {
    return response;
  }

  /** A document that both modules are tested against. */
  static JsonNode golden(String name) throws IOException {
    return new ObjectMapper().readTree(goldenText(name));
  }

  static String goldenText(String name) throws IOException {
    return Files.readString(Checkout.root().resolve("docs/admin-api/" + name + ".json"));
  }

  @Override
  public void informational(ResponseHead head) {
    throw new AssertionError("interim response " + head);
  }

  @Override
  public void respond(Response given) {
    assertThat(response).as("a second response").isNull();
    response = given;
    ByteBuf whole = given.body().whole();
    content = "";
    if (whole == null) {
      given.body().open(new Reader());
    } else {
      take(whole);
    }
  }

  private void take(ByteBuf owned) {
    content += owned.toString(UTF_8);
    owned.release();
  }

  /** What has come since the last call, after asking for so many chunks more. */
  String read(int chunks) {
    content = "";
    response.body().request(chunks);
    channel.runPendingTasks();
    return content;
  }

  boolean isOver() {
    channel.runPendingTasks();
    return over;
  }

  /** Takes content that comes bit by bit. */
  private final class Reader implements Body.Sink {
    @Override
    public void chunk(ByteBuf owned) {
      take(owned);
    }

    @Override
    public void end(Fields trailers) {
      over = true;
    }

    @Override
    public void fail(Throwable cause) {
      throw new AssertionError(cause);
    }
  }

  @Override
  public void fail(Throwable cause) {
    throw new AssertionError(cause);
  }

  @Override
  public void onGone(Runnable action) {}
}
