package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.SelfSigned;
import dev.sidecache.testing.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that others have written, through a whole proxy. */
class RealClientsIT {
  private static final String RULES =
      """
      cache: { store: memory }
      routes: [{ name: kept, match: { path: "/kept/**" }, ttl: 1h, scope: shared }]
      """;
  private static final int PATIENCE_SECONDS = 240;
  private static final List<String> SOON = List.of("-XX:TieredStopAtLevel=1");
  private static final String PAGE =
      """
      <!doctype html><title>page</title><body><script>
      const entries = () => performance.getEntriesByType('resource');
      const hop = () => entries().map(e => e.nextHopProtocol);
      Promise.all([1, 2, 3, 4].map(i => fetch('/kept/' + i).then(r => r.text())))
        .then(t => document.body.textContent = 'got ' + t.join() + ' by ' + hop().join());
      </script>
      """;

  @TempDir static Path directory;
  private static ScriptedOrigin origin;
  private static SelfSigned local;
  private static Path certificate;
  private static Container plain;
  private static Container secured;

  @BeforeAll
  static void start() throws Exception {
    origin =
        ScriptedOrigin.answering(
            request ->
                request.target().equals("/page")
                    ? "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                        + (PAGE.length() + "\r\n\r\n" + PAGE)
                    : request.startLine().startsWith("GET")
                        ? ScriptedOrigin.ok("<" + request.target() + ">")
                        : ScriptedOrigin.ok(request.body().length() + " octets"));
    local = SelfSigned.forHost("localhost", directory);
    TlsFiles files = TlsFiles.of(local, directory);
    certificate = files.certificate();
    plain = Container.start(origin.url(), "", RULES, directory, SOON);
    secured = Container.start(origin.url(), files.yaml(), RULES, directory, SOON);
  }

  @AfterAll
  static void stop() throws Exception {
    plain.close();
    secured.close();
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  /** What a program prints; it must end well. */
  private static String run(String program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    Path output = directory.resolve(program + ".out");
    Path errors = directory.resolve(program + ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(ended).as("ended, and said: %s", Files.readString(errors)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
      return Files.readString(output);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String curl(String... arguments) throws Exception {
    Prerequisite.requireProgram("curl", "Debian's package curl");
    List<String> all = new ArrayList<>(List.of("-sS", "-w", " %{http_version} %{http_code}"));
    all.addAll(List.of("--cacert", certificate.toString(), "--max-time", "100"));
    all.addAll(List.of(arguments));
    return run("curl", all.toArray(String[]::new));
  }

  private static String at(Container proxy, String path) {
    return (proxy == secured ? "https://localhost:" : "http://127.0.0.1:") + proxy.port() + path;
  }

  @Test
  void curlSpeaksHttp2ByPriorKnowledge() throws Exception {
    // NB: one request a run: curl 7.88 breaks its own connection on the second, whoever serves.
    for (int i = 0; i < 2; i++) {
      assertThat(curl("--http2-prior-knowledge", at(plain, "/kept/curl")))
          .isEqualTo("</kept/curl> 2 200");
    }
  }

  @Test
  void curlSpeaksHttp2ByAlpn() throws Exception {
    assertThat(curl(at(secured, "/a"))).isEqualTo("</a> 2 200");
    assertThat(curl("--http1.1", at(secured, "/a"))).isEqualTo("</a> 1.1 200");
  }

  /** RFC 9110, Section 7.8: an Upgrade may be ignored; h2c by Upgrade is obsolete. */
  @Test
  void curlThatOffersAnUpgradeIsAnsweredOverHttp1() throws Exception {
    assertThat(curl("--http2", at(plain, "/a"))).isEqualTo("</a> 1.1 200");
  }

  @ParameterizedTest
  @CsvSource({"--http1.1, 1.1", "--http2, 2"})
  void curlUploads(String option, String version) throws Exception {
    Path file = Files.write(directory.resolve("upload"), new byte[3_000_000]);
    assertThat(curl(option, "-T", file.toString(), at(secured, "/a")))
        .isEqualTo("3000000 octets " + version + " 200");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void h2loadFailsNoRequest(boolean tls) throws Exception {
    Prerequisite.requireProgram("h2load", "Debian's package nghttp2-client");
    String url = at(tls ? secured : plain, "/kept/h2load");
    assertThat(run("h2load", "-n", "2000", "-c", "10", "-m", "20", url))
        .contains("2000 succeeded, 0 failed, 0 errored, 0 timeout")
        .contains("status codes: 2000 2xx");
  }

  @Test
  void chromiumLoadsAPage() throws Exception {
    Prerequisite.requireProgram("chromium", "Debian's package chromium");
    byte[] spki = local.certificate().getPublicKey().getEncoded();
    String pin =
        Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(spki));
    String document =
        run(
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-proxy-server",
            "--user-data-dir=" + directory.resolve("chromium"),
            "--ignore-certificate-errors-spki-list=" + pin,
            "--virtual-time-budget=20000",
            "--dump-dom",
            "https://127.0.0.1:" + secured.port() + "/page");
    assertThat(document)
        .contains("got &lt;/kept/1&gt;,&lt;/kept/2&gt;,&lt;/kept/3&gt;,&lt;/kept/4&gt;")
        .contains("by h2,h2,h2,h2");
  }
}
