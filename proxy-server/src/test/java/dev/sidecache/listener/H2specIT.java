package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of h2spec, a conformance test for HTTP/2 servers that no package brings, written anew
 * over sockets. Its numbers are those of sections of RFC 7540; RFC 9113 replaces it. Judged more
 * strictly than by h2spec, which takes the end of the connection in place of any error.
 */
class H2specIT {
  /** How many cases each of h2spec's sections has. */
  private static final String CASES =
      """
      generic/1 1  generic/2 5  generic/3.1 3  generic/3.2 3  generic/3.3 5  generic/3.4 1
      generic/3.5 1  generic/3.7 1  generic/3.8 1  generic/3.9 2  generic/3.10 2  generic/4 4
      generic/5 15
      http2/3.5 2  http2/4.1 3  http2/4.2 3  http2/4.3 3  http2/5.1 13  http2/5.1.1 3
      http2/5.1.2 1  http2/5.3.1 2  http2/5.4.1 2  http2/5.5 2  http2/6.1 3  http2/6.2 4
      http2/6.3 2  http2/6.4 3  http2/6.5 3  http2/6.5.2 5  http2/6.5.3 2  http2/6.7 4  http2/6.8 1
      http2/6.9 3  http2/6.9.1 3  http2/6.9.2 3  http2/6.10 6  http2/7 2  http2/8.1 1
      http2/8.1.2 1  http2/8.1.2.1 4  http2/8.1.2.2 2  http2/8.1.2.3 7  http2/8.1.2.6 2
      http2/8.2 1
      hpack/2.3.3 2  hpack/4.2 1  hpack/5.2 3  hpack/6.1 1  hpack/6.3 1
      """;

  private static ScriptedOrigin origin;
  private static ForwardingProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    origin = ScriptedOrigin.answering("hello, world");
    proxy = ForwardingProxy.start(origin);
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  static List<H2specCase> cases() {
    List<H2specCase> all = new ArrayList<>(H2specGeneric.all());
    all.addAll(H2specFrames.all());
    return all;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isHandled(H2specCase one) throws Exception {
    try (RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
      one.play().on(client);
    }
  }

  /** Case http2/3.5/1: the server's preface is the first that it sends. */
  @Test
  void settingsComeFirst() throws Exception {
    try (RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
      RawHttp2Client.Frame first = client.read();
      assertThat(first.type()).isEqualTo(RawHttp2Client.SETTINGS);
      assertThat(first.flags()).isZero();
    }
  }

  /** Case http2/3.5/2: what is no preface is no HTTP/2, and is refused as a bad request. */
  @Test
  void anotherPrefaceEndsTheConnection() throws Exception {
    RawMessage answer = RawClient.exchange(proxy.port(), "INVALID CONNECTION PREFACE\r\n\r\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.field("Connection")).isEqualTo("close");
  }

  @Test
  void noCaseIsLeftOut() {
    Map<String, Integer> wanted = new TreeMap<>();
    String[] words = CASES.strip().split("\\s+", -1);
    for (int i = 0; i < words.length; i += 2) {
      wanted.put(words[i], Integer.valueOf(words[i + 1]));
    }
    Map<String, Integer> written = new TreeMap<>(Map.of("http2/3.5", 2));
    for (H2specCase one : cases()) {
      written.merge(one.id().substring(0, one.id().lastIndexOf('/')), 1, Integer::sum);
    }
    assertThat(written).isEqualTo(wanted);
    assertThat(cases()).extracting(H2specCase::id).doesNotHaveDuplicates();
  }
}
