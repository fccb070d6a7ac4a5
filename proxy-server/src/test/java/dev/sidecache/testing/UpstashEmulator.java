package dev.sidecache.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * Upstash's HTTP API as its documentation tells it, in front of a real server that knows nothing of
 * it; and what else may come over HTTP in its place. Source: upstash/docs,
 * "redis/features/restapi.mdx", commit ef0ce438.
 */
public final class UpstashEmulator implements AutoCloseable {
  public static final String TOKEN = "the-secret-token";
  private static final Set<String> METHODS = Set.of("HEAD", "GET", "POST", "PUT");
  private static final Set<String> UNAVAILABLE = Set.of("HELLO", "CLIENT", "SELECT", "WATCH");

  private final ServerSocket server;
  private final String host;
  private final int redisPort;
  private final ObjectMapper json = new ObjectMapper();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger written = new AtomicInteger();

  /** Every request that was read whole, in order. */
  public final List<Received> received = new CopyOnWriteArrayList<>();

  private volatile Behaviour behaviour = Behaviour.RIGHT;
  private volatile boolean pathForm = true;
  private volatile boolean plainOk = true;

  /** A request. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Received(String method, String target, Map<String, String> fields, byte[] content) {
    public String path() {
      int query = target.indexOf('?');
      return query < 0 ? target : target.substring(0, query);
    }
  }

  /** What to do with a request, in place of answering it. */
  @FunctionalInterface
  public interface Behaviour {
    Behaviour RIGHT = (request, to) -> false;

    /**
     * Answers in place of the emulator.
     *
     * @return whether it did; false: it is to be answered as is right
     */
    boolean answer(Received request, Connection to) throws IOException;

    /** An answer with this status and content to every request. */
    static Behaviour always(int status, String type, String content) {
      return (request, to) -> {
        to.answer(status, type, content);
        return true;
      };
    }

    /** An error text to every request, as for a command that failed. */
    static Behaviour error(String text) {
      return always(400, "application/json", "{\"error\":\"" + text + "\"}");
    }

    /** No answer at all. */
    static Behaviour silence() {
      return (request, to) -> true;
    }
  }

  public UpstashEmulator(int redisPort) {
    this(redisPort, "http://127.0.0.1:", ServerSocketFactory.getDefault());
  }

  private UpstashEmulator(int redisPort, String host, ServerSocketFactory sockets) {
    this.redisPort = redisPort;
    this.host = host;
    try {
      server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  /** Behind TLS, under the name {@code localhost} and with whatever certificate this shows. */
  public static UpstashEmulator behindTls(int redisPort, SSLContext shown) {
    return new UpstashEmulator(redisPort, "https://localhost:", shown.getServerSocketFactory());
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "upstash-emulator");
    thread.setDaemon(true);
    thread.start();
  }

  /** Without the path form: as emulators that others have written. */
  public UpstashEmulator withoutPathForm() {
    pathForm = false;
    return this;
  }

  /** With OK as base64 too. */
  public UpstashEmulator withEncodedOk() {
    plainOk = false;
    return this;
  }

  public String url() {
    return host + server.getLocalPort();
  }

  /** From the next request on. */
  public void behave(Behaviour other) {
    behaviour = other;
  }

  /** How many connections were accepted. */
  public int connections() {
    return connections.get();
  }

  /** Cuts all connections by a reset. */
  public void cutAll() {
    open.forEach(UpstashEmulator::reset);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        open.add(socket);
        start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        Socket redis = new Socket(InetAddress.getLoopbackAddress(), redisPort)) {
      redis.setSoTimeout(10_000);
      serve(new Connection(socket), redis);
    } catch (IOException ended) {
      // The client, a fault or the server has ended it.
    } finally {
      open.remove(socket);
    }
  }

  private void serve(Connection connection, Socket redis) throws IOException {
    for (Received request = connection.read(); request != null; request = connection.read()) {
      received.add(request);
      if (!behaviour.answer(request, connection)) {
        answer(request, connection, redis);
      }
    }
  }

  private void answer(Received request, Connection to, Socket redis) throws IOException {
    boolean known = ("Bearer " + TOKEN).equals(request.fields().get("authorization"));
    if (!known) {
      to.answer(401, "application/json", "{\"error\":\"WRONGPASS invalid or missing auth token\"}");
    } else if (!METHODS.contains(request.method())) {
      to.answer(405, "application/json", "{\"error\":\"ERR method not allowed\"}");
    } else if (request.path().equals("/pipeline")) {
      List<String> replies = new ArrayList<>();
      for (JsonNode command : json.readTree(request.content())) {
        replies.add(result(words(command), request, redis));
      }
      to.answer(200, "application/json", "[" + String.join(",", replies) + "]");
    } else if (request.path().equals("/multi-exec")) {
      String result = transaction(json.readTree(request.content()), request, redis);
      to.answer(result.startsWith("{") ? 400 : 200, "application/json", result);
    } else if (!request.path().equals("/") && !pathForm) {
      to.answer(404, "text/plain", "Endpoint not found");
    } else {
      List<byte[]> words =
          request.path().equals("/") ? words(json.readTree(request.content())) : pathWords(request);
      String result = result(words, request, redis);
      to.answer(result.startsWith("{\"error\"") ? 400 : 200, "application/json", result);
    }
  }

  private static List<byte[]> words(JsonNode array) {
    List<byte[]> words = new ArrayList<>();
    array.forEach(word -> words.add(word.asText().getBytes(StandardCharsets.UTF_8)));
    return words;
  }

  /** The segments, then the content, then the parameters. */
  private static List<byte[]> pathWords(Received request) {
    List<byte[]> words = new ArrayList<>();
    for (String segment : request.path().substring(1).split("/", -1)) {
      words.add(decoded(segment));
    }
    if (request.content().length > 0) {
      words.add(request.content());
    }
    int query = request.target().indexOf('?');
    for (String part :
        query < 0 ? new String[0] : request.target().substring(query + 1).split("&")) {
      for (String word : part.split("=", 2)) {
        words.add(decoded(word));
      }
    }
    return words;
  }

  private static byte[] decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private String result(List<byte[]> words, Received request, Socket redis) throws IOException {
    String name = new String(words.get(0), StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
    if (UNAVAILABLE.contains(name)) {
      return "{\"error\":\"ERR Command is not available: '" + name + "'\"}";
    }
    send(redis, words);
    return result(redis.getInputStream(), request);
  }

  private String result(InputStream in, Received request) throws IOException {
    boolean base64 = "base64".equals(request.fields().get("upstash-encoding"));
    StringBuilder out = new StringBuilder();
    boolean fine = reply(in, base64, plainOk, out);
    return (fine ? "{\"result\":" : "{\"error\":") + out + "}";
  }

  /** All of it or, if a command is refused before any is carried out, nothing but the error. */
  private String transaction(JsonNode commands, Received request, Socket redis) throws IOException {
    String refused = "";
    queue(List.of("MULTI".getBytes(StandardCharsets.US_ASCII)), redis);
    for (JsonNode command : commands) {
      String told = queue(words(command), redis);
      refused = refused.isEmpty() && told.startsWith("-") ? told.substring(1) : refused;
    }
    send(redis, List.of("EXEC".getBytes(StandardCharsets.US_ASCII)));
    InputStream in = redis.getInputStream();
    String outcome = line(in);
    if (!refused.isEmpty()) {
      return "{\"error\":" + json.writeValueAsString(refused) + "}";
    }
    List<String> results = new ArrayList<>();
    for (int left = Integer.parseInt(outcome.substring(1)); left > 0; left--) {
      results.add(result(in, request));
    }
    return "[" + String.join(",", results) + "]";
  }

  /** The line that says whether the command will be carried out. */
  private static String queue(List<byte[]> words, Socket redis) throws IOException {
    send(redis, words);
    return line(redis.getInputStream());
  }

  private static void send(Socket redis, List<byte[]> words) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("*" + words.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (byte[] word : words) {
      out.writeBytes(("$" + word.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(word);
      out.writeBytes(new byte[] {'\r', '\n'});
    }
    redis.getOutputStream().write(out.toByteArray());
  }

  /** Writes a reply as JSON; false if it is an error. */
  private boolean reply(InputStream in, boolean base64, boolean keepOk, StringBuilder out)
      throws IOException {
    String line = line(in);
    String rest = line.substring(1);
    switch (line.charAt(0)) {
      case ':' -> out.append(rest);
      case '+' -> out.append(string(rest.getBytes(StandardCharsets.UTF_8), base64, keepOk));
      case '-' -> {
        out.append(json.writeValueAsString(rest));
        return false;
      }
      case '$' -> {
        int length = Integer.parseInt(rest);
        if (length < 0) {
          out.append("null");
        } else {
          byte[] bytes = in.readNBytes(length);
          in.readNBytes(2);
          out.append(string(bytes, base64, keepOk));
        }
      }
      default -> {
        int length = Integer.parseInt(rest);
        out.append('[');
        for (int i = 0; i < length; i++) {
          out.append(i == 0 ? "" : ",");
          // NB: Upstash's client takes every string within an array for base64.
          reply(in, base64, false, out);
        }
        out.append(']');
      }
    }
    return true;
  }

  private String string(byte[] bytes, boolean base64, boolean keepOk) throws IOException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    boolean plain = !base64 || (keepOk && text.equals("OK"));
    return json.writeValueAsString(plain ? text : Base64.getEncoder().encodeToString(bytes));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("ended");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** A client's connection. */
  public final class Connection {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** The next request; null at the end. */
    private Received read() throws IOException {
      String[] first;
      try {
        first = line(in).split(" ");
      } catch (IOException ended) {
        return null;
      }
      Map<String, String> fields = new TreeMap<>();
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        int colon = line.indexOf(':');
        fields.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
      return new Received(first[0], first[1], fields, in.readNBytes(length));
    }

    /** Answers, with field names in a case of their own. */
    public void answer(int status, String type, String content) throws IOException {
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      String head =
          "HTTP/1.1 "
              + status
              + " X\r\ncontent-TYPE: "
              + type
              + "\r\nUPSTASH-sync-token: "
              + written.incrementAndGet()
              + "\r\n"
              + (status / 100 == 3 ? "Location: https://elsewhere.example/\r\n" : "")
              + "Content-Length: "
              + bytes.length
              + "\r\n\r\n";
      send(head, bytes);
    }

    /** Sends these bytes, whatever they are. */
    public void send(String head, byte[] content) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
      all.writeBytes(content);
      out.write(all.toByteArray());
      out.flush();
    }

    /** Ends the connection with a reset. */
    public void cut() {
      reset(socket);
    }

    /** Ends it as is usual. */
    public void end() throws IOException {
      socket.close();
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException alreadyClosed) {
      // Nothing to do.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      cutAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
