package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Writes heads in wire form. Source: RFC 9112, Section 2.1. */
public final class HeadWriter {
  private static final int CRLF = 0x0d0a;

  private HeadWriter() {}

  public static void requestLine(ByteBuf out, String method, String target) {
    text(out, method);
    out.writeByte(' ');
    text(out, target);
    ByteBufUtil.writeAscii(out, " HTTP/1.1\r\n");
  }

  public static void statusLine(ByteBuf out, ResponseHead head) {
    ByteBufUtil.writeAscii(out, "HTTP/1.1 ");
    number(out, head.status());
    out.writeByte(' ');
    text(out, head.reason());
    out.writeShort(CRLF);
  }

  /** All lines of these fields, except Connection and those that tell the framing. */
  public static void fields(ByteBuf out, Fields fields) {
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      if (!isMadeHere(name)) {
        field(out, name, fields.value(i));
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

  public static void field(ByteBuf out, String name, String value) {
    text(out, name);
    out.writeShort(0x3a20);
    text(out, value);
    out.writeShort(CRLF);
  }

  /** The fields that tell this framing. */
  public static void framing(ByteBuf out, OutgoingFraming framing) {
    if (framing.isChunked()) {
      ByteBufUtil.writeAscii(out, "Transfer-Encoding: chunked\r\n");
    } else if (framing.lengthBytes() >= 0) {
      ByteBufUtil.writeAscii(out, "Content-Length: ");
      number(out, framing.lengthBytes());
      out.writeShort(CRLF);
    }
  }

  public static void end(ByteBuf out) {
    out.writeShort(CRLF);
  }

  private static void number(ByteBuf out, long number) {
    if (number < 10) {
      out.writeByte('0' + (int) number);
      return;
    }
    number(out, number / 10);
    out.writeByte('0' + (int) (number % 10));
  }

  /** NB: an octet that would end the line becomes a space. Source: RFC 9110, Section 5.5. */
  private static void text(ByteBuf out, String text) {
    int length = text.length();
    out.ensureWritable(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean endsLine = c == '\r' || c == '\n' || c == 0;
      out.writeByte(endsLine ? ' ' : c > 0xff ? '?' : c);
    }
  }
}
