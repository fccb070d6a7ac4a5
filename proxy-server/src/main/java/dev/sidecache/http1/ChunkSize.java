package dev.sidecache.http1;

import io.netty.buffer.ByteBuf;

/** The line that precedes a chunk. Source: RFC 9112, Section 7.1. */
final class ChunkSize {
  private ChunkSize() {}

  /** Whether these octets are the size of the last chunk, which is zero, up to its end of line. */
  static boolean isLast(ByteBuf input, int from, int to) {
    boolean zero = false;
    for (int i = from; i < to; i++) {
      byte octet = input.getByte(i);
      if (octet == '0') {
        zero = true;
      } else if (octet != ' ' && octet != '\t') {
        return zero && (octet == '\r' || octet == '\n' || octet == ';');
      }
    }
    return false;
  }
}
