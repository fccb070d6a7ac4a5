package dev.sidecache.fuzz;

import dev.sidecache.admin.ReadPurges;
import dev.sidecache.caching.CacheControl;
import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Ranges;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Vary;
import dev.sidecache.config.ConfigLoader;
import dev.sidecache.http.Cookies;
import dev.sidecache.http.EntityTag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.StructuredFields;
import dev.sidecache.http.UriReference;
import dev.sidecache.identity.VerifiedTokens;
import dev.sidecache.json.JsonKey;
import dev.sidecache.redis.ReadAnswers;
import dev.sidecache.redis.RedisAddress;
import dev.sidecache.rule.KeyParts.BodyKey;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.testing.Heads;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What reads octets from strangers, and what must hold of it for any octets. Each throws if it does
 * not hold.
 */
enum FuzzTarget {
  REQUEST_DECODER {
    @Override
    void run(byte[] input) {
      MessageProperties.decoded(true, input);
    }
  },
  RESPONSE_DECODER {
    @Override
    void run(byte[] input) {
      MessageProperties.decoded(false, input);
    }
  },
  /** The input is what follows a head with the chunked coding, and another request. */
  CHUNKS {
    @Override
    void run(byte[] input) {
      MessageProperties.decoded(true, joined(CHUNKED_HEAD, input, GET));
    }
  },
  FORWARDED_REQUEST {
    @Override
    void run(byte[] input) {
      MessageProperties.forwardedRequests(input);
    }
  },
  FORWARDED_RESPONSE {
    @Override
    void run(byte[] input) {
      MessageProperties.forwardedResponses(input);
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
        try {
          if (decoded.stored() instanceof StoredResponse response) {
            MessageProperties.reread(response);
          }
        } finally {
          decoded.stored().release();
        }
      }
    }
  },
  /** An answer of Redis over HTTP. */
  REST_ANSWER {
    @Override
    void run(byte[] input) {
      int replies = ReadAnswers.replies(200, input);
      require(replies == -1 || replies == 1, replies + " replies to one command");
      ReadAnswers.replies(429, input);
    }
  },
  SERVER_INFO {
    @Override
    void run(byte[] input) {
      require(ReadAnswers.identity(text(input)).indexOf('@') < 0, "an identity with @");
    }
  },
  PURGE_REQUEST {
    @Override
    void run(byte[] input) {
      requireSame(ReadPurges.isRead(input), ReadPurges.isRead(input.clone()));
    }
  },
  /** None is believed that does not carry the MAC. */
  TOKEN {
    @Override
    void run(byte[] input) throws Exception {
      String text = text(input);
      if (VerifiedTokens.isBelieved(text, Heads.NOW)) {
        require(VerifiedTokens.hasMac(text), "believed without its MAC");
      }
    }
  },
  ENTITY_TAGS {
    @Override
    void run(byte[] input) {
      String text = text(input);
      for (EntityTag tag : EntityTag.parseList(text)) {
        requireSame(tag, EntityTag.parse(tag.toString()));
      }
      require(Cookies.values(Fields.of("Cookie", text), "sid") != null, "no list");
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
    void run(byte[] input) throws Exception {
      BodyKey rule = new BodyKey(BodyKey.Format.JSON, List.of(), List.of("/a/b"), 1 << 16);
      byte[] once = JsonKey.of(input, rule);
      byte[] again = once == null ? null : JsonKey.of(JsonSpelling.other(input), rule);
      require(Arrays.equals(once, again), "two keys of one value");
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

  private static final byte[] CHUNKED_HEAD =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] GET =
      "GET /next HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Does something with the input; throws if what must hold does not. */
  abstract void run(byte[] input) throws Exception;

  /** The folder of its corpus. */
  String folder() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.ISO_8859_1);
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  static void requireSame(Object one, Object other) {
    require(one.equals(other), "differ:\n" + one + "\n" + other);
  }

  private static byte[] joined(byte[]... parts) {
    ByteBuf all = Unpooled.wrappedBuffer(parts);
    byte[] octets = new byte[all.readableBytes()];
    all.readBytes(octets);
    return octets;
  }
}
