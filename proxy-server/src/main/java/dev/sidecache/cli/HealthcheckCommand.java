package dev.sidecache.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a proxy on this machine whether it is ready; what the image's HEALTHCHECK runs. */
@Command(name = "healthcheck", description = "Exits with 0 if the proxy is ready, else with 1.")
public final class HealthcheckCommand implements Callable<Integer> {
  private static final int TIMEOUT_MILLIS = 2_000;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "What to ask; without it /-/readyz on PORT, or on 8080.")
  private String url = "";

  @Override
  public Integer call() {
    String port = System.getenv().getOrDefault("PORT", "");
    String asked =
        url.isEmpty() ? "http://127.0.0.1:" + (port.isEmpty() ? "8080" : port) + "/-/readyz" : url;
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(asked).toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      int status = connection.getResponseCode();
      connection.disconnect();
      if (status == HttpURLConnection.HTTP_OK) {
        return ExitCodes.DONE;
      }
      System.err.println("not ready: " + asked + " answers " + status);
    } catch (IOException | IllegalArgumentException failed) {
      System.err.println("not ready: " + asked + ": " + failed.getMessage());
    }
    return ExitCodes.START_FAILED;
  }
}
