package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.WireHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one head after another in wire form, into an array that each thread has once; what is
 * complete leaves as a buffer. Source: RFC 9112, Section 2.1.
 */
public final class HeadWriter {
  private static final FastThreadLocal<HeadWriter> OF_THREAD =
      new FastThreadLocal<>() {
        @Override
        protected HeadWriter initialValue() {
          return new HeadWriter();
        }
      };

  /** More is given back after the head that needed it. */
  private static final int KEPT_BYTES = 8192;

  private static final byte[] VERSION = ascii("HTTP/1.1 ");
  private static final byte[] AFTER_TARGET = ascii(" HTTP/1.1\r\n");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n");
  private static final byte[] LENGTH = ascii("Content-Length: ");

  private byte[] octets = new byte[1024];
  private int length;

  private HeadWriter() {}

  /** The writer of this thread, empty: what it held and was not taken is gone. */
  public static HeadWriter begin() {
    HeadWriter own = OF_THREAD.get();
    own.length = 0;
    if (own.octets.length > KEPT_BYTES) {
      own.octets = new byte[KEPT_BYTES];
    }
    return own;
  }

  public void requestLine(String method, String target) {
    text(method);
    octet(' ');
    text(target);
    octets(AFTER_TARGET);
  }

  public void statusLine(ResponseHead head) {
    octets(VERSION);
    number(head.status());
    octet(' ');
    text(head.reason());
    endOfLine();
  }

  /** The status line and field lines of a head that is kept in wire form. */
  public void wire(WireHead head) {
    ensure(head.lengthBytes());
    length += head.copyTo(octets, length);
  }

  /** All lines of these fields, except Connection and those that tell the framing. */
  public void fields(Fields fields) {
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      if (!isMadeHere(name)) {
        field(name, fields.value(i));
      }
    }
  }

  private static boolean isMadeHere(String name) {
    return switch (name.length()) {
      case 10 -> name.equalsIgnoreCase("Connection");
      case 14 -> name.equalsIgnoreCase("Content-Length");
      case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
      default -> false;
    };
  }

  public void field(String name, String value) {
    text(name);
    octet(':');
    octet(' ');
    text(value);
    endOfLine();
  }

  /** The fields that tell this framing. */
  public void framing(OutgoingFraming framing) {
    if (framing.isChunked()) {
      octets(CHUNKED);
    } else if (framing.lengthBytes() >= 0) {
      octets(LENGTH);
      number(framing.lengthBytes());
      endOfLine();
    }
  }

  /** The line of the last chunk, which a trailer section follows. */
  public void lastChunk() {
    octets(LAST_CHUNK);
  }

  /** The end of a line; after the last one, that of the section. */
  public void endOfLine() {
    octet('\r');
    octet('\n');
  }

  /** What was written, in a buffer that can go out as it is. */
  public ByteBuf toBuffer(ByteBufAllocator alloc) {
    return alloc.ioBuffer(length).writeBytes(octets, 0, length);
  }

  /**
   * What was written and content after it, to which this takes over one reference, in one buffer:
   * for short content a copy costs less than a buffer more on the way to the socket.
   */
  public ByteBuf toBuffer(ByteBufAllocator alloc, ByteBuf content) {
    ByteBuf out = alloc.ioBuffer(length + content.readableBytes());
    out.writeBytes(octets, 0, length).writeBytes(content);
    content.release();
    return out;
  }

  private void number(long number) {
    if (number >= 10) {
      number(number / 10);
    }
    octet('0' + (int) (number % 10));
  }

  /** NB: an octet that would end the line becomes a space. Source: RFC 9110, Section 5.5. */
  private void text(String text) {
    int more = text.length();
    ensure(more);
    byte[] into = octets;
    int at = length;
    for (int i = 0; i < more; i++) {
      char c = text.charAt(i);
      boolean endsLine = c <= '\r' && (c == '\r' || c == '\n' || c == 0);
      into[at + i] = (byte) (endsLine ? ' ' : c > 0xff ? '?' : c);
    }
    length = at + more;
  }

  private void octets(byte[] more) {
    ensure(more.length);
    System.arraycopy(more, 0, octets, length, more.length);
    length += more.length;
  }

  private void octet(int octet) {
    ensure(1);
    octets[length++] = (byte) octet;
  }

  private void ensure(int more) {
    if (length + more > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(2 * octets.length, length + more));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
