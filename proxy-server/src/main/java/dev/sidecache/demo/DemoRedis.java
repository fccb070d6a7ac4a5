package dev.sidecache.demo;

import dev.sidecache.redis.LocalRedis;
import dev.sidecache.redis.RedisBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The demonstration's Redis: a real server in a temporary directory. */
final class DemoRedis implements Tour.RedisControl, AutoCloseable {
  private final Path directory;
  private final LocalRedis server;

  private DemoRedis(Path directory, LocalRedis server) {
    this.directory = directory;
    this.server = server;
  }

  /**
   * Starts it.
   *
   * @throws IOException if no redis-server runs here; the message says what to do
   */
  static DemoRedis start(Map<String, String> environment) throws IOException {
    Path directory = Files.createTempDirectory("sidecache-demo");
    RedisBinary binary =
        RedisBinary.find(environment, directory)
            .orElseThrow(
                () ->
                    new IOException(
                        "no redis-server runs on this machine -> install the package redis-server,"
                            + " or run ./sidecache demo --store memory"));
    return new DemoRedis(directory, LocalRedis.start(binary));
  }

  int port() {
    return server.port();
  }

  String version() {
    return "redis-server " + server.binary().version() + ", " + server.binary().source();
  }

  @Override
  public void kill() {
    server.kill();
  }

  @Override
  public void restart() throws IOException {
    server.start();
  }

  @Override
  public void close() {
    server.close();
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException left) {
      System.err.println("sidecache demo: " + directory + " could not be removed: " + left);
    }
  }
}
