package dev.sidecache.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An origin that does on each connection what its script says, over plain sockets on loopback. One
 * thread a connection; a script ends its connection when it returns. A script that fails for any
 * other reason than a broken connection is told by {@link #failures}.
 */
public final class ScriptedOrigin implements AutoCloseable {
  private final ServerSocket socket;
  private final @Nullable SSLContext tls;
  private final Script script;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<RawMessage> requests = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final CountDownLatch listened = new CountDownLatch(1);

  /** What to do on one connection. */
  public interface Script {
    void play(Connection connection) throws Exception;
  }

  /** What to answer to one request. */
  public interface Answer {
    /** The response in wire form. */
    String to(RawMessage request) throws Exception;
  }

  private ScriptedOrigin(ServerSocket socket, @Nullable SSLContext tls, Script script) {
    this.socket = socket;
    this.tls = tls;
    this.script = script;
  }

  public static ScriptedOrigin start(Script script) throws IOException {
    return start(InetAddress.getLoopbackAddress(), script);
  }

  public static ScriptedOrigin start(InetAddress address, Script script) throws IOException {
    ScriptedOrigin origin = new ScriptedOrigin(new ServerSocket(0, 1024, address), null, script);
    origin.thread("accept", origin::accept);
    return origin;
  }

  /** An origin that speaks TLS with this context. */
  public static ScriptedOrigin startTls(SSLContext tls, Script script) throws IOException {
    ServerSocket socket = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    ScriptedOrigin origin = new ScriptedOrigin(socket, tls, script);
    origin.thread("accept", origin::accept);
    return origin;
  }

  /** What to do on a connection after each head; the content of the request is not read. */
  public interface Reply {
    void to(RawMessage head, Connection connection) throws Exception;
  }

  /** An origin that replies to each head on every connection, and keeps connections open. */
  public static ScriptedOrigin replying(Reply reply) throws IOException {
    return start(
        connection -> {
          RawMessage head = connection.reader().readHead();
          while (head != null) {
            reply.to(head, connection);
            head = connection.reader().readHead();
          }
        });
  }

  /** An origin that answers every request on every connection, and keeps connections open. */
  public static ScriptedOrigin answering(Answer answer) throws IOException {
    return start(
        connection -> {
          RawMessage request = connection.readRequest();
          while (request != null) {
            connection.write(answer.to(request));
            request = connection.readRequest();
          }
        });
  }

  /** An origin that answers every request with 200 and this text. */
  public static ScriptedOrigin answering(String text) throws IOException {
    return answering(request -> ok(text));
  }

  /** A response with this content. */
  public static String ok(String text) {
    int length = text.getBytes(StandardCharsets.ISO_8859_1).length;
    return "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + text;
  }

  public int port() {
    return socket.getLocalPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** The number of connections accepted so far. */
  public int connections() {
    return connections.get();
  }

  /** The requests read whole so far, in the order of their ends. */
  public List<RawMessage> requests() {
    return requests;
  }

  /** What went wrong in scripts. */
  public List<Throwable> failures() {
    return failures;
  }

  private void accept() {
    try {
      while (!socket.isClosed()) {
        Socket accepted = socket.accept();
        connections.incrementAndGet();
        open.add(accepted);
        thread("connection", () -> play(accepted));
      }
    } catch (IOException closed) {
      // Nobody is listened for any more.
    } finally {
      listened.countDown();
    }
  }

  private void play(Socket accepted) {
    try (accepted) {
      accepted.setTcpNoDelay(true);
      script.play(new Connection(accepted, secured(accepted)));
    } catch (IOException broken) {
      // The other side left: what the proxy did then is for the test to judge.
    } catch (Throwable failure) {
      failures.add(failure);
    } finally {
      open.remove(accepted);
    }
  }

  private Socket secured(Socket accepted) throws IOException {
    if (tls == null) {
      return accepted;
    }
    SSLSocket secured =
        (SSLSocket)
            tls.getSocketFactory().createSocket(accepted, InputStream.nullInputStream(), true);
    secured.setUseClientMode(false);
    return secured;
  }

  private void thread(String name, Runnable task) {
    Thread thread = new Thread(task, "origin-" + port() + "-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Stops listening; open connections go on. NB: a thread that waits in {@code accept} may take a
   * connection after its socket was closed, until it is told of it.
   */
  public void stopListening() throws IOException {
    socket.close();
    try {
      listened.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    stopListening();
    for (Socket left : open) {
      left.close();
    }
  }

  /** One connection, as its script sees it. */
  public final class Connection {
    private final Socket accepted;
    private final Socket spoken;
    private final InputStream in;
    private final RawReader reader;
    private final OutputStream out;

    private Connection(Socket accepted, Socket spoken) throws IOException {
      this.accepted = accepted;
      this.spoken = spoken;
      this.in = new BufferedInputStream(spoken.getInputStream());
      this.reader = new RawReader(in);
      this.out = spoken.getOutputStream();
    }

    /** The next request; null if the other side has closed. */
    public @Nullable RawMessage readRequest() throws IOException {
      RawMessage request = reader.readRequest();
      if (request != null) {
        requests.add(request);
      }
      return request;
    }

    public RawReader reader() {
      return reader;
    }

    /** Reads what has come, at least one octet; their number, or -1 at the end. */
    public int read(byte[] octets) throws IOException {
      return in.read(octets);
    }

    /** Writes text, one octet per character. */
    public void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void write(byte[] octets) throws IOException {
      out.write(octets);
      out.flush();
    }

    /** Whether nothing comes for this long, not even the end; what comes can still be read. */
    public boolean isSilentFor(int millis) throws IOException {
      int before = spoken.getSoTimeout();
      spoken.setSoTimeout(millis);
      in.mark(1);
      try {
        in.read();
        in.reset();
        return false;
      } catch (SocketTimeoutException silence) {
        return true;
      } finally {
        spoken.setSoTimeout(before);
      }
    }

    /** Waits until the other side closes. */
    public void awaitEnd() throws IOException {
      while (spoken.getInputStream().read() >= 0) {
        // Nobody reads what still comes.
      }
    }

    /** Ends TLS, if it is spoken, as it should be ended. */
    public void endRegularly() throws IOException {
      spoken.close();
    }

    /** Ends without a regular end. */
    public void reset() throws IOException {
      accepted.setSoLinger(true, 0);
      accepted.close();
    }
  }
}
