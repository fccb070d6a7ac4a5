package dev.sidecache.cli;

import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Trace;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.identity.Credentials;
import dev.sidecache.json.JsonKey;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Match;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what the rules make of a request, by the functions of the request path; sends nothing. */
@Command(
    name = "explain",
    description = "Tells what the configuration makes of a request, and why; sends nothing.")
public final class ExplainCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

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

  private final Function<ProxyConfig, Credentials> credentials;

  /**
   * The verb.
   *
   * @param credentials tells who asks under a configuration
   */
  public ExplainCommand(Function<ProxyConfig, Credentials> credentials) {
    this.credentials = credentials;
  }

  @Override
  public Integer call() throws IOException {
    ProxyConfig config = options.load();
    RequestHead head = config == null ? null : head();
    if (config == null || head == null) {
      return ExitCodes.USAGE;
    }
    Instant now = Instant.now();
    Match match = config.rules().match(head);
    Identity identity = credentials.apply(config).identify(head, now);
    KeyParts.BodyKey keyed = Plan.bodyKey(match, head);
    byte[] content = keyed == null ? null : content();
    Plan plan =
        Plan.of(
            match,
            head,
            identity,
            keyed == null || content == null ? null : JsonKey.of(content, keyed));
    System.out.print(Trace.of(config.rules(), plan, null, now).toText());
    return ExitCodes.DONE;
  }

  private @Nullable RequestHead head() {
    int scheme = url.indexOf("://");
    int slash = url.indexOf('/', scheme < 0 ? 0 : scheme + 3);
    String authority =
        scheme < 0 ? "localhost" : url.substring(scheme + 3, slash < 0 ? url.length() : slash);
    RequestTarget target =
        RequestTarget.parse(slash < 0 ? "/" : scheme < 0 ? url : url.substring(slash));
    if (target == null) {
      System.err.println(
          "URL: \""
              + url
              + "\" is no request target and would be answered 400 -> write /path?query");
      return null;
    }
    Fields.Builder fields = Fields.builder().add("Host", authority);
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon <= 0) {
        System.err.println("-H: \"" + header + "\" is no field -> write 'Name: value'");
        return null;
      }
      fields.add(header.substring(0, colon).trim(), header.substring(colon + 1).trim());
    }
    return new RequestHead(
        method.toUpperCase(Locale.ROOT),
        scheme < 0 ? "http" : url.substring(0, scheme),
        authority.toLowerCase(Locale.ROOT),
        target,
        "1.1",
        fields.build());
  }

  private byte @Nullable [] content() throws IOException {
    if (data == null) {
      return null;
    }
    return data.startsWith("@")
        ? Files.readAllBytes(Path.of(data.substring(1)))
        : data.getBytes(StandardCharsets.UTF_8);
  }
}
