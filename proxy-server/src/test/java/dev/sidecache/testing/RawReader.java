package dev.sidecache.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 messages from a stream; simple, strict, and sharing no code with the proxy. */
public final class RawReader {
  private final InputStream in;

  public RawReader(InputStream in) {
    this.in = in;
  }

  /** The next request; null at a regular end of the stream. */
  public @Nullable RawMessage readRequest() throws IOException {
    RawMessage head = readHead();
    return head == null ? null : withBody(head, false);
  }

  /** The next message's head alone; null at a regular end of the stream. */
  public @Nullable RawMessage readHead() throws IOException {
    String startLine = readLine();
    if (startLine == null) {
      return null;
    }
    return new RawMessage(startLine, readSection(), "", List.of());
  }

  /** The next final response; interim ones are skipped. */
  public RawMessage readResponse(boolean toHead) throws IOException {
    while (true) {
      RawMessage head = readHead();
      if (head == null) {
        throw new EOFException("no response");
      }
      if (head.status() >= 200) {
        int status = head.status();
        return toHead || status == 204 || status == 304 ? head : withBody(head, true);
      }
    }
  }

  private RawMessage withBody(RawMessage head, boolean untilClose) throws IOException {
    String length = head.field("Content-Length");
    if (head.field("Transfer-Encoding") != null) {
      byte[] body = readChunks();
      return new RawMessage(head.startLine(), head.lines(), octets(body), readSection());
    }
    byte[] body =
        length != null
            ? readExactly(Integer.parseInt(length))
            : untilClose ? in.readAllBytes() : new byte[0];
    return new RawMessage(head.startLine(), head.lines(), octets(body), List.of());
  }

  private static String octets(byte[] body) {
    return new String(body, StandardCharsets.ISO_8859_1);
  }

  private byte[] readChunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      byte[] chunk = readChunk();
      if (chunk.length == 0) {
        return body.toByteArray();
      }
      body.write(chunk);
    }
  }

  /** The next chunk of chunked content; empty for the last, whose trailer section is not read. */
  public byte[] readChunk() throws IOException {
    String size = readLine();
    if (size == null) {
      throw new EOFException("no chunk");
    }
    byte[] chunk = readExactly(Integer.parseInt(size, 16));
    if (chunk.length > 0 && !"".equals(readLine())) {
      throw new IOException("a chunk without its end");
    }
    return chunk;
  }

  public byte[] readExactly(int length) throws IOException {
    byte[] octets = in.readNBytes(length);
    if (octets.length < length) {
      throw new EOFException(octets.length + " of " + length + " octets");
    }
    return octets;
  }

  private List<String> readSection() throws IOException {
    List<String> lines = new ArrayList<>();
    while (true) {
      String line = readLine();
      if (line == null) {
        throw new EOFException("the stream ended in a header section");
      }
      if (line.isEmpty()) {
        return lines;
      }
      lines.add(line);
    }
  }

  /** The next line without its CRLF; null if the stream ends before it begins. */
  public @Nullable String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int octet = in.read();
      if (octet < 0) {
        if (line.size() == 0) {
          return null;
        }
        throw new EOFException("the stream ended in a line: " + line);
      }
      if (octet == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(octet);
    }
  }
}
