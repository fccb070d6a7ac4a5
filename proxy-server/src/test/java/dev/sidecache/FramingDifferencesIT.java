package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RecordingOrigin;
import dev.sidecache.testing.RecordingOrigin.Answer;
import dev.sidecache.testing.StrictReader;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link Framings} told to sidecache, to nginx before the same origin, and to Node's server: what
 * each takes for requests and contents. {@code docs/framing.md} has every difference with its
 * reason.
 */
class FramingDifferencesIT {
  /** Behind each framing: where it is seen whether the servers agree on the end. */
  private static final String NEXT =
      "GET /next HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";

  private static final int PATIENCE_MILLIS = 1_500;
  private static final String NODE =
      """
      require('http').createServer((request, response) => {
        let content = '';
        request.setEncoding('latin1');
        request.on('data', piece => content += piece);
        request.on('end', () => response.end(`${request.method} ${request.url} [${content}]`));
      }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
      """;

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private RecordingOrigin origin;
  private RecordingOrigin behindNginx;
  private RunningProxy proxy;

  @BeforeEach
  void start() throws Exception {
    Prerequisite.requireProgram("nginx", "Debian's package nginx-light");
    Prerequisite.requireProgram("node", "Debian's package nodejs");
    origin = RecordingOrigin.start(FramingDifferencesIT::told);
    behindNginx = RecordingOrigin.start(FramingDifferencesIT::told);
    proxy = RunningProxy.start(origin.url(), "routes: []", Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    for (Process process : processes) {
      process.destroy();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    if (proxy != null) {
      proxy.close();
      behindNginx.close();
      origin.close();
    }
  }

  private static Answer told(RawMessage request) {
    String method = request.startLine().substring(0, request.startLine().indexOf(' '));
    String text = method + " " + request.target() + " [" + request.body() + "]";
    return Answer.of("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
  }

  private Process run(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    processes.add(process);
    return process;
  }

  private int nginx() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String text =
        """
        daemon off; worker_processes 1; pid %1$s/pid; error_log stderr crit; user %2$s;
        events { }
        http {
          access_log off; proxy_http_version 1.1; proxy_set_header Connection "";
          client_body_temp_path %1$s/b; proxy_temp_path %1$s/p;
          fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
          server { listen 127.0.0.1:%3$d; location / { proxy_pass %4$s; } }
        }
        """
            .formatted(directory, System.getProperty("user.name"), port, behindNginx.url());
    Path file = Files.writeString(directory.resolve("nginx.conf"), text);
    run(List.of("nginx", "-p", directory.toString(), "-c", file.toString()));
    Awaitility.await("nginx")
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> RawClient.get(port, "/").status() == 200);
    return port;
  }

  private int node() throws IOException {
    BufferedReader output = run(List.of("node", "-e", NODE)).inputReader(StandardCharsets.US_ASCII);
    return Integer.parseInt(output.readLine());
  }

  @Test
  void everyDifferenceIsExplained() throws Exception {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("sidecache", proxy.address().getPort());
    ports.put("nginx", nginx());
    ports.put("Node", node());
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, String> framing : Framings.all().entrySet()) {
      List<String> readings = new ArrayList<>();
      for (int port : ports.values()) {
        readings.add(reading(port, framing.getValue() + NEXT));
      }
      if (readings.stream().distinct().count() > 1) {
        found.add("| " + framing.getKey() + " | " + String.join(" | ", readings) + " |");
      }
    }
    assertThat(origin.unreadable()).isEmpty();
    Map<String, String> explained = explained();
    assertThat(found).containsExactlyElementsOf(explained.keySet());
    assertThat(explained.values()).allSatisfy(why -> assertThat(why).hasSizeGreaterThan(10));
  }

  /** The rows of the table, each without its last cell, and that cell. */
  private static Map<String, String> explained() throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Checkout.root().resolve("docs/framing.md"))) {
      int cells = line.split(" \\| ", -1).length;
      if (cells == 5 && !line.startsWith("| framing") && !line.startsWith("| ---")) {
        int last = line.lastIndexOf(" | ");
        rows.put(line.substring(0, last + 2), line.substring(last + 3, line.length() - 2));
      }
    }
    return rows;
  }

  /** What a server took these octets for: its answers in order, and whether it waits for more. */
  private static String reading(int port, String octets) throws IOException {
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    String end = "";
    try (RawClient client = RawClient.connect(port).patience(PATIENCE_MILLIS)) {
      client.trySend(octets);
      while (true) {
        got.write(client.reader().readExactly(1));
      }
    } catch (SocketTimeoutException waiting) {
      end = "waits";
    } catch (EOFException | SocketException closed) {
      end = "";
    }
    List<String> told = new ArrayList<>();
    for (RawMessage answer : StrictReader.responses(got.toByteArray(), false).messages()) {
      if (answer.status() >= 200) {
        told.add(answer.status() == 200 ? answer.body() : "refused");
      }
    }
    if (!end.isEmpty()) {
      told.add(end);
    }
    return told.isEmpty()
        ? "closed"
        : String.join(", ", told).replace("\r", "CR").replace("\n", "LF");
  }
}
