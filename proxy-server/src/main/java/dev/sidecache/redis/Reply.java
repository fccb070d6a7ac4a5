package dev.sidecache.redis;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** What a server answered. An error is a value like the others. */
sealed interface Reply {

  /** Nothing lies there. */
  enum Nil implements Reply {
    NIL
  }

  /** A number. */
  record Int(long value) implements Reply {}

  /** A short string, also a status such as OK. */
  final class Bytes implements Reply {
    private final byte[] bytes;

    /** Takes the bytes over. */
    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /**
   * A stored form.
   *
   * @param bytes direct memory; belongs to the handler
   */
  record Form(ByteBuf bytes) implements Reply {}

  /** Several. */
  record Many(List<Reply> elements) implements Reply {}

  /** The server refused; the text may name keys, never values. */
  record Refused(String text) implements Reply {}

  /** Lets go of all forms in it. */
  default void release() {
    if (this instanceof Form form) {
      form.bytes.release();
    } else if (this instanceof Many many) {
      many.elements.forEach(Reply::release);
    }
  }
}
