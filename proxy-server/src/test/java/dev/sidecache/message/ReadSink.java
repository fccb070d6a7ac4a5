package dev.sidecache.message;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Reads a body as text and writes down how it ended. */
final class ReadSink implements Body.Sink {
  final StringBuilder text = new StringBuilder();
  String end = "open";

  @Override
  public void chunk(ByteBuf owned) {
    text.append(owned.toString(StandardCharsets.US_ASCII));
    owned.release();
  }

  @Override
  public void end(Fields trailers) {
    end = "ended";
  }

  @Override
  public void fail(Throwable cause) {
    end = "failed: " + cause.getMessage();
  }
}
