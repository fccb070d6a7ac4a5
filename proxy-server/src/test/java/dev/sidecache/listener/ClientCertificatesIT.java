package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.Body;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that must show a certificate. RFC 8446, Section 4.3.2. */
class ClientCertificatesIT {
  @TempDir static Path directory;

  private static SelfSigned server;
  private static SelfSigned known;
  private static SelfSigned stranger;

  private final AtomicInteger served = new AtomicInteger();

  @BeforeAll
  static void makeCertificates() throws Exception {
    server = SelfSigned.forHost("localhost", directory);
    known = SelfSigned.forHost("known", directory);
    stranger = SelfSigned.forHost("stranger", directory);
  }

  private static HttpListener.Settings.Tls tls(String authorities) throws Exception {
    return HttpListener.Settings.Tls.of(
            Files.writeString(directory.resolve("tls.crt"), server.certificatePem()),
            Files.writeString(directory.resolve("tls.key"), server.keyPem()))
        .withClientCa(Files.writeString(directory.resolve("ca.crt"), authorities));
  }

  private ForwardingProxy start() throws Exception {
    HttpListener.Settings.Tls tls = tls(known.certificatePem());
    Service service =
        (request, responder) -> {
          served.incrementAndGet();
          request.body().cancel();
          responder.respond(Response.of(new ResponseHead(200, "OK", Fields.empty()), Body.empty()));
        };
    return ForwardingProxy.start(Transport.open(1), same -> same.withTls(tls), service);
  }

  /** What a client uses that trusts the server and shows this certificate. */
  private static SSLContext showing(SelfSigned own) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("own", own.key(), new char[0], new Certificate[] {own.certificate()});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, new char[0]);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", server.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static int ask(ForwardingProxy proxy, SSLContext context) throws IOException {
    try (RawClient client = RawClient.connectTls(proxy.port(), context)) {
      return client.get("/").readResponse().status();
    }
  }

  @Test
  void onlyClientsThatAnAuthorityVouchesForAreServed() throws Exception {
    try (ForwardingProxy proxy = start()) {
      assertThat(ask(proxy, showing(known))).isEqualTo(200);
      assertThatThrownBy(() -> ask(proxy, showing(stranger))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> ask(proxy, server.client())).isInstanceOf(IOException.class);
      assertThat(served).hasValue(1);
    }
  }

  @Test
  void fileWithoutAuthoritiesIsToldWithItsRemedy() throws Exception {
    assertThat(tls(known.certificatePem()).fault()).isNull();
    assertThat(tls("junk").fault().toString())
        .contains("key=client_ca", "holds no certificate in PEM");
    assertThat(tls("").fault().toString()).contains("key=client_ca");
    HttpListener.Settings.Tls missing = tls("").withClientCa(directory.resolve("none.crt"));
    assertThat(missing.fault().toString()).contains("key=client_ca", "none.crt is not there");
  }
}
