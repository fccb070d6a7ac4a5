package dev.sidecache.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OriginAddressesTest {
  private final EventLoop loop = new DefaultEventLoop();
  private final AtomicInteger lookUps = new AtomicInteger();
  private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

  private final OriginAddresses.Callback callback =
      new OriginAddresses.Callback() {
        @Override
        public void resolved(List<InetSocketAddress> addresses) {
          told.add(addresses);
        }

        @Override
        public void unresolved() {
          told.add("none");
        }
      };

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private OriginAddresses addresses(OriginAddresses.Resolver resolver) {
    return new OriginAddresses(
        "origin.example",
        8080,
        host -> {
          lookUps.incrementAndGet();
          return resolver.resolve(host);
        });
  }

  private Object lookUp(OriginAddresses addresses) throws InterruptedException {
    addresses.lookUp(loop, callback);
    return told.poll(30, TimeUnit.SECONDS);
  }

  private static InetAddress address(int last) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
  }

  @Test
  void allAddressesAreToldInOrder() throws Exception {
    OriginAddresses addresses = addresses(host -> new InetAddress[] {address(2), address(1)});
    assertThat(lookUp(addresses))
        .isEqualTo(
            List.of(
                new InetSocketAddress(address(2), 8080), new InetSocketAddress(address(1), 8080)));
    assertThat(addresses.isCurrent(new InetSocketAddress(address(1), 8080))).isTrue();
    assertThat(addresses.isCurrent(new InetSocketAddress(address(3), 8080))).isFalse();
    addresses.close();
  }

  @Test
  void freshAnswerIsNotLookedUpAgain() throws Exception {
    OriginAddresses addresses = addresses(host -> new InetAddress[] {address(1)});
    Object first = lookUp(addresses);
    assertThat(lookUp(addresses)).isEqualTo(first);
    assertThat(lookUps).hasValue(1);
    addresses.close();
  }

  @Test
  void unknownNameHasNone() throws Exception {
    OriginAddresses addresses =
        addresses(
            host -> {
              throw new UnknownHostException(host);
            });
    assertThat(lookUp(addresses)).isEqualTo("none");
    assertThat(addresses.isCurrent(new InetSocketAddress(address(1), 8080))).isTrue();
    addresses.close();
  }

  @Test
  void thoseWhoAskAtOnceShareOneLookUp() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    OriginAddresses addresses =
        addresses(
            host -> {
              try {
                assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
              }
              return new InetAddress[] {address(1)};
            });
    for (int i = 0; i < 3; i++) {
      addresses.lookUp(loop, callback);
    }
    release.countDown();
    for (int i = 0; i < 3; i++) {
      assertThat(told.poll(30, TimeUnit.SECONDS)).isInstanceOf(List.class);
    }
    assertThat(lookUps).hasValue(1);
    addresses.close();
  }
}
