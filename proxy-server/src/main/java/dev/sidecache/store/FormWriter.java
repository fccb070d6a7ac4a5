package dev.sidecache.store;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.store.StoredResponseCodec.Retention;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one stored form, field after field in the order of {@link StoredResponseCodec}. */
final class FormWriter {
  /** The lines a reader may want to find without reading all. */
  private static final String[] LOCATED = {"ETag", "Last-Modified", "Vary", "Cache-Control"};

  private static final int DATE_AT = 14;
  private static final int AGE_AT = 18;
  private static final int COLON_SPACE = (':' << 8) | ' ';
  private static final int CRLF = ('\r' << 8) | '\n';
  private static final long MAX_U32 = 0xFFFF_FFFFL;

  private final ByteBufAllocator allocator;
  private final ByteBuf form;
  private @Nullable String separateDate;

  FormWriter(ByteBufAllocator allocator, int expectedBytes) {
    this.allocator = allocator;
    this.form = allocator.directBuffer(expectedBytes + 64);
  }

  void begin(int flags, StoredHead head, Duration lifetime, Duration grace) {
    String date = head.head().fields().first("Date");
    Instant moment = date == null ? null : HttpDate.parse(date, head.responseTime());
    long seconds = moment == null ? 0 : moment.getEpochSecond();
    boolean separate =
        moment != null
            && seconds > 0
            && seconds <= MAX_U32
            && head.head().fields().count("Date") == 1
            && HttpDate.format(moment).equals(date);
    separateDate = separate ? date : null;
    Duration age = head.correctedInitialAge();
    // Rounded up: a response may seem older than it is, never younger.
    long ageSeconds = age.getSeconds() + (age.getNano() > 0 ? 1 : 0);
    start(flags, head.head().status(), new Retention(head.responseTime(), lifetime, grace));
    form.setInt(DATE_AT, separate ? (int) seconds : 0);
    form.setInt(AGE_AT, u32(ageSeconds));
  }

  void begin(Retention retention) {
    start(StoredResponseCodec.VARY_RECORD, 0, retention);
  }

  private void start(int flags, int status, Retention retention) {
    form.writeByte(StoredResponseCodec.MAGIC);
    form.writeByte(StoredResponseCodec.LAYOUT);
    form.writeByte(flags);
    form.writeByte(0);
    form.writeShort(status);
    form.writeLong(retention.storedAt().toEpochMilli());
    form.writeInt(0);
    form.writeInt(0);
    form.writeInt(u32(retention.lifetime().toSeconds()));
    form.writeInt(u32(retention.grace().toSeconds()));
  }

  private static int u32(long seconds) {
    return (int) Math.max(0, Math.min(MAX_U32, seconds));
  }

  void key(CacheKey key) {
    byte[] bytes = key.toBytes();
    varint(bytes.length);
    form.writeBytes(bytes);
  }

  void stamp(Stamp stamp) {
    if (stamp.size() > 255) {
      throw new IllegalArgumentException(stamp.size() + " tags in a stamp (expected: <= 255)");
    }
    form.writeByte(stamp.size());
    for (int i = 0; i < stamp.size(); i++) {
      form.writeLong(stamp.tag(i).high());
      form.writeLong(stamp.tag(i).low());
      byte[] uid = Base64.getUrlDecoder().decode(stamp.uid(i));
      if (uid.length != 12) {
        throw new IllegalArgumentException("a uid of " + uid.length + " bytes (expected: 12)");
      }
      form.writeBytes(uid);
    }
  }

  void headers(Fields fields) {
    ByteBuf lines = allocator.buffer(256);
    try {
      int[] located = new int[LOCATED.length];
      for (int i = 0; i < fields.size(); i++) {
        if (!isKeptElsewhere(fields.name(i))) {
          locate(fields.name(i), lines.writerIndex() + 1, located);
          lines.writeCharSequence(fields.name(i), StandardCharsets.ISO_8859_1);
          lines.writeShort(COLON_SPACE);
          lines.writeCharSequence(fields.value(i), StandardCharsets.ISO_8859_1);
          lines.writeShort(CRLF);
        }
      }
      for (int at : located) {
        varint(at);
      }
      form.writeInt(lines.readableBytes());
      form.writeBytes(lines);
    } finally {
      lines.release();
    }
  }

  private boolean isKeptElsewhere(String name) {
    return name.equalsIgnoreCase("Content-Length")
        || name.equalsIgnoreCase("Age")
        || (separateDate != null && name.equalsIgnoreCase("Date"));
  }

  private static void locate(String name, int at, int[] located) {
    for (int i = 0; i < LOCATED.length; i++) {
      if (located[i] == 0 && LOCATED[i].equalsIgnoreCase(name)) {
        located[i] = at;
      }
    }
  }

  void names(List<String> names) {
    for (int i = 0; i < LOCATED.length; i++) {
      varint(0);
    }
    StringBuilder lines = new StringBuilder();
    for (String name : names) {
      lines.append(name).append("\r\n");
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.ISO_8859_1);
    form.writeInt(bytes.length);
    form.writeBytes(bytes);
  }

  /** The finished form; the caller owns it. {@code body} is read, not consumed. */
  ByteBuf content(ByteBuf body, boolean deflate) {
    form.writeInt(body.readableBytes());
    int storedLengthAt = form.writerIndex();
    form.writeInt(body.readableBytes());
    if (deflate) {
      Deflation.deflate(body, form);
      form.setInt(storedLengthAt, form.writerIndex() - storedLengthAt - 4);
    } else {
      form.writeBytes(body, body.readerIndex(), body.readableBytes());
    }
    return withChecksum(form);
  }

  static ByteBuf withChecksum(ByteBuf form) {
    return form.writeInt(FormReader.checksum(form, form.readableBytes()));
  }

  private void varint(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      form.writeByte(rest | 0x80);
      rest >>>= 7;
    }
    form.writeByte(rest);
  }
}
