package dev.sidecache.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.message.Network;
import dev.sidecache.message.Request;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ForwardingTest {
  private static final Request.Peer PEER = new Request.Peer("10.0.0.9", false);
  private static final List<Network> NOBODY = List.of();
  private static final List<Network> PEERS = Network.parseAll(List.of("10.0.0.0/8"));

  private static RequestHead head(String method, String... fields) {
    RequestTarget target = RequestTarget.parse("/a");
    return new RequestHead(method, "http", "a.example", target, "1.1", Fields.of(fields));
  }

  private static Fields forward(List<Network> trusted, String... fields) {
    return Forwarding.toOrigin(head("GET", fields), PEER, trusted, "id-1");
  }

  @Test
  void everythingEndToEndGoesOn() {
    Fields sent =
        forward(NOBODY, "Host", "A.example", "Accept", "a", "Cookie", "b=c", "accept", "d");
    assertThat(sent.all("Accept")).containsExactly("a", "d");
    assertThat(sent.first("Cookie")).isEqualTo("b=c");
  }

  @Test
  void whatIsForOneHopOrMadeHereDoesNot() {
    Fields sent =
        forward(
            NOBODY,
            "Host",
            "a.example",
            "Connection",
            "keep-alive, X-Hop, Content-Type",
            "X-Hop",
            "1",
            "Content-Type",
            "text/plain",
            "Transfer-Encoding",
            "chunked",
            "Content-Length",
            "5",
            "Upgrade",
            "h2c",
            "HTTP2-Settings",
            "AA",
            "Proxy-Authorization",
            "Basic x",
            "Expect",
            "100-continue",
            "Sidecache-Debug",
            "token");
    for (String name :
        List.of(
            "Host",
            "Connection",
            "X-Hop",
            "Transfer-Encoding",
            "Content-Length",
            "Upgrade",
            "HTTP2-Settings",
            "Proxy-Authorization",
            "Expect",
            "Sidecache-Debug")) {
      assertThat(sent.contains(name)).as(name).isFalse();
    }
    assertThat(sent.first("Content-Type")).isEqualTo("text/plain");
  }

  @Test
  void viaIsAppendedToWhatCame() {
    assertThat(forward(NOBODY, "Via", "1.0 other").all("Via"))
        .containsExactly("1.0 other", "1.1 sidecache");
  }

  @Test
  void identifierIsTheOneGiven() {
    assertThat(forward(NOBODY, "X-Request-Id", "other").all("X-Request-Id"))
        .containsExactly("id-1");
  }

  @Test
  void trailersAreTakenIfTheClientTakesThem() {
    assertThat(forward(NOBODY, "TE", "trailers, deflate").first("TE")).isEqualTo("trailers");
    assertThat(forward(NOBODY, "TE", "deflate").contains("TE")).isFalse();
  }

  /** RFC 7239, Section 8.1: what anybody may have written is not to be believed. */
  @Nested
  class Hops {
    private final String[] told = {
      "Host", "a.example",
      "X-Forwarded-For", "1.2.3.4",
      "X-Forwarded-Proto", "https",
      "X-Forwarded-Host", "b.example",
      "X-Forwarded-Port", "443",
      "Forwarded", "for=1.2.3.4"
    };

    @Test
    void ofAnUntrustedPeerAreReplaced() {
      Fields sent = forward(NOBODY, told);
      assertThat(sent.all("X-Forwarded-For")).containsExactly("10.0.0.9");
      assertThat(sent.all("X-Forwarded-Proto")).containsExactly("http");
      assertThat(sent.all("X-Forwarded-Host")).containsExactly("a.example");
      assertThat(sent.contains("X-Forwarded-Port")).isFalse();
      assertThat(sent.contains("Forwarded")).isFalse();
    }

    @Test
    void ofATrustedPeerAreKeptAndContinued() {
      Fields sent = forward(PEERS, told);
      assertThat(sent.all("X-Forwarded-For")).containsExactly("1.2.3.4, 10.0.0.9");
      assertThat(sent.all("X-Forwarded-Proto")).containsExactly("https");
      assertThat(sent.all("X-Forwarded-Host")).containsExactly("b.example");
      assertThat(sent.first("X-Forwarded-Port")).isEqualTo("443");
      assertThat(sent.all("Forwarded"))
          .containsExactly("for=1.2.3.4, for=10.0.0.9;host=\"a.example\";proto=http");
    }

    @Test
    void areMadeIfNoneCame() {
      Fields sent = forward(PEERS, "Host", "a.example:81");
      assertThat(sent.first("X-Forwarded-For")).isEqualTo("10.0.0.9");
      assertThat(sent.first("X-Forwarded-Host")).isEqualTo("a.example:81");
      assertThat(sent.contains("Forwarded")).isFalse();
    }

    @Test
    void withoutAPeerNobodyIsNamed() {
      Fields sent = Forwarding.toOrigin(head("GET"), Request.Peer.NONE, NOBODY, "id-1");
      assertThat(sent.contains("X-Forwarded-For")).isFalse();
      assertThat(sent.first("X-Forwarded-Host")).isEqualTo("a.example");
    }
  }

  /** RFC 9110, Section 7.6.2. */
  @Test
  void maxForwardsCountsDownForOptionsOnly() {
    RequestHead options = head("OPTIONS", "Max-Forwards", "2");
    assertThat(Forwarding.toOrigin(options, PEER, NOBODY, "i").first("Max-Forwards"))
        .isEqualTo("1");
    assertThat(forward(NOBODY, "Max-Forwards", "2").first("Max-Forwards")).isEqualTo("2");
    RequestHead junk = head("OPTIONS", "Max-Forwards", "two");
    assertThat(Forwarding.toOrigin(junk, PEER, NOBODY, "i").first("Max-Forwards")).isEqualTo("two");
  }
}
