package dev.sidecache;

import dev.sidecache.http.HttpDate;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A whole proxy over real sockets, with a clock that is moved, before an origin whose answers are
 * written octet by octet. Each test takes paths of its own, so that one scene serves a class.
 */
final class Scene implements AutoCloseable {
  /** Routes in scope shared: as the origin says, and for a minute. */
  static final String ROUTES =
      """
      routes:
        - { name: origin, match: { path: "/origin/**" }, ttl: origin, scope: shared }
        - { name: ttl, match: { path: "/ttl/**" }, ttl: 60s, scope: shared }
      """;

  /** Becomes the date on which the origin answers. */
  private static final String NOW = "{now}";

  /** After this the origin closes the connection. */
  static final String CLOSE = "\u0000close";

  private final AtomicInteger paths = new AtomicInteger();
  private final Map<String, Deque<String>> answers = new ConcurrentHashMap<>();
  private final Map<String, List<RawMessage>> asked = new ConcurrentHashMap<>();
  private final ScriptedOrigin origin;
  private final RunningProxy proxy;
  private volatile Instant now = Instant.parse("2026-03-01T09:30:00Z");

  private Scene(String rules) throws IOException, InterruptedException {
    origin = ScriptedOrigin.start(this::play);
    InstantSource clock = () -> now;
    proxy = RunningProxy.start(origin.url(), rules, Map.of(), clock).awaitCache();
  }

  static Scene start(String rules) throws IOException, InterruptedException {
    return new Scene(rules);
  }

  private void play(ScriptedOrigin.Connection connection) throws IOException {
    RawMessage request = connection.readRequest();
    while (request != null) {
      String answer = answer(request);
      boolean closes = answer.endsWith(CLOSE);
      connection.write(closes ? answer.substring(0, answer.length() - CLOSE.length()) : answer);
      if (closes) {
        return;
      }
      request = connection.readRequest();
    }
  }

  private String answer(RawMessage request) {
    String path = request.target().replaceFirst("\\?.*", "");
    asked.computeIfAbsent(path, unused -> new CopyOnWriteArrayList<>()).add(request);
    Deque<String> left = answers.get(path);
    if (left == null) {
      return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    }
    String template = left.size() > 1 ? left.remove() : left.element();
    String answer = template.replace(NOW, date(0));
    boolean bodiless = request.startLine().startsWith("HEAD ") && !answer.endsWith(CLOSE);
    return bodiless ? answer.substring(0, answer.indexOf("\r\n\r\n") + 4) : answer;
  }

  /** A new path under a route; the origin answers it with these in turn, the last one for ever. */
  String path(String route, String... wires) {
    String path = "/" + route + "/" + paths.incrementAndGet();
    answers(path, wires);
    return path;
  }

  void answers(String path, String... wires) {
    answers.put(path, new ArrayDeque<>(List.of(wires)));
  }

  /** A response with this content, the date on which it is sent, and further header lines. */
  static String ok(String text, String... lines) {
    return response("200 OK", text, lines);
  }

  static String response(String status, String text, String... lines) {
    return wire(status, text, with(lines, "Date: " + NOW));
  }

  private static String[] with(String[] lines, String line) {
    String[] all = new String[lines.length + 1];
    all[0] = line;
    System.arraycopy(lines, 0, all, 1, lines.length);
    return all;
  }

  /** A response with exactly these lines and a Content-Length. */
  static String wire(String status, String text, String... lines) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
    for (String line : lines) {
      head.append(line).append("\r\n");
    }
    if (!status.startsWith("304") && !status.startsWith("204")) {
      head.append("Content-Length: ").append(text.length()).append("\r\n");
    }
    return head.append("\r\n").append(text).toString();
  }

  RawMessage get(String path, String... lines) throws IOException {
    return ask("GET", path, "", lines);
  }

  RawMessage ask(String method, String path, String content, String... lines) throws IOException {
    try (RawClient client = client()) {
      client.send(request(method, path, content, lines));
      return method.equals("HEAD") ? client.readResponseToHead() : client.readResponse();
    }
  }

  static String request(String method, String path, String content, String... lines) {
    StringBuilder head =
        new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: a.example\r\n");
    for (String line : lines) {
      head.append(line).append("\r\n");
    }
    if (!content.isEmpty()) {
      head.append("Content-Length: ").append(content.length()).append("\r\n");
    }
    return head.append("\r\n").append(content).toString();
  }

  /** What the admin port answers. */
  HttpResponse<String> admin(String method, String path, String json)
      throws IOException, InterruptedException {
    return proxy.admin(method, path, json);
  }

  RawClient client() throws IOException {
    return RawClient.connect(proxy.address().getPort());
  }

  /** What the origin was asked for under this path. */
  List<RawMessage> asked(String path) {
    return asked.getOrDefault(path, List.of());
  }

  RawMessage lastAsked(String path) {
    List<RawMessage> all = asked(path);
    return all.get(all.size() - 1);
  }

  int connections() {
    return origin.connections();
  }

  void advance(long seconds) {
    now = now.plusSeconds(seconds);
  }

  /** The date so many seconds from now. */
  String date(long secondsLater) {
    return HttpDate.format(now.plusSeconds(secondsLater));
  }

  /** What Cache-Status says. */
  static String status(RawMessage response) {
    return String.join(", ", response.fields("Cache-Status"));
  }

  static boolean isHit(RawMessage response) {
    return status(response).contains("sidecache; hit");
  }

  static boolean isStored(RawMessage response) {
    return status(response).contains("; stored");
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    origin.close();
  }
}
