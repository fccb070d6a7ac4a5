package dev.sidecache.testing;

import dev.sidecache.http1.Transport;
import dev.sidecache.listener.HttpListener;
import dev.sidecache.message.Service;
import dev.sidecache.origin.OriginObserver;
import dev.sidecache.origin.OriginService;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A listener before a service, on loops of their own; most often the origin, without a cache. */
public final class ForwardingProxy implements AutoCloseable {
  private final Transport transport;
  private final HttpListener listener;

  private ForwardingProxy(Transport transport, HttpListener listener) {
    this.transport = transport;
    this.listener = listener;
  }

  /** A proxy to the origin with settings changed in the ways given. */
  public static ForwardingProxy start(
      ScriptedOrigin origin,
      UnaryOperator<HttpListener.Settings> listening,
      UnaryOperator<OriginService.Settings> forwarding)
      throws Exception {
    Transport transport = Transport.open(2);
    OriginService.Settings settings =
        forwarding.apply(OriginService.Settings.of(URI.create(origin.url())));
    Service service = new OriginService(settings, transport, OriginObserver.NONE);
    return start(transport, listening, service);
  }

  public static ForwardingProxy start(ScriptedOrigin origin) throws Exception {
    return start(origin, same -> same, same -> same);
  }

  /** A listener before any service. */
  public static ForwardingProxy start(
      Transport transport, UnaryOperator<HttpListener.Settings> listening, Service service)
      throws Exception {
    HttpListener.Settings settings =
        listening.apply(
            HttpListener.Settings.of(new HttpListener.Settings.Address("127.0.0.1", 0)));
    HttpListener listener = HttpListener.bind(settings, transport, service).sync().getNow();
    return new ForwardingProxy(transport, listener);
  }

  public int port() {
    return listener.port();
  }

  public HttpListener listener() {
    return listener;
  }

  @Override
  public void close() {
    boolean ended = transport.close().awaitUninterruptibly(10, TimeUnit.SECONDS);
    if (!ended) {
      throw new IllegalStateException("the loops did not end");
    }
  }
}
