package dev.sidecache.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.http1.Transport;
import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.SelfSigned;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An origin behind TLS: who it is gets verified, and where its answers end. */
class OriginTlsIT {
  @TempDir static Path directory;

  private static SelfSigned local;

  @BeforeAll
  static void makeCertificate() throws Exception {
    local = SelfSigned.forHost("localhost", directory);
  }

  private static ScriptedOrigin.Script answering() {
    return connection -> {
      while (connection.readRequest() != null) {
        connection.write(ScriptedOrigin.ok("secret"));
      }
    };
  }

  private static ForwardingProxy start(ScriptedOrigin origin, String host, @Nullable SslContext tls)
      throws Exception {
    Transport transport = Transport.open(1);
    OriginService.Settings settings =
        OriginService.Settings.of(URI.create("https://" + host + ":" + origin.port()));
    OriginService service =
        tls == null
            ? new OriginService(settings, transport, OriginObserver.NONE)
            : new OriginService(settings, transport, OriginObserver.NONE, tls);
    return ForwardingProxy.start(transport, same -> same, service);
  }

  private static SslContext trusting(SelfSigned signed) throws Exception {
    return SslContextBuilder.forClient()
        .endpointIdentificationAlgorithm("HTTPS")
        .trustManager(signed.certificate())
        .build();
  }

  @Test
  void trustedOriginIsAskedOverOneConnection() throws Exception {
    try (ScriptedOrigin origin = ScriptedOrigin.startTls(local.server(), answering());
        ForwardingProxy proxy = start(origin, "localhost", trusting(local));
        RawClient client = RawClient.connect(proxy.port())) {
      assertThat(client.get("/").readResponse().text()).isEqualTo("secret");
      assertThat(client.get("/").readResponse().text()).isEqualTo("secret");
      assertThat(origin.connections()).isEqualTo(1);
    }
  }

  @Test
  void originThatNobodyVouchesForIs502() throws Exception {
    try (ScriptedOrigin origin = ScriptedOrigin.startTls(local.server(), answering());
        ForwardingProxy proxy = start(origin, "localhost", null)) {
      RawMessage response = RawClient.get(proxy.port(), "/");
      assertThat(response.status()).isEqualTo(502);
      assertThat(response.text()).contains("\"reason\":\"upstream_tls\"");
      assertThat(origin.requests()).isEmpty();
    }
  }

  @Test
  void originOfAnotherNameIs502() throws Exception {
    try (ScriptedOrigin origin = ScriptedOrigin.startTls(local.server(), answering());
        ForwardingProxy proxy = start(origin, "127.0.0.1", trusting(local))) {
      RawMessage response = RawClient.get(proxy.port(), "/");
      assertThat(response.text()).contains("\"reason\":\"upstream_tls\"");
      assertThat(origin.requests()).isEmpty();
    }
  }

  @Test
  void contentUntilCloseEndsWithTheEndOfTls() throws Exception {
    ScriptedOrigin.Script regular =
        connection -> {
          connection.readRequest();
          connection.write("HTTP/1.0 200 OK\r\n\r\nabc");
          connection.endRegularly();
        };
    try (ScriptedOrigin origin = ScriptedOrigin.startTls(local.server(), regular);
        ForwardingProxy proxy = start(origin, "localhost", trusting(local))) {
      assertThat(RawClient.get(proxy.port(), "/").text()).isEqualTo("abc");
    }
  }

  /** RFC 9112, Section 9.8: an end of TCP alone may be an attacker's. */
  @Test
  void contentUntilCloseThatEndsWithTcpIsCutOff() throws Exception {
    ScriptedOrigin.Script cut =
        connection -> {
          connection.readRequest();
          connection.write("HTTP/1.0 200 OK\r\n\r\nabc");
        };
    try (ScriptedOrigin origin = ScriptedOrigin.startTls(local.server(), cut);
        ForwardingProxy proxy = start(origin, "localhost", trusting(local))) {
      assertThatThrownBy(() -> RawClient.get(proxy.port(), "/")).isInstanceOf(IOException.class);
    }
  }
}
