package dev.sidecache.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a proxy on this machine whether it is ready; what the image's HEALTHCHECK runs. */
@Command(name = "healthcheck", description = "Exits with 0 if the proxy is ready, else with 1.")
public final class HealthcheckCommand implements Callable<Integer> {
  private static final int TIMEOUT_MILLIS = 2_000;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "What to ask; without it /-/readyz on PORT, or on 8080, plain or TLS.")
  private String url = "";

  @Override
  public Integer call() {
    List<String> problems = new ArrayList<>();
    for (String asked : url.isEmpty() ? ownUrls() : List.of(url)) {
      try {
        int status = status(asked);
        if (status == HttpURLConnection.HTTP_OK) {
          return ExitCodes.DONE;
        }
        problems.add(asked + " answers " + status);
        if (status == HttpURLConnection.HTTP_UNAVAILABLE) {
          break;
        }
      } catch (IOException | GeneralSecurityException | IllegalArgumentException failed) {
        problems.add(asked + ": " + failed.getMessage());
      }
    }
    System.err.println("not ready: " + String.join("; ", problems));
    return ExitCodes.START_FAILED;
  }

  /** NB: that the port speaks TLS cannot be told without asking. */
  private static List<String> ownUrls() {
    String port = System.getenv().getOrDefault("PORT", "");
    String path = "://127.0.0.1:" + (port.isEmpty() ? "8080" : port) + "/-/readyz";
    return List.of("http" + path, "https" + path);
  }

  private static int status(String asked) throws IOException, GeneralSecurityException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(asked).toURL().openConnection();
    if (connection instanceof HttpsURLConnection secure && isLoopback(secure.getURL())) {
      believeAnyCertificate(secure);
    }
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    int status = connection.getResponseCode();
    connection.disconnect();
    return status;
  }

  private static boolean isLoopback(URL asked) throws IOException {
    return InetAddress.getByName(asked.getHost()).isLoopbackAddress();
  }

  /** NB: the certificate is for the name that clients use, and nothing is told to the other end. */
  private static void believeAnyCertificate(HttpsURLConnection connection)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new AnyCertificate()}, null);
    connection.setSSLSocketFactory(context.getSocketFactory());
    connection.setHostnameVerifier((host, session) -> true);
  }

  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
