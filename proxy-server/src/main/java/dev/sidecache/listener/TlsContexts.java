package dev.sidecache.listener;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The current TLS context of a listener. The files are looked at again and again, on a thread of
 * their own as that blocks; a new pair serves new connections, a bad one is told and changes
 * nothing.
 */
final class TlsContexts implements AutoCloseable {
  private static final Logger LOG = System.getLogger(TlsContexts.class.getName());

  private final HttpListener.Settings.Tls settings;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "sidecache-tls");
            thread.setDaemon(true);
            return thread;
          });
  private PemPair seen;
  private @Nullable String told;
  private volatile SslContext current;

  private TlsContexts(HttpListener.Settings.Tls settings, PemPair seen, SslContext current) {
    this.settings = settings;
    this.seen = seen;
    this.current = current;
    long period = settings.lookAgain().toMillis();
    ScheduledFuture<?> unused =
        watch.scheduleWithFixedDelay(this::lookAgain, period, period, TimeUnit.MILLISECONDS);
  }

  /** Reads the files and begins to watch them; blocks. */
  static TlsContexts open(HttpListener.Settings.Tls settings) throws PemPair.Unusable {
    PemPair pair = PemPair.read(settings);
    return new TlsContexts(settings, pair, context(pair));
  }

  SslContext current() {
    return current;
  }

  /** Takes a new pair of files over, if there is one and it is good; blocks. */
  synchronized void lookAgain() {
    try {
      PemPair pair = PemPair.read(settings);
      if (!pair.isSameAs(seen)) {
        seen = pair;
        current = context(pair);
        LOG.log(Level.INFO, "TLS: new certificate taken from {0}", settings.certificate());
      } else if (told == null) {
        return;
      }
      told = null;
    } catch (PemPair.Unusable unusable) {
      tell(String.valueOf(unusable.getMessage()));
    } catch (RuntimeException bug) {
      // NB: an exception would end the watch.
      LOG.log(Level.ERROR, "TLS: the files could not be looked at", bug);
    }
  }

  private void tell(String problem) {
    if (!problem.equals(told)) {
      told = problem;
      LOG.log(Level.WARNING, "TLS: the old certificate stays: server.tls.{0}", problem);
    }
  }

  static SslContext context(PemPair pair) throws PemPair.Unusable {
    PemPair.Identity identity = pair.identity();
    List<X509Certificate> authorities = pair.authorities();
    SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain());
    if (!authorities.isEmpty()) {
      builder.trustManager(authorities).clientAuth(ClientAuth.REQUIRE);
    }
    try {
      return builder
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2,
                  ApplicationProtocolNames.HTTP_1_1))
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new PemPair.Unusable(
          "certificate", "cannot be used: " + e.getMessage(), "use an RSA or EC certificate");
    }
  }

  @Override
  public void close() {
    var unused = watch.shutdownNow();
  }
}
