package dev.sidecache.redis;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks names up by the platform's resolver, which blocks, on a thread that may. Of several
 * addresses each attempt takes the next, so that one that does not answer is left behind.
 */
final class OffLoopResolver extends AddressResolverGroup<InetSocketAddress> {
  private final Executor blocking;
  private final AtomicInteger attempts = new AtomicInteger();

  OffLoopResolver(Executor blocking) {
    this.blocking = blocking;
  }

  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
    return new Names(executor).asAddressResolver();
  }

  private final class Names extends InetNameResolver {
    Names(EventExecutor executor) {
      super(executor);
    }

    @Override
    protected void doResolve(String host, Promise<InetAddress> promise) {
      if (NetUtil.createByteArrayFromIpAddressString(host) != null) {
        lookUp(host, promise);
        return;
      }
      try {
        blocking.execute(() -> lookUp(host, promise));
      } catch (RejectedExecutionException busy) {
        promise.tryFailure(busy);
      }
    }

    private void lookUp(String host, Promise<InetAddress> promise) {
      try {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        int next = Math.floorMod(attempts.getAndIncrement(), addresses.length);
        promise.trySuccess(addresses[next]);
      } catch (UnknownHostException | RuntimeException unknown) {
        promise.tryFailure(unknown);
      }
    }

    @Override
    protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
      promise.tryFailure(new UnsupportedOperationException());
    }
  }
}
