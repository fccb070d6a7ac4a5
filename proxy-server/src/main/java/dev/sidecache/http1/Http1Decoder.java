package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder of HTTP/1.1 messages, stricter and on demand.
 *
 * <h2>Strict</h2>
 *
 * Where Netty skips or repairs, this refuses: the octets of start line and header section are
 * checked as they came ({@link HeadScan}), those of a trailer section as well, and the framing has
 * one reading or none ({@link MessageFraming}). What is refused arrives as a message, or as a last
 * content, whose decoder result is a failure; everything after it is discarded.
 *
 * <h2>On demand</h2>
 *
 * Decodes only while the {@link Gate} is open. What was read beyond that waits here undecoded: with
 * auto-read off that is at most one read, and with it the end of the input waits too. Whoever opens
 * the gate calls {@link #resume}.
 */
public abstract class Http1Decoder extends HttpObjectDecoder {
  private static final int MOST_EMPTY_LINES = 2;

  private final Limits limits;
  private final Gate gate;
  private final HeadScan scan = new HeadScan();
  private ByteBuf input = Unpooled.EMPTY_BUFFER;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ChannelInputShutdownEvent heldEnd;
  private Fields fields = Fields.empty();
  private @Nullable MessageFraming framing;
  private boolean betweenMessages = true;
  private boolean inHead;
  private boolean inTrailers;
  private boolean discarding;
  private boolean decoding;
  private long receivedBytes;
  private int emptyLines;
  private int lineStart;
  private int scanned;

  /** Tells whether another message, or another piece of one, is wanted now. */
  public interface Gate {
    boolean isOpen();
  }

  /**
   * How large heads may be.
   *
   * @param startLineBytes request line or status line
   * @param headerSectionBytes all field lines, and those of the trailer section
   */
  public record Limits(int startLineBytes, int headerSectionBytes) {}

  /**
   * NB: Netty's own limits are wider by one octet, for what they allow depends on whether a line's
   * LF comes together with its CR.
   */
  Http1Decoder(Limits limits, Gate gate) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.startLineBytes() + 1)
            .setMaxHeaderSize(limits.headerSectionBytes() + 1)
            .setMaxChunkSize(1 << 16)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true)
            .setAllowDuplicateContentLengths(false));
    this.limits = limits;
    this.gate = gate;
  }

  final Limits limits() {
    return limits;
  }

  /** The field lines of the head delivered last. */
  public Fields fields() {
    return fields;
  }

  /** The framing of the head delivered last. */
  public MessageFraming framing() {
    MessageFraming delivered = framing;
    if (delivered == null) {
      throw new IllegalStateException("no head was delivered");
    }
    return delivered;
  }

  /** The number of octets that have come so far. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** Whether no part of a message is here that was not delivered. */
  public boolean isIdle() {
    return betweenMessages && !internalBuffer().isReadable();
  }

  /**
   * Whether to read from the socket: everything that is wanted was decoded, or nothing waits here.
   */
  public boolean isHungry() {
    return heldEnd == null && (gate.isOpen() || !internalBuffer().isReadable());
  }

  /** Throws away all further input. */
  public void discard() {
    discarding = true;
  }

  /**
   * Goes on decoding, if the gate is open, as if a read had come and ended. Without effect while
   * this decoder delivers.
   */
  public void resume() {
    ChannelHandlerContext own = context;
    if (own == null || decoding || (!internalBuffer().isReadable() && heldEnd == null)) {
      return;
    }
    try {
      channelRead(own, Unpooled.EMPTY_BUFFER);
      own.fireChannelReadComplete();
    } catch (Exception failed) {
      own.fireExceptionCaught(failed);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    super.handlerAdded(added);
    context = added;
  }

  /** NB: an end of the input that waits for octets here goes out after them. */
  @Override
  protected void handlerRemoved0(ChannelHandlerContext removed) throws Exception {
    super.handlerRemoved0(removed);
    ChannelInputShutdownEvent end = heldEnd;
    if (end != null) {
      heldEnd = null;
      removed.fireUserEventTriggered(end);
    }
  }

  /** The request that begins here if it is a plain one, which is read then; else null. */
  @Nullable PlainRequest plainRequest(ByteBuf in) {
    return null;
  }

  /** Checks the start line, given its words and its octets without CRLF; null if malformed. */
  abstract @Nullable HttpMessage startLine(String[] words, ByteBuf line) throws Exception;

  /** Whether the head, whose fields are known now, must be refused for another reason. */
  abstract boolean isRefused(HttpMessage message, Fields received);

  /** Whether no content follows this head whatever its fields say. */
  abstract boolean hasNoContent(HttpMessage message);

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    boolean outermost = !decoding;
    decoding = true;
    if (message instanceof ByteBuf octets) {
      receivedBytes += octets.readableBytes();
    }
    try {
      super.channelRead(context, message);
    } finally {
      if (outermost) {
        decoding = false;
      }
    }
    if (outermost) {
      releaseEnd(context);
    }
  }

  /** NB: not the inherited one, which asks for more input whenever it delivered nothing. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    discardSomeReadBytes();
    context.fireChannelReadComplete();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent end) {
      heldEnd = end;
      if (!decoding) {
        releaseEnd(context);
      }
    } else {
      super.userEventTriggered(context, event);
    }
  }

  /** Passes the end of the input on once nothing before it can still be decoded. */
  private void releaseEnd(ChannelHandlerContext context) throws Exception {
    ChannelInputShutdownEvent end = heldEnd;
    if (end != null && (!internalBuffer().isReadable() || gate.isOpen())) {
      heldEnd = null;
      super.userEventTriggered(context, end);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (discarding) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!gate.isOpen() || (betweenMessages && !atStartLine(in, out))) {
      return;
    }
    PlainRequest plain = betweenMessages ? plainRequest(in) : null;
    if (plain != null) {
      fields = plain.fields();
      framing = MessageFraming.NONE;
      emptyLines = 0;
      out.add(plain);
      out.add(LastHttpContent.EMPTY_LAST_CONTENT);
      return;
    }
    input = in;
    lineStart = in.readerIndex();
    scanned = in.readerIndex();
    super.decode(context, in, out);
    if (inHead || inTrailers) {
      scanConsumed();
    }
    if (inTrailers) {
      judgeTrailers(out);
    } else if (isLastChunkConsumed(out)) {
      inTrailers = true;
      scan.nextSection();
    }
    if (!out.isEmpty()) {
      delivered(out.get(out.size() - 1));
    }
  }

  /** Whether just the size of the last chunk was decoded, which gives nothing. */
  private boolean isLastChunkConsumed(List<Object> out) {
    MessageFraming current = framing;
    boolean inContent = !betweenMessages && !inHead && current != null && current.chunked();
    return inContent && out.isEmpty() && ChunkSize.isLast(input, lineStart, input.readerIndex());
  }

  /** Puts a failure in place of a trailer section that two readers could understand differently. */
  private void judgeTrailers(List<Object> out) {
    boolean ended = !out.isEmpty();
    boolean refusable = scan.isMalformed() || isSectionTooLong();
    if (refusable && !(ended && ((HttpObject) out.get(0)).decoderResult().isFailure())) {
      out.clear();
      LastHttpContent refused = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
      refused.setDecoderResult(DecoderResult.failure(new MalformedException("trailer section")));
      out.add(refused);
    }
    inTrailers = out.isEmpty();
  }

  private void delivered(Object last) {
    if (last instanceof LastHttpContent) {
      betweenMessages = true;
      emptyLines = 0;
    }
    if (last instanceof HttpObject object && object.decoderResult().isFailure()) {
      discarding = true;
    }
  }

  /**
   * Skips empty lines before a request line. Source: RFC 9112, Section 2.2. Returns whether a start
   * line begins here.
   */
  private boolean atStartLine(ByteBuf in, List<Object> out) {
    while (in.isReadable()) {
      int at = in.readerIndex();
      byte octet = in.getByte(at);
      if (octet != '\r' && octet != '\n') {
        return true;
      }
      if (octet == '\r' && in.readableBytes() == 1) {
        return false;
      }
      emptyLines++;
      if (!isDecodingRequest()
          || octet == '\n'
          || in.getByte(at + 1) != '\n'
          || emptyLines > MOST_EMPTY_LINES) {
        refuseStart(in, out);
        return false;
      }
      in.skipBytes(2);
    }
    return false;
  }

  private void refuseStart(ByteBuf in, List<Object> out) {
    in.skipBytes(in.readableBytes());
    HttpMessage refused = createInvalidMessage();
    refused.setDecoderResult(
        DecoderResult.failure(new MalformedException("before the start line")));
    discarding = true;
    out.add(refused);
  }

  @Override
  protected final HttpMessage createMessage(String[] words) throws Exception {
    int end = input.readerIndex();
    int length = end - 2 - lineStart;
    if (length > limits.startLineBytes()) {
      throw new TooLongHttpLineException("a start line of " + length + " octets");
    }
    HttpMessage message = startLine(words, input.slice(lineStart, length));
    if (message == null) {
      throw new MalformedException("start line");
    }
    betweenMessages = false;
    inHead = true;
    scan.reset();
    scanned = end;
    return message;
  }

  /** Called by Netty once, when a header section is complete and before its framing is judged. */
  @Override
  protected final boolean isContentAlwaysEmpty(HttpMessage message) {
    scanConsumed();
    inHead = false;
    if (scan.isMalformed()) {
      throw new MalformedException("header section");
    }
    if (isSectionTooLong()) {
      throw new TooLongHttpHeaderException("more than " + limits.headerSectionBytes() + " octets");
    }
    Fields received = fieldsOf(message.headers());
    fields = received;
    framing = MessageFraming.of(received, message.protocolVersion().minorVersion() == 1);
    if (framing == null) {
      throw new MalformedException("framing");
    }
    if (isRefused(message, received)) {
      throw new MalformedException("message");
    }
    return hasNoContent(message);
  }

  private boolean isSectionTooLong() {
    return scan.octets() > limits.headerSectionBytes();
  }

  private void scanConsumed() {
    int end = input.readerIndex();
    if (!scan.isMalformed() && end > scanned) {
      input.forEachByte(scanned, end - scanned, scan);
    }
    scanned = end;
  }

  /** The field lines of Netty's headers. */
  public static Fields fieldsOf(HttpHeaders headers) {
    if (headers.isEmpty()) {
      return Fields.empty();
    }
    Fields.Builder lines = Fields.builder();
    headers
        .iteratorCharSequence()
        .forEachRemaining(
            (Map.Entry<CharSequence, CharSequence> line) ->
                lines.add(line.getKey().toString(), line.getValue().toString()));
    return lines.build();
  }

  /** Tells that a message is of another version than HTTP/1.0 and HTTP/1.1. */
  public static final class OtherVersionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
  }
}
