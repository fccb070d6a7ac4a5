package dev.sidecache.admin;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.BodyBytes;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The answer to one request of the admin API: the first one given counts. On the request's loop.
 */
final class Answer {
  private final RequestHead request;
  private final Responder responder;
  private boolean given;

  Answer(RequestHead request, Responder responder) {
    this.request = request;
    this.responder = responder;
  }

  /** Whether the request's method is in this list; if not, 405 is the answer. */
  boolean allows(String... methods) {
    if (List.of(methods).contains(request.method())) {
      return true;
    }
    String allowed = String.join(", ", methods);
    problem(
        AdminJson.problem(405, "Method not allowed", "use " + allowed),
        Fields.of("Allow", allowed));
    return false;
  }

  void json(int status, Object document) {
    give(status, Fields.of("Content-Type", "application/json"), AdminJson.bytes(document));
  }

  /** Gives JSON that is already in bytes. */
  void json(int status, byte[] document) {
    give(status, Fields.of("Content-Type", "application/json"), document);
  }

  void text(String contentType, String content) {
    give(200, Fields.of("Content-Type", contentType), content.getBytes(StandardCharsets.UTF_8));
  }

  void noContent() {
    give(204, Fields.empty(), new byte[0]);
  }

  void problem(AdminJson.Problem problem) {
    problem(problem, Fields.empty());
  }

  void problem(AdminJson.Problem problem, Fields more) {
    give(
        problem.status(),
        Fields.of("Content-Type", "application/problem+json").plus(more),
        AdminJson.bytes(problem));
  }

  /** Reads the request's body; that it is too long or cut off is answered here. */
  void read(Body body, int limitBytes, ByteBudget budget, Consumer<byte[]> handler) {
    BodyBytes.read(
        body,
        limitBytes,
        budget,
        new BodyBytes.Handler() {
          @Override
          public void read(byte[] content) {
            handler.accept(content);
          }

          @Override
          public void tooLarge() {
            String detail =
                String.format(Locale.ROOT, "the body is longer than %,d bytes", limitBytes);
            problem(AdminJson.problem(413, "Content too large", detail));
          }

          @Override
          public void failed(Throwable cause) {
            problem(AdminJson.problem(400, "Bad request", "the body was cut off"));
          }
        });
  }

  /** Gives content as it comes, until one of both ends it. */
  void stream(String contentType, Body content) {
    give(200, Fields.of("Content-Type", contentType), content);
  }

  /** Gives content that is known. */
  void give(int status, Fields fields, byte[] content) {
    boolean head = request.method().equals("HEAD");
    give(status, fields, head ? Body.absent(content.length) : Body.of(content));
  }

  private void give(int status, Fields fields, Body body) {
    if (given) {
      body.cancel();
      return;
    }
    given = true;
    Fields all = fields.plus("Cache-Control", "no-store").plus("X-Content-Type-Options", "nosniff");
    responder.respond(Response.of(new ResponseHead(status, all), body));
  }
}
