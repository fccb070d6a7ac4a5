package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.Body;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.SelfSigned;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS as a client sees it, and the files that it is made of. */
class TlsIT {
  @TempDir static Path shared;
  @TempDir Path directory;

  private static SelfSigned local;
  private static SelfSigned other;

  @BeforeAll
  static void makeCertificates() throws Exception {
    local = SelfSigned.forHost("localhost", shared);
    other = SelfSigned.forHost("other", shared);
  }

  private HttpListener.Settings.Tls files(String certificate, String key) throws IOException {
    Path chain = Files.writeString(directory.resolve("tls.crt"), certificate);
    Path secret = Files.writeString(directory.resolve("tls.key"), key);
    return HttpListener.Settings.Tls.of(chain, secret);
  }

  private ForwardingProxy start(Service service) throws Exception {
    HttpListener.Settings.Tls tls = files(local.certificatePem(), local.keyPem());
    return ForwardingProxy.start(Transport.open(1), same -> same.withTls(tls), service);
  }

  private static final Service TELLING_SCHEME =
      (request, responder) -> {
        String text = request.head().scheme() + " " + request.peer().tls();
        request.body().cancel();
        responder.respond(
            Response.of(
                new ResponseHead(200, "OK", Fields.empty()),
                Body.of(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8))));
      };

  @Test
  void requestsOverTlsAreOfSchemeHttps() throws Exception {
    try (ForwardingProxy proxy = start(TELLING_SCHEME);
        RawClient client = RawClient.connectTls(proxy.port(), local.client())) {
      assertThat(client.get("/").readResponse().text()).isEqualTo("https true");
      assertThat(client.get("/").readResponse().text()).isEqualTo("https true");
    }
  }

  @Test
  void closeIsToldAsTlsTellsIt() throws Exception {
    try (ForwardingProxy proxy = start(TELLING_SCHEME);
        RawClient client = RawClient.connectTls(proxy.port(), local.client())) {
      RawMessage response = client.send("GET / HTTP/1.0\r\n\r\n").readResponse();
      assertThat(response.field("Connection")).isEqualTo("close");
      // NB: a socket that ends without close_notify makes the JDK throw.
      assertThat(client.reader().readLine()).isNull();
    }
  }

  @Test
  void responseBrokenOffIsNoRegularEnd() throws Exception {
    Service cut =
        (request, responder) ->
            responder.respond(
                Response.of(new ResponseHead(200, "OK", Fields.empty()), new CutBody()));
    try (ForwardingProxy proxy = start(cut);
        RawClient client = RawClient.connectTls(proxy.port(), local.client())) {
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertThatThrownBy(client::readResponse).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.3, true", "TLSv1.2, true", "TLSv1.1, false"})
  void oldProtocolsAreNotSpoken(String protocol, boolean spoken) throws Exception {
    try (ForwardingProxy proxy = start(TELLING_SCHEME);
        SSLSocket socket =
            (SSLSocket) local.client().getSocketFactory().createSocket("127.0.0.1", proxy.port())) {
      socket.setSoTimeout(60_000);
      socket.setEnabledProtocols(new String[] {protocol});
      if (spoken) {
        socket.startHandshake();
        assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      } else {
        assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void silentClientIsCutBeforeItsHandshake() throws Exception {
    HttpListener.Settings.Tls tls = files(local.certificatePem(), local.keyPem());
    Duration brief = Duration.ofMillis(200);
    Duration hour = Duration.ofHours(1);
    try (ForwardingProxy proxy =
            ForwardingProxy.start(
                Transport.open(1),
                same ->
                    same.withTls(tls)
                        .withTimeouts(new HttpListener.Settings.Timeouts(brief, hour, hour, hour)),
                TELLING_SCHEME);
        RawClient client = RawClient.connect(proxy.port())) {
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void oneTooManyIsClosedWithoutHandshake() throws Exception {
    HttpListener.Settings.Tls tls = files(local.certificatePem(), local.keyPem());
    try (ForwardingProxy proxy =
            ForwardingProxy.start(
                Transport.open(1),
                same -> same.withTls(tls).withMaxConnections(1),
                TELLING_SCHEME);
        RawClient client = RawClient.connectTls(proxy.port(), local.client())) {
      assertThat(client.get("/").readResponse().status()).isEqualTo(200);
      assertThatThrownBy(() -> RawClient.connectTls(proxy.port(), local.client()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void drainClosesConnectionsThatHaveNotFinishedTheirHandshake() throws Exception {
    try (ForwardingProxy proxy = start(TELLING_SCHEME);
        RawClient silent = RawClient.connect(proxy.port())) {
      Future<Void> drained;
      try (RawClient client = RawClient.connectTls(proxy.port(), local.client())) {
        assertThat(client.get("/").readResponse().status()).isEqualTo(200);
        drained = proxy.listener().drain(Duration.ofSeconds(60));
        assertThat(silent.isClosedByPeer()).isTrue();
        assertThat(client.isClosedByPeer()).isTrue();
      }
      assertThat(drained.await(30_000)).isTrue();
      assertThat(proxy.listener().connections()).isZero();
    }
  }

  @Test
  void newPairServesNewConnectionsAndABadOneChangesNothing() throws Exception {
    HttpListener.Settings.Tls tls = files(local.certificatePem(), local.keyPem());
    try (TlsContexts contexts = TlsContexts.open(tls)) {
      var first = contexts.current();
      contexts.lookAgain();
      assertThat(contexts.current()).isSameAs(first);

      Files.writeString(tls.certificate(), other.certificatePem());
      contexts.lookAgain();
      assertThat(contexts.current()).as("half of a new pair").isSameAs(first);

      Files.writeString(tls.key(), other.keyPem());
      contexts.lookAgain();
      assertThat(contexts.current()).as("the whole of it").isNotSameAs(first);
      var second = contexts.current();

      Files.delete(tls.key());
      contexts.lookAgain();
      assertThat(contexts.current()).isSameAs(second);
    }
  }

  @Test
  void changedFilesAreNoticedUnasked() throws Exception {
    HttpListener.Settings.Tls files = files(local.certificatePem(), local.keyPem());
    HttpListener.Settings.Tls tls =
        new HttpListener.Settings.Tls(
            files.certificate(), files.key(), Duration.ofMillis(20), null);
    try (ForwardingProxy proxy =
        ForwardingProxy.start(Transport.open(1), same -> same.withTls(tls), TELLING_SCHEME)) {
      RawClient.connectTls(proxy.port(), local.client()).close();
      Files.writeString(tls.key(), other.keyPem());
      Files.writeString(tls.certificate(), other.certificatePem());
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptionsInstanceOf(SSLException.class)
          .untilAsserted(() -> RawClient.connectTls(proxy.port(), other.client()).close());
    }
  }

  /** Each fault names its setting and its remedy. */
  @Test
  void filesThatCannotBeUsedAreToldWithTheirRemedy() throws Exception {
    String chain = local.certificatePem();
    String key = local.keyPem();
    assertThat(files(chain, key).fault()).isNull();
    assertThat(files(chain, other.keyPem()).fault().toString())
        .contains("key=key", "does not belong to the first certificate");
    assertThat(files("junk", key).fault().toString())
        .contains("key=certificate", "holds no certificate in PEM");
    assertThat(files(chain, "junk").fault().toString())
        .contains("key=key", "holds no private key in PEM");
    String encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assertThat(files(chain, encrypted).fault().toString())
        .contains("key=key", "is encrypted", "openssl pkcs8 -topk8 -nocrypt");
    String older = key.replace("PRIVATE KEY", "EC PRIVATE KEY");
    assertThat(files(chain, older).fault().toString())
        .contains("key=key", "older format than PKCS #8", "openssl pkcs8 -topk8 -nocrypt");
    HttpListener.Settings.Tls missing =
        HttpListener.Settings.Tls.of(directory.resolve("no.crt"), directory.resolve("tls.key"));
    assertThat(missing.fault().toString()).contains("key=certificate", "no.crt is not there");
  }

  @Test
  void listenerDoesNotStartWithFilesThatCannotBeUsed() throws Exception {
    HttpListener.Settings.Tls tls = files(local.certificatePem(), other.keyPem());
    assertThatThrownBy(
            () ->
                ForwardingProxy.start(Transport.open(1), same -> same.withTls(tls), TELLING_SCHEME))
        .hasMessageContaining("server.tls.key: does not belong");
  }

  /** Content that breaks after its first octets. */
  private static final class CutBody implements Body {
    private @Nullable Sink sink;

    @Override
    public long lengthBytes() {
      return -1;
    }

    @Override
    public @Nullable ByteBuf whole() {
      return null;
    }

    @Override
    public void open(Sink opened) {
      sink = opened;
      opened.chunk(Unpooled.copiedBuffer("abc", StandardCharsets.UTF_8));
    }

    @Override
    public void request(int chunks) {
      Sink open = sink;
      sink = null;
      if (open != null) {
        open.fail(new IOException("cut"));
      }
    }

    @Override
    public void cancel() {
      sink = null;
    }
  }
}
