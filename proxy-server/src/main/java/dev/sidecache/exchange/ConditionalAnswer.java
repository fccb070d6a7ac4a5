package dev.sidecache.exchange;

import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Validation;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Response;
import java.time.Duration;
import java.time.Instant;

/** What a client is told of an answer that was fetched for the store. */
final class ConditionalAnswer {
  private static final String SET_COOKIE = "Set-Cookie";

  private ConditionalAnswer() {}

  /**
   * The answer to a client whose preconditions were not forwarded, so that a whole response came:
   * 304 if it has that already, and its content goes to the store alone. Source: RFC 9111, Section
   * 4.3.2.
   *
   * @param now when the response came
   */
  static Response of(RequestHead client, Response response, Fate fate, Instant now) {
    boolean conditional =
        client.fields().contains("If-None-Match") || client.fields().contains("If-Modified-Since");
    if (!conditional || fate.refusal() != null) {
      return response;
    }
    StoredHead head = new StoredHead(response.head(), now, Duration.ZERO);
    if (!Validation.notModified(client, head)) {
      return response;
    }
    response.body().cancel();
    return new Response(Validation.notModifiedHead(head), null, response.tail(), Body.empty());
  }

  /** The answer with the cookies that a 304 sets for its client alone. */
  static Response withCookies(Response answer, ResponseHead notModified) {
    Fields cookies = notModified.fields();
    Response with = answer;
    for (String cookie : cookies.all(SET_COOKIE)) {
      with = with.plus(SET_COOKIE, cookie);
    }
    return with;
  }
}
