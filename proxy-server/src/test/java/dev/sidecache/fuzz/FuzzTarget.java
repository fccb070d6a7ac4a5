package dev.sidecache.fuzz;

import dev.sidecache.caching.CacheControl;
import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Ranges;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Vary;
import dev.sidecache.config.ConfigLoader;
import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.StructuredFields;
import dev.sidecache.http.UriReference;
import dev.sidecache.http1.Http1Decoder;
import dev.sidecache.http1.RequestDecoder;
import dev.sidecache.http1.ResponseDecoder;
import dev.sidecache.json.JsonKey;
import dev.sidecache.redis.RedisAddress;
import dev.sidecache.rule.KeyParts.BodyKey;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.testing.Heads;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What reads octets from strangers, and what must hold of it for any octets. Each throws if it does
 * not hold.
 */
enum FuzzTarget {
  /** The same messages come out, however the octets are cut. */
  REQUEST_DECODER {
    @Override
    void run(byte[] input) {
      requireSame(decoded(true, input, input.length), decoded(true, input, 1));
    }
  },
  RESPONSE_DECODER {
    @Override
    void run(byte[] input) {
      requireSame(decoded(false, input, input.length), decoded(false, input, 1));
    }
  },
  /**
   * The normal form is its own normal form, and holds nothing that two readers read in two ways.
   */
  REQUEST_TARGET {
    @Override
    void run(byte[] input) {
      RequestTarget target = RequestTarget.parse(text(input));
      if (target == null) {
        return;
      }
      requireSame(target, RequestTarget.parse(target.pathAndQuery()));
      String decoded = target.decodedPath();
      require(decoded.startsWith("/") && !decoded.contains("/../"), "dot segments");
      require(!decoded.endsWith("/..") && !decoded.contains("\n"), "dot segments, or a line end");
      require(target.readings().get(0).equals(decoded), "the first reading is the decoded path");
    }
  },
  URI_REFERENCE {
    @Override
    void run(byte[] input) {
      RequestTarget target = UriReference.sameOrigin(Heads.get(), text(input));
      if (target != null) {
        requireSame(target, RequestTarget.parse(target.pathAndQuery()));
      }
    }
  },
  STRUCTURED_FIELDS {
    @Override
    void run(byte[] input) {
      String text = text(input);
      var list = StructuredFields.parseList(text);
      if (list != null && !list.isEmpty()) {
        requireSame(list, StructuredFields.parseList(StructuredFields.serializeList(list)));
      }
      var map = StructuredFields.parseDictionary(text);
      if (map != null && !map.isEmpty()) {
        String again = StructuredFields.serializeDictionary(map);
        requireSame(map, StructuredFields.parseDictionary(again));
      }
      var item = StructuredFields.parseItem(text);
      if (item != null) {
        requireSame(item, StructuredFields.parseItem(StructuredFields.serializeItem(item)));
      }
    }
  },
  DIRECTIVES {
    @Override
    void run(byte[] input) {
      String text = text(input);
      Fields fields = Fields.of("Cache-Control", text, "CDN-Cache-Control", text, "Vary", text);
      var known = CacheControl.parse(fields, "CDN-Cache-Control");
      Duration age = known.maxAge();
      require(age == null || !age.isNegative(), "a negative age");
      Vary vary = Vary.of(fields);
      if (vary != null && !vary.isStar()) {
        CacheKey base = CacheKey.ofBytes(new byte[] {1});
        requireSame(
            CacheKey.variant(base, vary.names(), fields),
            CacheKey.variant(base, vary.names(), fields));
      }
    }
  },
  /** No answer is outside of what is stored. */
  RANGES {
    @Override
    void run(byte[] input) {
      StoredHead stored = new StoredHead(Heads.fresh("ETag", "\"a\""), Heads.NOW, Duration.ZERO);
      var request = Heads.get("Range", text(input));
      if (Ranges.of(request, stored, 1_000) instanceof Ranges.Parts parts) {
        for (Ranges.Part part : parts.parts()) {
          require(part.first() >= 0 && part.first() <= part.last(), "an empty part");
          require(part.last() < 1_000, "beyond the end");
        }
      }
    }
  },
  DATE {
    @Override
    void run(byte[] input) {
      Instant date = HttpDate.parse(text(input), Heads.NOW);
      if (date != null) {
        requireSame(date, HttpDate.parse(HttpDate.format(date), Heads.NOW));
      }
    }
  },
  STORED_FORM {
    @Override
    void run(byte[] input) {
      decode(input);
      if (input.length > Integer.BYTES) {
        byte[] summed = input.clone();
        CRC32C sum = new CRC32C();
        sum.update(input, 0, input.length - Integer.BYTES);
        ByteBuffer.wrap(summed).putInt(input.length - Integer.BYTES, (int) sum.getValue());
        decode(summed);
      }
    }

    private void decode(byte[] input) {
      StoredResponseCodec codec =
          new StoredResponseCodec(
              new StoredResponseCodec.Settings(-1, 1 << 16), ByteBufAllocator.DEFAULT);
      ByteBuf form = ByteBufAllocator.DEFAULT.directBuffer().writeBytes(input);
      var decoded = codec.decode(CacheKey.ofBytes(new byte[] {'a'}), form);
      if (decoded != null) {
        decoded.stored().release();
      }
    }
  },
  REDIS_ADDRESS {
    @Override
    void run(byte[] input) {
      RedisAddress.Found found = RedisAddress.of(Map.of("REDIS_URL", text(input)));
      require(found != null, "nothing found");
    }
  },
  JSON_KEY {
    @Override
    void run(byte[] input) {
      BodyKey rule = new BodyKey(BodyKey.Format.JSON, List.of(), List.of("/a/b"), 1 << 16);
      byte[] once = JsonKey.of(input, rule);
      byte[] twice = JsonKey.of(input, rule);
      require(java.util.Arrays.equals(once, twice), "two keys of one body");
    }
  },
  CONFIGURATION {
    @Override
    void run(byte[] input) {
      String yaml = new String(input, StandardCharsets.UTF_8);
      var around = new ConfigLoader.Surroundings(Map.of(), Map.of(), 1L << 30);
      var result = ConfigLoader.parse("fuzz.yaml", yaml, around);
      boolean valid = result instanceof ConfigLoader.Result.Valid;
      require(valid || !result.findings().isEmpty(), "refused without a reason");
    }
  };

  private static final Http1Decoder.Limits LIMITS = new Http1Decoder.Limits(1_024, 4_096);

  /** Does something with the input; throws if what must hold does not. */
  abstract void run(byte[] input);

  /** The folder of its corpus. */
  String folder() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.ISO_8859_1);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static void requireSame(Object one, Object other) {
    require(one.equals(other), "differ:\n" + one + "\n" + other);
  }

  /** The messages in the octets, told as text, up to the first that is refused. */
  private static String decoded(boolean requests, byte[] input, int pieceBytes) {
    Http1Decoder decoder =
        requests ? new RequestDecoder(LIMITS, () -> true) : new ResponseDecoder(LIMITS, () -> true);
    if (decoder instanceof ResponseDecoder responses) {
      responses.expect(false);
    }
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    StringBuilder told = new StringBuilder();
    boolean goesOn = true;
    for (int at = 0; at < input.length && goesOn; at += Math.max(1, pieceBytes)) {
      int length = Math.min(Math.max(1, pieceBytes), input.length - at);
      channel.writeInbound(Unpooled.copiedBuffer(input, at, length));
      goesOn = tell(channel, told);
    }
    channel.finishAndReleaseAll();
    return told.toString();
  }

  private static boolean tell(EmbeddedChannel channel, StringBuilder told) {
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      boolean failed = ((HttpObject) next).decoderResult().isFailure();
      if (failed) {
        told.append("refused");
      } else {
        if (next instanceof HttpMessage) {
          told.append("\nmessage ").append(next.getClass().getSimpleName());
        }
        if (next instanceof HttpContent content) {
          told.append(content.content().toString(StandardCharsets.ISO_8859_1));
          told.append(next instanceof LastHttpContent ? "\nend" : "");
        }
      }
      ReferenceCountUtil.release(next);
      if (failed) {
        return false;
      }
    }
    return true;
  }
}
