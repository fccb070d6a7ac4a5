package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.testing.RedisServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRedisIT {

  @Test
  void serverAnswersAndForgetsAllWhenKilled() {
    try (RedisServerProcess redis = RedisServerProcess.start()) {
      assertThat(redis.command("SET", "k", "v\r\nw")).isEqualTo("OK");
      assertThat(redis.command("GET", "k")).isEqualTo("v\r\nw");

      redis.kill();
      redis.startAgain();

      assertThat(redis.command("GET", "k")).isEqualTo("(nil)");
    }
  }

  @Test
  void pausedServerAnswersOnlyOnceResumed() throws IOException {
    try (LocalRedis redis = LocalRedis.start(RedisServerProcess.binary());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      redis.pause();
      socket.setSoTimeout(100);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);

      redis.resume();

      socket.setSoTimeout(10_000);
      assertThat(socket.getInputStream().read()).isEqualTo('+');
    }
  }

  @Test
  void serverThatEndsItsOutputHasNotStarted(@TempDir Path directory) throws IOException {
    Path program = directory.resolve("redis-server");
    Files.writeString(
        program, "#!/bin/sh\necho 'bind: Address already in use'\nexec >&- 2>&-\nsleep 5\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();

    try (LocalRedis redis =
        LocalRedis.reserved(new RedisBinary(program, "7.0.0", "made up"), List.of())) {
      assertThatThrownBy(redis::start).hasMessageContaining("Address already in use");
    }
  }

  @Test
  void directoryGoesWithTheServer() throws IOException {
    Path directory;
    try (LocalRedis redis = LocalRedis.start(RedisServerProcess.binary())) {
      directory = redis.directory();
      assertThat(directory).isDirectory();
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  void monitorNamesCommandsInOrder() {
    try (RedisServerProcess redis = RedisServerProcess.start();
        RedisServerProcess.RedisMonitor monitor = redis.monitor()) {
      redis.command("SET", "a", "1");
      redis.command("eval", "return redis.call('GET', KEYS[1])", "1", "a");

      assertThat(monitor.commands()).containsExactly("SET", "EVAL");
      assertThat(monitor.commands()).isEmpty();
    }
  }

  @Test
  void namedProgramIsNeverPassedOver(@TempDir Path directory) throws IOException {
    Path missing = directory.resolve("no-such-redis-server");
    Map<String, String> environment =
        Map.of(RedisBinary.VARIABLE, missing.toString(), "PATH", System.getenv("PATH"));

    assertThat(RedisBinary.find(environment, directory)).isEmpty();

    RedisBinary found = RedisServerProcess.binary();
    Files.copy(found.path(), missing, StandardCopyOption.COPY_ATTRIBUTES);
    Optional<RedisBinary> named = RedisBinary.find(environment, directory);

    assertThat(named).isPresent();
    assertThat(named.get().source()).isEqualTo(RedisBinary.VARIABLE);
    assertThat(named.get().version()).isEqualTo(found.version());
  }
}
