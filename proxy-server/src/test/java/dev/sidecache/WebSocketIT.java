package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.SelfSigned;
import dev.sidecache.testing.TlsFiles;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK's WebSocket client before the proxy, Netty's WebSocket server behind it. RFC 6455. */
class WebSocketIT {
  private static final int LARGE = 1 << 20;

  @TempDir static Path directory;

  private EventLoopGroup loops;
  private Channel origin;

  @BeforeEach
  void startOrigin() throws Exception {
    loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    WebSocketServerProtocolConfig config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath("/chat/room")
            .maxFramePayloadLength(2 * LARGE)
            .subprotocols("echo.v1")
            .build();
    origin =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(8192),
                            new WebSocketServerProtocolHandler(config),
                            new Echo());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
  }

  @AfterEach
  void stopOrigin() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
  }

  private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
      var unused = context.writeAndFlush(frame.retain());
    }
  }

  private String originUrl() {
    return "http://127.0.0.1:" + ((InetSocketAddress) origin.localAddress()).getPort();
  }

  @Test
  void jdkClientTalksThroughThePlainPort() throws Exception {
    try (TunnelProxy proxy = new TunnelProxy(originUrl(), "", "")) {
      talk(HttpClient.newHttpClient(), "ws://127.0.0.1:" + proxy.port() + "/chat/room");
      Awaitility.await().until(() -> proxy.metric("tunnels") == 0);
      assertThat(proxy.log())
          .singleElement()
          .asString()
          .contains("\"status\":101", "\"route\":\"chat\"", "\"reason\":\"upgrade\"");
    }
  }

  @Test
  void jdkClientTalksThroughTls() throws Exception {
    SelfSigned own = SelfSigned.forHost("localhost", directory);
    String tls = ", " + TlsFiles.of(own, directory).yaml();
    try (TunnelProxy proxy = new TunnelProxy(originUrl(), tls, "")) {
      HttpClient client = HttpClient.newBuilder().sslContext(own.client()).build();
      talk(client, "wss://localhost:" + proxy.port() + "/chat/room");
    }
  }

  private static void talk(HttpClient client, String url) throws Exception {
    Received received = new Received();
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .subprotocols("echo.v1")
            .buildAsync(URI.create(url), received)
            .get(30, TimeUnit.SECONDS);
    assertThat(socket.getSubprotocol()).isEqualTo("echo.v1");
    for (int i = 0; i < 100; i++) {
      socket.sendText("message " + i, true).get(30, TimeUnit.SECONDS);
      assertThat(received.next()).isEqualTo("message " + i);
    }
    socket.sendPing(ByteBuffer.wrap(new byte[] {1, 2})).get(30, TimeUnit.SECONDS);
    assertThat(received.next()).isEqualTo("pong 2");
    socket.sendBinary(ByteBuffer.allocate(LARGE), true).get(30, TimeUnit.SECONDS);
    assertThat(received.next()).isEqualTo("binary " + LARGE);
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(30, TimeUnit.SECONDS);
    assertThat(received.next()).isEqualTo("closed 1000");
  }

  private static final class Received implements WebSocket.Listener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private int octets;

    String next() throws InterruptedException {
      return events.poll(30, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        events.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
      octets += part.remaining();
      if (last) {
        events.add("binary " + octets);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer content) {
      events.add("pong " + content.remaining());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      events.add("closed " + code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      events.add("error " + error);
    }
  }
}
