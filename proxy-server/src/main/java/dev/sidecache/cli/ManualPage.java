package dev.sidecache.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A manual page of section 1 in man(7) macros: every verb with what it takes. */
final class ManualPage {
  private static final Map<String, String> ENDS =
      Map.of(
          "0", "done, also a clean drain and a purge that matched nothing",
          "1", "start failed, such as a port taken; healthcheck: not ready",
          "2", "usage or configuration; nothing was started or written",
          "3", "the proxy cannot be reached",
          "4", "a check of doctor failed",
          "5", "--fail-if-empty, and nothing matched",
          "6", "the proxy refused; its problem is printed",
          "130, 143", "interrupted, or told twice to stop");

  private final StringBuilder page = new StringBuilder();
  private final String version;

  ManualPage(String version) {
    this.version = version;
  }

  String of(CommandLine all) {
    page.append(".TH SIDECACHE 1 \"\" \"").append(escaped(version)).append("\"\n");
    section("NAME");
    page.append("sidecache \\- a caching sidecar proxy for HTTP APIs\n");
    section("SYNOPSIS");
    page.append(".B sidecache\n.I VERB\n[options]\n");
    section("VERBS");
    for (CommandLine verb : all.getSubcommands().values()) {
      if (!verb.getCommandSpec().usageMessage().hidden()) {
        verb(verb.getCommandSpec());
      }
    }
    section("EXIT STATUS");
    ENDS.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(end -> item(end.getKey(), end.getValue()));
    section("FILES");
    item(
        "sidecache.yaml, /etc/sidecache/config.yaml", "the configuration, the first that is there");
    section("ENVIRONMENT");
    item("SIDECACHE_CONFIG, SIDECACHE_CONFIG_YAML", "the configuration's path, or its text");
    item("UPSTREAM_URL, PORT", "the backend; the traffic port");
    item("REDIS_URL", "the Redis; also REDIS_HOST and others, or the UPSTASH_REDIS_REST_ pair");
    item("SIDECACHE_ADMIN, SIDECACHE_ADMIN_TOKEN", "the admin port that is asked, and its token");
    return page.toString();
  }

  private void section(String name) {
    page.append(".SH ").append(name).append('\n');
  }

  private void verb(CommandSpec verb) {
    page.append(".SS ").append(escaped(synopsis(verb))).append('\n');
    page.append(escaped(text(verb.usageMessage().description()))).append('\n');
    for (PositionalParamSpec parameter : verb.positionalParameters()) {
      argument(parameter.paramLabel(), parameter);
    }
    for (OptionSpec option : verb.options()) {
      String names = String.join(", ", option.names());
      boolean valued = option.arity().max() > 0;
      argument(valued ? names + " " + option.paramLabel() : names, option);
    }
    for (CommandLine below : verb.subcommands().values()) {
      verb(below.getCommandSpec());
    }
  }

  private static String synopsis(CommandSpec verb) {
    StringBuilder synopsis = new StringBuilder(verb.qualifiedName());
    for (PositionalParamSpec parameter : verb.positionalParameters()) {
      boolean needed = parameter.arity().min() > 0;
      synopsis.append(needed ? " " : " [").append(parameter.paramLabel()).append(needed ? "" : "]");
    }
    return synopsis.append(verb.options().isEmpty() ? "" : " [options]").toString();
  }

  private void argument(String term, ArgSpec argument) {
    if (!argument.hidden()) {
      item(term, text(argument.description()));
    }
  }

  private void item(String term, String text) {
    page.append(".TP\n.B ").append(escaped(term)).append('\n');
    page.append(escaped(text)).append('\n');
  }

  private static String text(String[] lines) {
    return String.join(" ", Arrays.stream(lines).map(line -> line.replace("%n", " ")).toList());
  }

  /** NB: a line that begins with a dot or a quote would be a request. */
  private static String escaped(String text) {
    StringBuilder safe = new StringBuilder();
    text.replace("\u2026", "...")
        .chars()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> safe.append("\\e");
                case '-' -> safe.append("\\-");
                default ->
                    safe.append(
                        c < 0x80
                            ? Character.toString(c)
                            : String.format(Locale.ROOT, "\\[u%04X]", c));
              }
            });
    boolean request = text.startsWith(".") || text.startsWith("'");
    return request ? "\\&" + safe : safe.toString();
  }
}
