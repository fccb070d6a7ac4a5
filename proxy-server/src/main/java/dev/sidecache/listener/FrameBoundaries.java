package dev.sidecache.listener;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Where a client's frames and field blocks begin and end, as its octets come: the codec tells of
 * them only once they are whole. Judges nothing, which is the codec's. Source: RFC 9113, Section
 * 4.1; RFC 9113, Section 4.3.
 */
final class FrameBoundaries {
  private static final int PREFACE = 24;
  private static final int LENGTH_TYPE_FLAGS = 5;
  private static final int OCTET = 0xff;

  private int prefaceLeft = PREFACE;
  private int headerOctets;
  private long lengthTypeFlags;
  private int payloadLeft;
  private boolean inBlock;
  private long begun;

  /** Follows what was read next; its indices stay as they are. */
  void read(ByteBuf octets) {
    int end = octets.writerIndex();
    int at = octets.readerIndex();
    int skipped = Math.min(prefaceLeft, end - at);
    prefaceLeft -= skipped;
    at += skipped;
    while (at < end) {
      if (headerOctets < Http2CodecUtil.FRAME_HEADER_LENGTH) {
        header(octets.getUnsignedByte(at));
        at++;
      } else {
        int taken = Math.min(payloadLeft, end - at);
        payloadLeft -= taken;
        at += taken;
      }
      if (headerOctets == Http2CodecUtil.FRAME_HEADER_LENGTH && payloadLeft == 0) {
        ended();
      }
    }
  }

  private void header(int octet) {
    if (headerOctets == 0) {
      lengthTypeFlags = 0;
      begun += inBlock ? 0 : 1;
    }
    if (headerOctets < LENGTH_TYPE_FLAGS) {
      lengthTypeFlags = (lengthTypeFlags << Byte.SIZE) | octet;
    }
    headerOctets++;
    if (headerOctets == Http2CodecUtil.FRAME_HEADER_LENGTH) {
      payloadLeft = (int) (lengthTypeFlags >> (2 * Byte.SIZE));
    }
  }

  private int type() {
    return (int) (lengthTypeFlags >> Byte.SIZE) & OCTET;
  }

  private void ended() {
    headerOctets = 0;
    if (type() == Http2FrameTypes.HEADERS || type() == Http2FrameTypes.CONTINUATION) {
      inBlock = (lengthTypeFlags & Http2Flags.END_HEADERS) == 0;
    }
  }

  /** Whether a field block has begun and not ended, or a frame of any type but DATA. */
  boolean isIncomplete() {
    boolean whole = headerOctets == Http2CodecUtil.FRAME_HEADER_LENGTH;
    return inBlock || (headerOctets > 0 && !(whole && type() == Http2FrameTypes.DATA));
  }

  /** How many frames have begun, those of a field block counted as one. */
  long begun() {
    return begun;
  }
}
