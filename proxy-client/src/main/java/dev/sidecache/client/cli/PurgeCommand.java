package dev.sidecache.client.cli;

import dev.sidecache.client.AdminApi.Reply;
import dev.sidecache.client.Purge;
import dev.sidecache.client.PurgeResult;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Purges: exactly one kind. */
@Command(
    name = "purge",
    description = "Makes stored responses invalid in all instances: exactly one kind of item.",
    sortOptions = false)
final class PurgeCommand implements Callable<Integer> {
  /** A far Redis with a million entries takes a while. */
  private static final Duration COUNTING = Duration.ofMinutes(10);

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Path of a URL: all its queries, variants and identities")
  private List<String> urls = List.of();

  @Option(
      names = "--prefix",
      paramLabel = "PATH",
      description = "/x is the path and all below, /x/ only what is below")
  private List<String> prefixes = List.of();

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      description = "Tag; student:* is each that begins with student:")
  private List<String> tags = List.of();

  @Option(names = "--route", paramLabel = "NAME", description = "Everything of a route")
  private List<String> routes = List.of();

  @Option(names = "--all", description = "Everything of the namespace; asks, or needs --yes")
  private boolean all;

  @Option(names = "--dry-run", description = "Only say what would be purged")
  private boolean dryRun;

  @Option(names = "--count", description = "Count in Redis too: reads the whole namespace")
  private boolean count;

  @Option(names = "--yes", description = "Do not ask before --all")
  private boolean yes;

  @Option(names = "--fail-if-empty", description = "Exit code 5 if nothing was stored under any")
  private boolean failIfEmpty;

  @Mixin private final AdminOptions options;

  PurgeCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    Purge purge = purge();
    if (all && !dryRun && !yes && !isConfirmed()) {
      options.terminal().err().println("nothing was purged");
      return ExitCode.USAGE;
    }
    if (count && options.terminal().people().present()) {
      options.terminal().err().println("counting: every entry in Redis is looked at");
    }
    Duration patience = count ? COUNTING : AdminOptions.PATIENCE;
    Reply reply = options.call("POST", "/v1/purge", purge.toJson(), patience);
    PurgeResult result = PurgeResult.of(reply);
    options.show(reply, out -> show(result, out));
    return failIfEmpty && result.isEmpty() ? ExitCode.EMPTY : ExitCode.DONE;
  }

  private Purge purge() {
    int kinds = 0;
    for (boolean given :
        new boolean[] {
          !urls.isEmpty(), !prefixes.isEmpty(), !tags.isEmpty(), !routes.isEmpty(), all
        }) {
      kinds += given ? 1 : 0;
    }
    if (kinds != 1) {
      String happened = kinds == 0 ? "nothing to purge is given" : "more than one kind is given";
      throw new UsageException(
          happened + "; give exactly one of --url, --prefix, --tag, --route, --all");
    }
    Purge purge = all ? Purge.all() : items();
    Purge counted = count ? purge.count() : purge;
    return dryRun ? counted.dryRun() : counted;
  }

  private Purge items() {
    try {
      if (!urls.isEmpty()) {
        return Purge.urls(urls.toArray(new String[0]));
      }
      if (!prefixes.isEmpty()) {
        return Purge.prefixes(prefixes.toArray(new String[0]));
      }
      return tags.isEmpty()
          ? Purge.routes(routes.toArray(new String[0]))
          : Purge.tags(tags.toArray(new String[0]));
    } catch (IllegalArgumentException blank) {
      throw new UsageException(blank.getMessage() + "; leave it out");
    }
  }

  private boolean isConfirmed() {
    Terminal.People people = options.terminal().people();
    if (!people.present()) {
      throw new UsageException("--all asks before it purges, and nobody is here; add --yes");
    }
    String answer = people.ask("Purge everything that this namespace has stored? [y/N]");
    return answer.equals("y") || answer.equals("yes");
  }

  private void show(PurgeResult result, PrintWriter out) {
    String verb = result.dryRun() ? "would purge" : "purged";
    if (result.items().isEmpty()) {
      out.println(verb + "  everything");
    }
    for (PurgeResult.Item item : result.items()) {
      String unknown = item.known() ? "" : options.colored("yellow", "  (nothing known under it)");
      String covered =
          item.covered().isEmpty() ? "" : "  (as " + String.join(", ", item.covered()) + ")";
      out.println(verb + "  " + item.kind() + " " + item.name() + covered + unknown);
    }
    Long redis = result.removed().redis();
    String inRedis = redis == null ? "" : String.format(Locale.ROOT, ", %,d in Redis", redis);
    out.printf(
        Locale.ROOT,
        "%s  %,d in memory%s%n",
        result.dryRun() ? "stored" : "removed",
        result.removed().l1(),
        inRedis);
    if (result.hint() != null) {
      out.println("hint  " + result.hint());
    }
    if (result.pending()) {
      out.println(
          options.colored("yellow", "pending")
              + "  Redis is away; it is delivered before the cache answers again");
    }
  }
}
