package dev.sidecache.bench.micro;

import dev.sidecache.http.Fields;
import dev.sidecache.http1.Http1Decoder;
import dev.sidecache.http1.RequestDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reading the head of a request from the octets of a socket. */
@State(Scope.Thread)
public class HeadBenchmark {
  private static final String SHORT = "Host: api.example:8080\r\n\r\n";
  private static final String BROWSER =
      """
      Host: api.example\r
      Accept: application/json\r
      Accept-Encoding: gzip, deflate, br\r
      Accept-Language: de-DE,de;q=0.9,en;q=0.8\r
      Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl\r
      Referer: https://app.example/students\r
      User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/138.0\r
      X-Forwarded-For: 192.0.2.7\r
      X-Request-Id: 0123456789abcdef\r
      \r
      """;

  @Param({"short", "browser"})
  String kind = "short";

  private final RequestDecoder decoder =
      new RequestDecoder(new Http1Decoder.Limits(8_192, 32_768), () -> true);
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder, new Dropping());
  private ByteBuf octets = ByteBufAllocator.DEFAULT.directBuffer(0);

  /** NB: what is delivered must not pile up. */
  private static final class Dropping extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }
  }

  @Setup
  public void prepare() {
    String head = "GET /api/r0/7?page=2 HTTP/1.1\r\n" + (kind.equals("short") ? SHORT : BROWSER);
    octets.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
  }

  @TearDown
  public void release() {
    octets.release();
    channel.finishAndReleaseAll();
  }

  @Benchmark
  public Fields read() {
    channel.pipeline().fireChannelRead(octets.retainedDuplicate());
    return decoder.fields();
  }
}
