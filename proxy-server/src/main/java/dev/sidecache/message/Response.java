package dev.sidecache.message;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * A response in motion.
 *
 * @param head status and fields, without Connection, Content-Length and Transfer-Encoding: the
 *     receiver makes the framing from the body
 * @param wire the head in wire form, if it is kept in that form; says the same as {@code head}
 * @param tail further fields, sent after those of the head
 * @param body the content; its {@link Body#lengthBytes} becomes Content-Length, also in the answer
 *     to HEAD. Whoever receives the response opens or cancels it
 */
public record Response(ResponseHead head, @Nullable WireHead wire, Fields tail, Body body) {

  public static Response of(ResponseHead head, Body body) {
    return new Response(head, null, Fields.empty(), body);
  }

  public int status() {
    return head.status();
  }

  /** This response with one more field at its end. */
  public Response plus(String name, String value) {
    return new Response(head, wire, tail.plus(name, value), body);
  }

  public Response withBody(Body other) {
    return new Response(head, wire, tail, other);
  }
}
