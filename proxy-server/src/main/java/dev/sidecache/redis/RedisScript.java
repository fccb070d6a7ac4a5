package dev.sidecache.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A script of the protocol, as a resource beside this class. It touches no key but its KEYS, and
 * runs on Redis 6 and later. Source: consistency.md, Section 6.
 */
final class RedisScript {
  static final RedisScript MARK = new RedisScript("mark");
  static final RedisScript FINISH = new RedisScript("finish");
  static final RedisScript INIT = new RedisScript("init");
  static final RedisScript SPENT = new RedisScript("spent");

  /** Asked for by Upstash, which else locks the database; no other server can read it. */
  private static final String UPSTASH_LINE = "#!lua flags=allow-key-locking\n";

  private final String label;
  private final Text plain;
  private final Text upstash;

  /** A source and the name it is called by. */
  private static final class Text {
    final byte[] source;
    final byte[] sha1;

    Text(byte[] source, byte[] sha1) {
      this.source = source;
      this.sha1 = sha1;
    }
  }

  private RedisScript(String label) {
    this.label = label;
    String source = load(label + ".lua");
    plain = text(source);
    upstash = text(UPSTASH_LINE + source);
  }

  private static String load(String resource) {
    try (InputStream in = RedisScript.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Text text(String source) {
    try {
      byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
      byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(bytes);
      return new Text(bytes, RedisKeys.ascii(HexFormat.of().formatHex(sha1)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** For counting. */
  String label() {
    return label;
  }

  byte[] source(boolean forUpstash) {
    return forUpstash ? upstash.source : plain.source;
  }

  /** 40 hexadecimal digits. */
  byte[] sha1(boolean forUpstash) {
    return forUpstash ? upstash.sha1 : plain.sha1;
  }
}
