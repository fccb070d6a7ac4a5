package dev.sidecache.client.cli;

import dev.sidecache.client.AdminApi;
import dev.sidecache.client.AdminApi.Event;
import dev.sidecache.client.AdminApi.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** The options that every verb has: which proxy, with what token, and how it is shown. */
public final class AdminOptions {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Terminal terminal;

  @Option(
      names = "--admin",
      paramLabel = "URL",
      description = "Admin port (SIDECACHE_ADMIN; default http://127.0.0.1:8180)")
  private @Nullable String admin;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The proxy's admin.token (SIDECACHE_ADMIN_TOKEN)")
  private @Nullable String token;

  @Option(names = "--token-file", paramLabel = "FILE", description = "File that holds the token")
  private @Nullable Path tokenFile;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "text, or the admin API's document")
  private Output output = Output.text;

  @Option(names = "--no-color", description = "No colours (NO_COLOR)")
  private boolean noColor;

  /** The options of a verb that this terminal shows. */
  public AdminOptions(Terminal terminal) {
    this.terminal = terminal;
  }

  /** How results are shown; the constants are the words on the command line. */
  enum Output {
    text,
    json
  }

  Terminal terminal() {
    return terminal;
  }

  /** Whether the document is wanted as it is. */
  public boolean isJson() {
    return output == Output.json;
  }

  /** Whether somebody said which proxy, so that no other will do. */
  public boolean isNamed() {
    return admin != null || !environment("SIDECACHE_ADMIN").isEmpty();
  }

  /**
   * Asks the proxy.
   *
   * @throws dev.sidecache.client.SidecacheException if it is away or refuses
   * @throws UsageException if the options name none
   */
  public Reply call(String method, String target, byte @Nullable [] json) {
    return call(method, target, json, PATIENCE);
  }

  /** The same for what may take long. */
  Reply call(String method, String target, byte @Nullable [] json, Duration patience) {
    return api().call(method, target, json, patience);
  }

  /** Asks the proxy and takes any answer. */
  Reply send(String method, String target) {
    return api().send(method, target, null, PATIENCE);
  }

  /** Reads events until one of both ends it. */
  void events(String target, Predicate<Event> handler) {
    api().events(target, PATIENCE, handler);
  }

  /** Shows an answer as it came, or for people. */
  void show(Reply reply, Consumer<PrintWriter> forPeople) {
    PrintWriter out = terminal.out();
    if (output == Output.json) {
      out.println(reply.text());
    } else {
      forPeople.accept(out);
    }
  }

  /** Text in a colour, where colours are wanted. */
  String colored(String color, String text) {
    boolean wanted =
        !noColor
            && terminal.environment().getOrDefault("NO_COLOR", "").isEmpty()
            && terminal.people().present();
    return wanted ? Ansi.ON.string("@|" + color + " " + text + "|@") : text;
  }

  private AdminApi api() {
    String address = admin != null ? admin : environment("SIDECACHE_ADMIN");
    try {
      URI base = URI.create(address.isEmpty() ? "http://127.0.0.1:8180" : address);
      return new AdminApi(base, secret(), Duration.ofSeconds(3));
    } catch (IllegalArgumentException notAnAddress) {
      throw new UsageException(
          "--admin: \"" + address + "\" is no address; write it as http://127.0.0.1:8180");
    }
  }

  private String secret() {
    if (token != null && tokenFile != null) {
      throw new UsageException("--token and --token-file exclude each other; give one");
    }
    if (token != null) {
      return token;
    }
    if (tokenFile == null) {
      return environment("SIDECACHE_ADMIN_TOKEN");
    }
    try {
      return Files.readString(tokenFile, StandardCharsets.UTF_8).trim();
    } catch (IOException unreadable) {
      throw new UsageException(
          "--token-file: " + tokenFile + " cannot be read; check its path and permissions");
    }
  }

  private String environment(String name) {
    return terminal.environment().getOrDefault(name, "").trim();
  }
}
