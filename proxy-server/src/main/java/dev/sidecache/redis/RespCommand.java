package dev.sidecache.redis;

import dev.sidecache.redis.RedisTransport.ReplyHandler;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way through the client: it writes itself into the socket's buffer, copying each
 * argument once, and tells its connection's traffic how it ended. Finished early, at its deadline,
 * it keeps its place among the replies but holds neither handler nor value any more. Confined to
 * the connection's loop.
 */
final class RespCommand implements RedisCommand<byte[], byte[], Object>, ProtocolKeyword {
  private final RespTraffic traffic;
  private final String label;
  private final ReplyOutput output;
  private final long sentNanos;
  private final long deadlineNanos;
  private @Nullable Command command;
  private @Nullable ReplyHandler handler;
  private boolean written;
  private boolean ended;

  /** Takes the command over. */
  RespCommand(
      RespTraffic traffic,
      Command command,
      ReplyHandler handler,
      long sentNanos,
      long deadlineNanos) {
    this.traffic = traffic;
    this.label = command.label();
    this.output = new ReplyOutput(command.formAt(), PooledByteBufAllocator.DEFAULT);
    this.command = command;
    this.handler = handler;
    this.sentNanos = sentNanos;
    this.deadlineNanos = deadlineNanos;
  }

  String label() {
    return label;
  }

  long sentNanos() {
    return sentNanos;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Whether any of it may have reached the server. */
  boolean isWritten() {
    return written;
  }

  /** The handler, given away once; null if it was told already. */
  @Nullable ReplyHandler finish() {
    ReplyHandler waiting = handler;
    handler = null;
    letGo();
    return waiting;
  }

  private void letGo() {
    if (command != null) {
      command.release();
      command = null;
    }
  }

  /** Its reply is no longer wanted. */
  void discardReply() {
    output.discard();
  }

  Reply reply() {
    return output.reply();
  }

  @Override
  public void encode(ByteBuf out) {
    Command sent = command;
    if (sent == null) {
      throw new IllegalStateException("written twice");
    }
    written = true;
    List<byte[]> words = sent.words();
    ByteBuf value = sent.value();
    out.writeByte('*');
    number(out, words.size() + (value == null ? 0 : 1));
    for (int i = 0; i < words.size(); i++) {
      if (value != null && i == sent.valueAfter()) {
        out.writeByte('$');
        number(out, value.readableBytes());
        out.writeBytes(value, value.readerIndex(), value.readableBytes());
        crlf(out);
      }
      out.writeByte('$');
      number(out, words.get(i).length);
      out.writeBytes(words.get(i));
      crlf(out);
    }
    letGo();
  }

  private static void number(ByteBuf out, int number) {
    if (number >= 10) {
      int rest = number;
      int divisor = 1;
      while (rest >= 10) {
        rest /= 10;
        divisor *= 10;
      }
      for (; divisor > 0; divisor /= 10) {
        out.writeByte('0' + number / divisor % 10);
      }
    } else {
      out.writeByte('0' + number);
    }
    crlf(out);
  }

  private static void crlf(ByteBuf out) {
    out.writeByte('\r');
    out.writeByte('\n');
  }

  @Override
  public void complete() {
    if (!ended) {
      ended = true;
      traffic.replied(this);
    }
  }

  @Override
  public boolean completeExceptionally(Throwable cause) {
    if (ended) {
      return false;
    }
    ended = true;
    traffic.broken(this);
    return true;
  }

  @Override
  public void cancel() {
    if (!ended) {
      ended = true;
      traffic.broken(this);
    }
  }

  /** Whether the client need not write it any more. */
  @Override
  public boolean isDone() {
    return handler == null;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public CommandOutput<byte[], byte[], Object> getOutput() {
    return output;
  }

  @Override
  public void setOutput(CommandOutput<byte[], byte[], Object> other) {
    throw new UnsupportedOperationException();
  }

  /** None: it writes itself. */
  @Override
  public @Nullable CommandArgs<byte[], byte[]> getArgs() {
    return null;
  }

  @Override
  public ProtocolKeyword getType() {
    return this;
  }

  @Override
  public byte[] getBytes() {
    return label.getBytes(StandardCharsets.US_ASCII);
  }

  /** What the client's log may show. */
  @Override
  public String toString() {
    return label;
  }
}
