package dev.sidecache.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a reply out of the client's read buffer, copying each string once: a stored form into
 * direct memory, all others into arrays. Nothing is copied any more once the reply is not wanted.
 */
final class ReplyOutput extends CommandOutput<byte[], byte[], Object> {
  private static final byte[] NOTHING = {};

  private final int formAt;
  private final ByteBufAllocator allocator;
  private final Deque<List<Reply>> outer = new ArrayDeque<>(0);
  private @Nullable List<Reply> list;
  private @Nullable Reply single;
  private boolean unwanted;

  ReplyOutput(int formAt, ByteBufAllocator allocator) {
    super(ByteArrayCodec.INSTANCE, NOTHING);
    this.formAt = formAt;
    this.allocator = allocator;
  }

  @Override
  public void set(@Nullable ByteBuffer bytes) {
    if (bytes == null) {
      add(Reply.Nil.NIL);
    } else if (isForm()) {
      ByteBuf form = allocator.directBuffer(bytes.remaining());
      add(new Reply.Form(form.writeBytes(bytes)));
    } else if (!unwanted) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      add(new Reply.Bytes(copy));
    }
  }

  private boolean isForm() {
    return !unwanted && outer.isEmpty() && formAt == (list == null ? 0 : list.size());
  }

  @Override
  public void set(long integer) {
    add(new Reply.Int(integer));
  }

  @Override
  public void setError(ByteBuffer error) {
    byte[] text = new byte[error.remaining()];
    error.get(text);
    add(new Reply.Refused(new String(text, StandardCharsets.UTF_8)));
  }

  @Override
  public void setError(String error) {
    // NB: this is the client's own text for a lost connection; the command's failure tells it.
  }

  @Override
  public void multi(int count) {
    List<Reply> opened = new ArrayList<>(Math.max(0, Math.min(count, 1024)));
    if (list == null && single == null) {
      single = count < 0 ? Reply.Nil.NIL : new Reply.Many(opened);
    } else {
      add(new Reply.Many(opened));
    }
    if (list != null) {
      outer.push(list);
    }
    list = opened;
  }

  @Override
  public void complete(int depth) {
    if (depth > 0 && depth < outer.size() + 1 && !outer.isEmpty()) {
      list = outer.pop();
    }
  }

  private void add(Reply reply) {
    if (unwanted) {
      return;
    }
    if (list != null) {
      list.add(reply);
    } else {
      single = reply;
    }
  }

  /** The complete reply, the caller's own. */
  Reply reply() {
    Reply complete = single;
    single = null;
    return complete == null ? Reply.Nil.NIL : complete;
  }

  /** Lets go of what came so far and of what is still to come. */
  void discard() {
    unwanted = true;
    reply().release();
  }
}
