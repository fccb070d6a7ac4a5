package dev.sidecache.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidecache.caching.Trace;
import dev.sidecache.client.AdminApi.Reply;
import dev.sidecache.client.SidecacheException;
import dev.sidecache.client.cli.AdminOptions;
import dev.sidecache.client.cli.UsageException;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.exchange.Question;
import dev.sidecache.http.Fields;
import dev.sidecache.identity.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Tells what a running proxy would do with a request, or what a configuration makes of it, by the
 * functions of the request path.
 */
@Command(
    name = "explain",
    description = "Tells what the proxy would do with a request, and why; with -c, without one.")
public final class ExplainCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private AdminOptions proxy;

  @Parameters(index = "0", paramLabel = "METHOD", description = "Such as GET.")
  private String method = "GET";

  @Parameters(index = "1", paramLabel = "URL", description = "A path with query, or a whole URL.")
  private String url = "/";

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'NAME: VALUE'",
      description = "A field of the request; may be repeated.")
  private List<String> headers = List.of();

  @Option(
      names = {"-d", "--data"},
      paramLabel = "TEXT|@FILE",
      description = "The content, for routes that key it.")
  private @Nullable String data;

  @Option(names = "--send", description = "Sends it too, and tells what came of it.")
  private boolean send;

  private final Function<ProxyConfig, Credentials> credentials;

  /**
   * The verb.
   *
   * @param proxy which proxy is asked
   * @param credentials tells who asks under a configuration
   */
  public ExplainCommand(AdminOptions proxy, Function<ProxyConfig, Credentials> credentials) {
    this.proxy = proxy;
    this.credentials = credentials;
  }

  @Override
  public Integer call() throws IOException {
    Fields fields = fields();
    byte[] content = content();
    if (fields == null || (data != null && content == null)) {
      return ExitCodes.USAGE;
    }
    if (!options.isGiven()) {
      return running(fields, content);
    }
    if (send) {
      System.err.println("--send: there is no proxy to send it through -> leave out -c");
      return ExitCodes.USAGE;
    }
    return offline(fields, content);
  }

  /** By the proxy that runs; if none is named and none runs, by the configuration here. */
  private int running(Fields fields, byte @Nullable [] content) throws IOException {
    try {
      Reply reply = proxy.call("POST", "/v1/explain", document(fields, content));
      show(reply.as(Trace.class));
      return ExitCodes.DONE;
    } catch (UsageException wrong) {
      System.err.println(wrong.getMessage());
      return ExitCodes.USAGE;
    } catch (SidecacheException failed) {
      boolean away = failed.kind() == SidecacheException.Kind.UNREACHABLE;
      if (away && !proxy.isNamed() && !send && options.isAnywhere()) {
        System.err.println("no proxy runs at the default admin address; told by the file alone");
        return offline(fields, content);
      }
      String remedy = away ? " -> start it, set --admin, or give a file with -c" : "";
      System.err.println(failed.getMessage() + remedy);
      return away ? ExitCodes.UNREACHABLE : ExitCodes.REFUSED;
    }
  }

  private byte[] document(Fields fields, byte @Nullable [] content) throws JsonProcessingException {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      lines.computeIfAbsent(fields.name(i), name -> new ArrayList<>()).add(fields.value(i));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("method", method);
    document.put("url", url);
    document.put("headers", lines);
    if (content != null) {
      document.put("body", new String(content, StandardCharsets.UTF_8));
    }
    document.put("send", send);
    return MAPPER.writeValueAsBytes(document);
  }

  private int offline(Fields fields, byte @Nullable [] content) throws IOException {
    ProxyConfig config = options.load();
    if (config == null) {
      return ExitCodes.USAGE;
    }
    try {
      Question question = Question.of(method, url, fields, content, "localhost");
      Instant now = Instant.now();
      Credentials told = credentials.apply(config);
      show(Trace.of(config.rules(), question.plan(config.rules(), told, now), null, now));
      return ExitCodes.DONE;
    } catch (Question.Unaskable wrong) {
      System.err.println(wrong.member() + " " + wrong.problem() + " -> " + wrong.hint());
      return ExitCodes.USAGE;
    }
  }

  private void show(Trace trace) throws JsonProcessingException {
    if (proxy.isJson()) {
      System.out.println(MAPPER.writeValueAsString(trace));
    } else {
      System.out.print(trace.toText());
    }
  }

  private @Nullable Fields fields() {
    Fields.Builder fields = Fields.builder();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon <= 0) {
        // NB: not quoted: what lacks the name may be a credential.
        System.err.println("-H: this is no field -> write 'Name: value'");
        return null;
      }
      fields.add(header.substring(0, colon).trim(), header.substring(colon + 1).trim());
    }
    return fields.build();
  }

  private byte @Nullable [] content() {
    String given = data;
    if (given == null) {
      return null;
    }
    if (!given.startsWith("@")) {
      return given.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Files.readAllBytes(Path.of(given.substring(1)));
    } catch (IOException unreadable) {
      System.err.println("-d: " + given.substring(1) + " cannot be read -> check its path");
      return null;
    }
  }
}
