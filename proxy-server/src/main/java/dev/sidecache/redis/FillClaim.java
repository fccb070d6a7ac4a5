package dev.sidecache.redis;

import static dev.sidecache.redis.RedisKeys.ascii;

import dev.sidecache.redis.RedisTransport.Line;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.ClaimHandler;
import dev.sidecache.store.SharedStore.Failure;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One claim on the fetch of a cold key: a {@code SET NX}; refused, a {@code GET} tells who has it.
 * Source: consistency.md, Section 5, step 10.
 */
final class FillClaim implements ReplyHandler {
  private final Line line;
  private final byte[] key;
  private final ClaimHandler handler;
  private final long deadlineNanos;
  private boolean refused;

  FillClaim(Line line, byte[] key, ClaimHandler handler, long deadlineNanos) {
    this.line = line;
    this.key = key;
    this.handler = handler;
    this.deadlineNanos = deadlineNanos;
  }

  void send(String holder, long leaseMillis) {
    List<byte[]> words =
        List.of(
            ascii("SET"),
            key,
            ascii(holder),
            ascii("NX"),
            ascii("PX"),
            ascii(Long.toString(leaseMillis)));
    line.sendBy(Command.of("set", words), deadlineNanos, this);
  }

  @Override
  public void replied(Reply reply, String server) {
    reply.release();
    if (reply instanceof Reply.Refused) {
      handler.failed(RedisSession.failure(reply));
    } else if (refused) {
      handler.held(
          reply instanceof Reply.Bytes held
              ? new String(held.bytes(), StandardCharsets.ISO_8859_1)
              : null);
    } else if (reply instanceof Reply.Nil) {
      refused = true;
      line.sendBy(Command.of("get", ascii("GET"), key), deadlineNanos, this);
    } else {
      handler.claimed();
    }
  }

  @Override
  public void failed(Failure failure) {
    handler.failed(failure);
  }
}
