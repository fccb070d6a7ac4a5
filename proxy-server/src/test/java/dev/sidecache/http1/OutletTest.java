package dev.sidecache.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class OutletTest {
  @Test
  void whatHasClosedIsNotResetAgain() throws Exception {
    Transport transport = Transport.open(Transport.Kind.NIO, 1);
    try {
      NioSocketChannel channel = new NioSocketChannel();
      transport.loops().register(channel).sync().channel().close().sync();
      assertThat(channel.isOpen()).isFalse();
      assertThatCode(new Outlet(channel)::reset).doesNotThrowAnyException();
    } finally {
      Future<?> unused = transport.close();
    }
  }
}
