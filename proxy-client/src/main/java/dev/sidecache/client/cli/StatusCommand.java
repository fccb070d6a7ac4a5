package dev.sidecache.client.cli;

import dev.sidecache.client.AdminApi.Reply;
import dev.sidecache.client.ClientHealth;
import dev.sidecache.client.ClientInfo;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows in a few lines how the proxy is. */
@Command(
    name = "status",
    description = "Shows health, cache, version and configuration in a few lines.",
    sortOptions = false)
final class StatusCommand implements Callable<Integer> {
  @Mixin private final AdminOptions options;

  StatusCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    Reply health = options.send("GET", "/health");
    ClientHealth state = health.as(ClientHealth.class);
    PrintWriter out = options.terminal().out();
    if (options.isJson()) {
      Reply info = options.call("GET", "/v1/info", null);
      out.println("{\"health\":" + health.text() + ",\"info\":" + info.text() + "}");
      return ExitCode.DONE;
    }
    show(state, out);
    out.flush();
    show(options.call("GET", "/v1/info", null).as(ClientInfo.class), out);
    return ExitCode.DONE;
  }

  private void show(ClientHealth health, PrintWriter out) {
    String color = health.isHealthy() ? "green" : "yellow";
    out.println("status   " + options.colored(color, health.status()));
    ClientHealth.Cache cache = health.cache();
    if (cache.enabled()) {
      out.printf(
          Locale.ROOT,
          "cache    %s, hit rate %.1f %%, %s used%n",
          options.colored("green", "enabled"),
          100 * cache.hitRate(),
          cache.memoryUsed());
    } else {
      out.println(
          "cache    "
              + options.colored("yellow", "disabled")
              + " ("
              + cache.reason()
              + "): every request goes to the backend");
    }
  }

  private static void show(ClientInfo info, PrintWriter out) {
    out.println("version  " + info.version() + " (" + info.revision() + "), Java " + info.java());
    out.println(
        "up       " + forPeople(Duration.ofSeconds(info.uptimeS())) + ", since " + info.started());
    out.println(
        "config   " + info.configHash() + ", mode " + info.mode() + ", store " + info.store());
  }

  /** A duration by its two largest units: {@code 3 d 4 h}, {@code 30 min 0 s}. */
  static String forPeople(Duration duration) {
    if (duration.toDays() > 0) {
      return duration.toDays() + " d " + duration.toHoursPart() + " h";
    }
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
  }
}
