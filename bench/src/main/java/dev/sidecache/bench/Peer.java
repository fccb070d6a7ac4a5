package dev.sidecache.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cache that is measured: how it is named, configured and started. */
interface Peer {

  String name();

  /** What it calls itself, with its version; null if it is not installed. */
  @Nullable String version();

  /** Whether it can be asked to do this. */
  boolean can(Case one);

  /** Starts it; it answers when this returns. */
  Server start(Site site);

  /** Asks once for all that a case of many keys is to find. */
  default void fill(Case one, Server server) {
    if (one.isFilled()) {
      Http.each(server.port(), one.path(), Integer.parseInt(one.load().arguments().get(0)));
    }
  }

  /** Makes the case's load on the server; by its load generator if a peer has no way of its own. */
  default Load.Seen drive(Case one, String core, Path lua, Server server, double seconds) {
    boolean h2c = one.load().protocol() == Load.Protocol.H2C;
    int port = h2c ? server.h2cPort() : server.port();
    return one.load().run(core, lua, port, one.path(), seconds);
  }

  /**
   * Where and before what a cache is started.
   *
   * @param directory its own, empty
   * @param origin the port of the origin on 127.0.0.1
   * @param redis the port of a Redis of its own, or 0
   * @param port where to listen on 127.0.0.1
   * @param core for the cache
   */
  record Site(Setup setup, Path directory, int origin, int redis, int port, String core) {

    Path write(String name, String text) {
      try {
        return Files.writeString(directory.resolve(name), text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Server run(List<String> command, List<String> environment) {
      return run(command, environment, port);
    }

    /** The same where HTTP/2 has a port of its own. */
    Server run(List<String> command, List<String> environment, int h2cPort) {
      Running running = Running.start(core, command, environment, directory.resolve("output"));
      return new Server(running, port, h2cPort).ready();
    }
  }

  /** A cache that runs. */
  record Server(Running process, int port, int h2cPort) implements AutoCloseable {

    private Server ready() {
      long limit = System.nanoTime() + 60_000_000_000L;
      while (Http.status(port, "/p/1/ready") != 200) {
        if (!process.isAlive() || System.nanoTime() > limit) {
          process.close();
          throw new IllegalStateException("it does not answer:\n" + process.log());
        }
        Running.pause();
      }
      return this;
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
