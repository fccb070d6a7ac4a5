package dev.sidecache.redis;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Commands as requests to Upstash's HTTP API. Source: redis.md, Section 4; the provider's
 * "restapi.mdx".
 *
 * <table>
 * <caption>Requests, all of them POST</caption>
 * <tr><td>a command</td><td>{@code /}</td><td>{@code ["MGET","k1","k2"]}</td></tr>
 * <tr><td>several, in their order</td><td>{@code /pipeline}</td><td>{@code [[…],[…]]}</td></tr>
 * <tr><td>a value, raw</td><td>{@code /SET/key?PX=60000}</td><td>the bytes</td></tr>
 * <tr><td>a value, as text</td><td>{@code /}</td><td>{@code ["SET","key","B…","PX","60000"]}</td></tr>
 * </table>
 *
 * <p>A value as text is {@code B} and base64: JSON cannot carry its bytes.
 */
final class RestRequests {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int USUAL_BYTES = 512;

  private final String prefix;
  private final String authority;
  private final String scheme;
  private final String authorization;

  RestRequests(RedisAddress address) {
    RedisAddress.Node node = address.nodes().get(0);
    boolean tls = address.tls().isOn();
    this.prefix = address.extras().path();
    this.scheme = tls ? "https" : "http";
    boolean usual = node.port() == (tls ? 443 : 80);
    String named = node.toString();
    this.authority = usual ? named.substring(0, named.lastIndexOf(':')) : named;
    this.authorization = "Bearer " + address.login().password();
  }

  /**
   * The request of some commands, whose values it takes over.
   *
   * @param raw whether the server takes values as they are
   * @param syncToken what the server last told of its state; empty before
   */
  Request request(
      List<Command> commands, boolean raw, String syncToken, ScheduledExecutorService loop) {
    Command first = commands.get(0);
    ByteBuf value = first.value();
    if (commands.size() == 1 && value != null && raw && isWrittenByPath(first)) {
      return request(path(first), "application/octet-stream", value, syncToken, loop);
    }
    ByteBuf content = json(commands);
    commands.forEach(Command::release);
    String target = commands.size() == 1 ? "/" : "/pipeline";
    return request(target, "application/json", content, syncToken, loop);
  }

  /**
   * The question whether the server takes bytes as they are: {@code ECHO} of some that are no text.
   */
  Request echo(byte[] bytes, String syncToken, ScheduledExecutorService loop) {
    ByteBuf content = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
    return request("/echo", "application/octet-stream", content, syncToken, loop);
  }

  private Request request(
      String path, String type, ByteBuf content, String syncToken, ScheduledExecutorService loop) {
    RequestTarget target = RequestTarget.parse(prefix + path);
    if (target == null) {
      content.release();
      throw new IllegalArgumentException("the path of the address is none");
    }
    Fields fields =
        Fields.of(
            "Authorization",
            authorization,
            "Content-Type",
            type,
            "Upstash-Encoding",
            "base64",
            "Upstash-Sync-Token",
            syncToken,
            "User-Agent",
            "sidecache");
    RequestHead head = new RequestHead("POST", scheme, authority, target, "1.1", fields);
    return new Request(head, Body.of(content), Request.Peer.NONE, loop);
  }

  /** The value is the last argument of the path; what follows it are pairs. */
  private static boolean isWrittenByPath(Command command) {
    return (command.words().size() - command.valueAfter()) % 2 == 0;
  }

  private static String path(Command command) {
    StringBuilder path = new StringBuilder();
    List<byte[]> words = command.words();
    for (int i = 0; i < command.valueAfter(); i++) {
      encode(path.append('/'), words.get(i));
    }
    for (int i = command.valueAfter(); i < words.size(); i += 2) {
      encode(path.append(i == command.valueAfter() ? '?' : '&'), words.get(i));
      encode(path.append('='), words.get(i + 1));
    }
    return path.toString();
  }

  /** Appends a word, percent-encoded. Source: RFC 3986, Section 2.1. */
  private static void encode(StringBuilder path, byte[] word) {
    for (byte octet : word) {
      char c = (char) (octet & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~:".indexOf(c) >= 0;
      if (plain) {
        path.append(c);
      } else {
        path.append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 0xf, 16)));
      }
    }
  }

  private static ByteBuf json(List<Command> commands) {
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(USUAL_BYTES);
    try (JsonGenerator json = JSON.createGenerator((OutputStream) new ByteBufOutputStream(out))) {
      if (commands.size() > 1) {
        json.writeStartArray();
      }
      for (Command command : commands) {
        write(command, json);
      }
      if (commands.size() > 1) {
        json.writeEndArray();
      }
    } catch (IOException impossible) {
      out.release();
      throw new UncheckedIOException(impossible);
    }
    return out;
  }

  /** NB: numbers too as strings: a uid may look like a number, and would lose digits as one. */
  private static void write(Command command, JsonGenerator json) throws IOException {
    json.writeStartArray();
    List<byte[]> words = command.words();
    for (int i = 0; i <= words.size(); i++) {
      ByteBuf value = i == command.valueAfter() ? command.value() : null;
      if (value != null) {
        byte[] text = TextForm.of(value);
        json.writeRawUTF8String(text, 0, text.length);
      }
      if (i < words.size()) {
        json.writeUTF8String(words.get(i), 0, words.get(i).length);
      }
    }
    json.writeEndArray();
  }

  @Override
  public String toString() {
    return scheme + "://" + authority + prefix;
  }
}
