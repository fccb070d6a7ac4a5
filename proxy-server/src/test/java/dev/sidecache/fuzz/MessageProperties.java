package dev.sidecache.fuzz;

import static dev.sidecache.fuzz.FuzzTarget.require;
import static dev.sidecache.fuzz.FuzzTarget.requireSame;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.fuzz.DecodedMessages.Message;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.OutgoingFraming;
import dev.sidecache.listener.ReadRequests;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.Response;
import dev.sidecache.origin.WrittenRequests;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.testing.Heads;
import dev.sidecache.testing.ManualClock;
import dev.sidecache.testing.ManualLoop;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.StrictReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What must hold of HTTP/1.1 messages that were decoded, forwarded and stored. */
final class MessageProperties {
  private static final StoredResponseCodec CODEC =
      new StoredResponseCodec(
          new StoredResponseCodec.Settings(64, 1 << 16), ByteBufAllocator.DEFAULT);
  private static final CacheKey KEY = CacheKey.ofBytes(new byte[] {'a'});

  private MessageProperties() {}

  /**
   * The same messages come out however the octets are cut, and a strict reader sees the same: so
   * nothing after an ambiguous message was taken for a message. Source: RFC 9112, Section 11.2.
   */
  static void decoded(boolean requests, byte[] input) {
    DecodedMessages atOnce = DecodedMessages.of(requests, input, input.length);
    requireSame(atOnce.told(), DecodedMessages.of(requests, input, 1).told());
    List<RawMessage> read =
        (requests ? StrictReader.requests(input) : StrictReader.responses(input, false)).messages();
    List<Message> whole = requests ? accepted(atOnce.whole()) : atOnce.whole();
    require(whole.size() <= read.size(), "more messages than a strict reader sees: " + whole);
    for (int i = 0; i < whole.size(); i++) {
      requireSame(told(whole.get(i)), told(requests, read.get(i)));
    }
  }

  /** Those up to the first that the listener refuses, which ends its connection. */
  private static List<Message> accepted(List<Message> whole) {
    return whole.stream().takeWhile(message -> head(message) != null).toList();
  }

  private static RequestHead head(Message message) {
    List<String> start = message.start();
    return ReadRequests.read(start.get(0), start.get(1), message.http11(), message.fields());
  }

  private static List<String> told(Message message) {
    List<String> told = new ArrayList<>(message.start());
    told.add(message.http11() ? "1.1" : "1.0");
    Fields fields = message.fields();
    for (int i = 0; i < fields.size(); i++) {
      addLine(told, fields.name(i), fields.value(i));
    }
    told.add(message.body());
    return told;
  }

  private static List<String> told(boolean requests, RawMessage message) {
    String start = message.startLine();
    List<String> told =
        requests
            ? new ArrayList<>(List.of(start.substring(0, start.indexOf(' ')), message.target()))
            : new ArrayList<>(List.of(start.substring(9, 12)));
    boolean http11 = requests ? start.endsWith("1.1") : start.startsWith("HTTP/1.1");
    told.add(http11 ? "1.1" : "1.0");
    for (String line : message.lines()) {
      addLine(told, line.substring(0, line.indexOf(':')), StrictReader.value(line));
    }
    told.add(message.body());
    return told;
  }

  /** NB: Netty takes a transfer coding away that an answer without content only mentions. */
  private static void addLine(List<String> told, String name, String value) {
    if (!name.equalsIgnoreCase("Transfer-Encoding")) {
      told.add(name + ": " + value);
    }
  }

  /** What goes to the origin is one request to a strict reader, and the one that was keyed. */
  static void forwardedRequests(byte[] input) {
    for (Message message : DecodedMessages.of(true, input, input.length).whole()) {
      RequestHead head = head(message);
      if (head != null) {
        forwarded(head, message);
      }
    }
  }

  private static void forwarded(RequestHead head, Message message) {
    boolean chunked = message.fields().contains("Transfer-Encoding");
    ByteBuf out = Unpooled.buffer();
    Request request =
        new Request(head, Body.empty(), Request.Peer.NONE, new ManualLoop(new ManualClock()));
    int length = message.body().length();
    OutgoingFraming framing = WrittenRequests.writeHead(out, request, chunked ? -1 : length);
    StrictReader.Read read = StrictReader.requests(withBody(out, framing, message.body()));
    require(read.end() == StrictReader.End.WHOLE, "the origin reads " + read);
    require(read.messages().size() == 1, "the origin reads " + read);
    RawMessage seen = read.messages().get(0);
    requireSame(head.method() + " " + head.target().pathAndQuery() + " HTTP/1.1", seen.startLine());
    requireSame(message.body(), seen.body());
    require(seen.fields("Host").size() == 1, "not one Host: " + seen);
    for (String name : message.fields().elements("Connection")) {
      boolean framingField = name.toLowerCase(Locale.ROOT).matches("transfer-encoding|te");
      boolean own = framingField || !message.fields().contains(name) || isKept(name);
      require(own || seen.field(name) == null, "nominated, and forwarded: " + name);
    }
    RequestHead again =
        ReadRequests.read(seen.startLine().split(" ", -1)[0], seen.target(), true, fields(seen));
    require(again != null, "refused by a proxy behind: " + seen);
    requireSame(head.target(), again.target());
    require(head.authority().isEmpty() || head.authority().equals(again.authority()), "authority");
  }

  /** Fields that Connection cannot remove. */
  private static boolean isKept(String name) {
    return Fields.of(name, "", "Connection", name).endToEnd().contains(name)
        || name.toLowerCase(Locale.ROOT).matches("x-forwarded-.*|forwarded|via|x-request-id|host");
  }

  private static Fields fields(RawMessage message) {
    Fields.Builder fields = Fields.builder();
    for (String line : message.lines()) {
      fields.add(line.substring(0, line.indexOf(':')), StrictReader.value(line));
    }
    return fields.build();
  }

  private static byte[] withBody(ByteBuf head, OutgoingFraming framing, String body) {
    byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
    if (!framing.isChunked()) {
      head.writeBytes(octets);
    } else {
      if (octets.length > 0) {
        ByteBufUtil.writeAscii(head, Integer.toHexString(octets.length) + "\r\n");
        head.writeBytes(octets).writeShort(0x0d0a);
      }
      ByteBufUtil.writeAscii(head, "0\r\n\r\n");
    }
    return ByteBufUtil.getBytes(head);
  }

  /** What goes to a client is one response to a strict reader; what is stored reads back. */
  static void forwardedResponses(byte[] input) {
    for (Message message : DecodedMessages.of(false, input, input.length).whole()) {
      int status = Integer.parseInt(message.start().get(0));
      ResponseHead head = new ResponseHead(status, "", message.fields().endToEnd());
      if (status >= 200) {
        byte[] body = message.body().getBytes(StandardCharsets.ISO_8859_1);
        sent(head, body);
        stored(head, body);
      }
    }
  }

  private static void sent(ResponseHead head, byte[] body) {
    ByteBuf out = Unpooled.buffer();
    Response response = Response.of(head, Body.of(body));
    OutgoingFraming framing = ReadRequests.writeHead(out, response, false);
    String text = new String(body, StandardCharsets.ISO_8859_1);
    StrictReader.Read read = StrictReader.responses(withBody(out, framing, text), false);
    require(read.end() == StrictReader.End.WHOLE, "the client reads " + read);
    require(read.messages().size() == 1, "the client reads " + read);
    requireSame(head.status(), read.messages().get(0).status());
    requireSame(text, read.messages().get(0).body());
    response.body().cancel();
  }

  private static void stored(ResponseHead head, byte[] body) {
    StoredHead stored = new StoredHead(head, Heads.NOW, Duration.ofSeconds(1));
    StoredResponse response =
        new StoredResponse(
            KEY,
            stored,
            ByteBufAllocator.DEFAULT.directBuffer(body.length + 1).writeBytes(body),
            Stamp.of(List.of(), List.of()));
    try {
      reread(response);
    } finally {
      response.release();
    }
  }

  /** What is encoded decodes to the same. */
  static void reread(StoredResponse response) {
    ByteBuf form = CODEC.encode(response, Duration.ofSeconds(9), Duration.ZERO);
    var decoded = CODEC.decode(response.key(), form);
    require(decoded != null, "a form that was just written");
    StoredResponse again = (StoredResponse) decoded.stored();
    try {
      requireSame(lines(response), lines(again));
      requireSame(response.head().head().status(), again.head().head().status());
      requireSame(response.stamp(), again.stamp());
      requireSame(hex(response), hex(again));
    } finally {
      again.release();
    }
  }

  private static String hex(StoredResponse response) {
    ByteBuf body = response.body();
    try {
      return ByteBufUtil.hexDump(body);
    } finally {
      body.release();
    }
  }

  /** The fields, in any order, less those that the stored form replaces. */
  private static List<String> lines(StoredResponse response) {
    Fields fields = response.head().head().fields().without("Content-Length", "Age", "Date");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      lines.add(fields.name(i) + ": " + fields.value(i));
    }
    lines.sort(null);
    return lines;
  }
}
