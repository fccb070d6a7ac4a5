package dev.sidecache.redis;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an answer of Upstash's HTTP API means. Strings come as base64, except {@code OK}. Source:
 * redis.md, Section 4; the provider's "restapi.mdx".
 *
 * <table>
 * <caption>Answers</caption>
 * <tr><td>200</td><td>{@code {"result":…}}; of a pipeline an array of such, errors in their
 *     places</td></tr>
 * <tr><td>400, and any status with an error text that is known</td><td>{@code {"error":"…"}}: read
 *     as over the Redis protocol</td></tr>
 * <tr><td>401</td><td>the token is refused</td></tr>
 * <tr><td>all else</td><td>the server cannot be used, with the status as the reason</td></tr>
 * </table>
 */
sealed interface RestAnswer {

  /** One reply per command. */
  record Replies(List<Reply> replies) implements RestAnswer {}

  /**
   * Nothing of use.
   *
   * @param failure whether the commands may have been carried out
   * @param condition what it tells of the server
   */
  record Unusable(Failure failure, LinkCondition condition) implements RestAnswer {}

  JsonFactory JSON = new JsonFactory();

  /** Reads an answer to some commands; never throws. */
  static RestAnswer read(int status, byte[] content, List<Command> commands) {
    if (status == 401) {
      return unusable(State.AUTH, "HTTP 401: the token is refused");
    }
    if (status >= 300 && status < 400) {
      return unusable(State.DOWN, "HTTP " + status + ", a redirect");
    }
    List<Reply> replies = new ArrayList<>(commands.size());
    try (JsonParser json = JSON.createParser(content)) {
      readAll(json, commands, replies);
    } catch (IOException | IllegalStateException broken) {
      replies.forEach(Reply::release);
      return status == 200
          ? new Unusable(
              Failure.BROKEN, new LinkCondition(State.DOWN, "HTTP 200, but no answer in JSON"))
          : unusable(status);
    }
    if (status == 200 || (status >= 400 && isKnown(status, replies))) {
      return new Replies(replies);
    }
    replies.forEach(Reply::release);
    return unusable(status);
  }

  /** As {@link #read}, for a question that a server need not understand. */
  static RestAnswer readIfUnderstood(int status, byte[] content, List<Command> commands) {
    RestAnswer answer = read(status, content, commands);
    boolean notUnderstood =
        status == 200 || (status >= 400 && status < 500 && status != 401 && status != 429);
    return answer instanceof Unusable unusable && notUnderstood
        ? new Replies(List.of(new Reply.Refused(unusable.condition.reason())))
        : answer;
  }

  private static Unusable unusable(int status) {
    LinkCondition named = new LinkCondition(State.DOWN, "HTTP " + status);
    return new Unusable(status >= 500 ? Failure.BROKEN : Failure.REFUSED, named);
  }

  private static Unusable unusable(State state, String reason) {
    return new Unusable(Failure.REFUSED, new LinkCondition(state, reason));
  }

  private static boolean isKnown(int status, List<Reply> replies) {
    return replies.get(0) instanceof Reply.Refused refused
        && (status == 400 || ErrorMeaning.of(refused.text()) != ErrorMeaning.OTHER);
  }

  private static void readAll(JsonParser json, List<Command> commands, List<Reply> into)
      throws IOException {
    boolean several = json.nextToken() == JsonToken.START_ARRAY;
    if (several) {
      json.nextToken();
    }
    for (int i = 0; i < commands.size(); i++) {
      Reply reply = readOne(json, commands.get(i).formAt());
      into.add(reply);
      if (!several && reply instanceof Reply.Refused) {
        // A pipeline that was refused as a whole.
        while (into.size() < commands.size()) {
          into.add(reply);
        }
        return;
      }
      json.nextToken();
    }
    boolean ended = several ? json.currentToken() == JsonToken.END_ARRAY : commands.size() == 1;
    if (!ended) {
      throw new IllegalStateException("another number of replies");
    }
  }

  private static Reply readOne(JsonParser json, int formAt) throws IOException {
    expect(json.currentToken() == JsonToken.START_OBJECT);
    Reply reply = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (reply == null && name.equals("result")) {
        reply = value(json, formAt);
      } else if (reply == null && name.equals("error")) {
        reply = new Reply.Refused(String.valueOf(json.getValueAsString()));
      } else {
        json.skipChildren();
      }
    }
    if (reply == null) {
      throw new IllegalStateException("neither result nor error");
    }
    if (json.currentToken() != JsonToken.END_OBJECT) {
      reply.release();
      throw new IllegalStateException("no object");
    }
    return reply;
  }

  private static void expect(boolean holds) {
    if (!holds) {
      throw new IllegalStateException("another shape");
    }
  }

  /** A result; a list's strings are numbered, a single one is the first. */
  private static Reply value(JsonParser json, int formAt) throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return Reply.Nil.NIL;
    } else if (token == JsonToken.VALUE_NUMBER_INT) {
      return new Reply.Int(json.getLongValue());
    } else if (token == JsonToken.VALUE_STRING) {
      return string(json, formAt == 0);
    }
    expect(token == JsonToken.START_ARRAY);
    List<Reply> elements = new ArrayList<>();
    try {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        boolean form = formAt >= 0 && elements.size() == formAt;
        elements.add(value(json, form && json.currentToken() == JsonToken.VALUE_STRING ? 0 : -1));
      }
    } catch (IOException | IllegalStateException broken) {
      elements.forEach(Reply::release);
      throw broken;
    }
    return new Reply.Many(elements);
  }

  private static Reply string(JsonParser json, boolean form) throws IOException {
    if (json.getTextLength() == 2 && json.getText().equals("OK")) {
      return new Reply.Bytes(RedisKeys.ascii("OK"));
    }
    byte[] bytes = json.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
    return form
        ? new Reply.Form(
            PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes))
        : new Reply.Bytes(bytes);
  }

  /** Lets go of all forms in it. */
  default void release() {
    if (this instanceof Replies told) {
      told.replies.forEach(Reply::release);
    }
  }
}
