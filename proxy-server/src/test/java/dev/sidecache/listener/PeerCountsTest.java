package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerCountsTest {
  private static ByteBuffer peer(String address) throws UnknownHostException {
    return PeerCounts.peer(new InetSocketAddress(InetAddress.getByName(address), 1));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,        10.0.0.1,        true",
    "10.0.0.1,        10.0.0.2,        false",
    "2001:db8:1:2::1, 2001:db8:1:2::2, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "::ffff:10.0.0.1, 10.0.0.1,        true",
  })
  void peersAreTheSame(String one, String other, boolean same) throws Exception {
    assertThat(peer(one).equals(peer(other))).isEqualTo(same);
  }

  @Test
  void nothingIsKeptOfPeersThatAreGone() throws Exception {
    PeerCounts counts = new PeerCounts();
    assertThat(counts.admit(peer("10.0.0.1"), 2)).isTrue();
    assertThat(counts.admit(peer("10.0.0.1"), 2)).isTrue();
    assertThat(counts.admit(peer("10.0.0.1"), 2)).isFalse();
    assertThat(counts.admit(peer("10.0.0.2"), 2)).isTrue();
    counts.closed(peer("10.0.0.1"));
    assertThat(counts.admit(peer("10.0.0.1"), 2)).isTrue();
    counts.closed(peer("10.0.0.1"));
    counts.closed(peer("10.0.0.1"));
    counts.closed(peer("10.0.0.2"));
    assertThat(counts.peers()).isZero();
  }
}
