package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.EpollProvider;
import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the client's settings against the list in redis.md, Section 3. */
class LettuceClientTest {

  private static RedisAddress address(String url) {
    return ((RedisAddress.Configured) RedisAddress.of(Map.of("REDIS_URL", url))).address();
  }

  private static RedisURI uri(RedisAddress address) {
    return LettuceClient.uri(address, address.nodes().get(0));
  }

  @Test
  void commandsFailAtOnceAndAreNeverRepeated() {
    ClientOptions options = LettuceClient.options(address("redis://h"));

    assertThat(options.getDisconnectedBehavior())
        .isEqualTo(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
    assertThat(options.isAutoReconnect()).as("we reconnect by ourselves").isFalse();
    assertThat(options.isSuspendReconnectOnProtocolFailure()).isFalse();
    assertThat(options.getRequestQueueSize()).isEqualTo(4096);
  }

  @Test
  void nothingIsPaidForThatIsNotNeeded() {
    ClientOptions options = LettuceClient.options(address("redis://h"));

    assertThat(options.getTimeoutOptions().isTimeoutCommands()).isFalse();
    assertThat(options.isUseHashIndexedQueue()).isFalse();
  }

  @Test
  void nothingIsSentThatOtherServersDoNotKnow() {
    ClientOptions options = LettuceClient.options(address("redis://h"));
    RedisURI uri = uri(address("redis://h"));

    assertThat(options.getConfiguredProtocolVersion()).isEqualTo(ProtocolVersion.RESP2);
    assertThat(options.getMaintNotificationsConfig().maintNotificationsEnabled()).isFalse();
    assertThat(options.isPingBeforeActivateConnection()).isTrue();
    assertThat(uri.getLibraryName()).isEmpty();
    assertThat(uri.getLibraryVersion()).isEmpty();
    assertThat(uri.getClientName()).isNull();
  }

  @Test
  void deadServersAreNoticed() {
    SocketOptions socket = LettuceClient.options(address("redis://h")).getSocketOptions();

    assertThat(socket.getConnectTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(socket.isTcpNoDelay()).isTrue();
    assertThat(socket.isKeepAlive()).isTrue();
    assertThat(socket.getKeepAlive().getIdle()).isEqualTo(Duration.ofSeconds(15));
    assertThat(socket.getKeepAlive().getInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(socket.getKeepAlive().getCount()).isEqualTo(3);
    assertThat(socket.isEnableTcpUserTimeout())
        .as("with NIO every connect would fail")
        .isEqualTo(EpollProvider.isAvailable());
    assertThat(socket.getTcpUserTimeout().getTcpUserTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(uri(address("redis://h")).getTimeout()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void addressBecomesTheClientsAddress() {
    RedisURI uri = uri(address("redis://u:p%40@h:7/3"));
    RedisCredentials login = uri.getCredentialsProvider().resolveCredentials().block();

    assertThat(uri.getHost()).isEqualTo("h");
    assertThat(uri.getPort()).isEqualTo(7);
    assertThat(uri.getDatabase()).isEqualTo(3);
    assertThat(uri.isSsl()).isFalse();
    assertThat(login.getUsername()).isEqualTo("u");
    assertThat(login.getPassword()).containsExactly('p', '@');
  }

  @Test
  void certificateIsCheckedAsTheAddressSays() {
    assertThat(uri(address("rediss://h")).getVerifyMode()).isEqualTo(SslVerifyMode.FULL);
    assertThat(uri(address("rediss://h?verifyPeer=CA")).getVerifyMode())
        .isEqualTo(SslVerifyMode.CA);
    assertThat(uri(address("rediss://h?verifyPeer=NONE")).getVerifyMode())
        .isEqualTo(SslVerifyMode.NONE);
    assertThat(uri(address("rediss://h")).isSsl()).isTrue();
  }

  @Test
  void loopOfAnotherTransportIsRefused() {
    DefaultEventLoop other = new DefaultEventLoop();
    assertThatThrownBy(() -> LettuceClient.requireUsable(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("event loops of another transport");
    var unused = other.shutdownGracefully();
  }
}
