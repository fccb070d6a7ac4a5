package dev.sidecache.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Varnish with its memory storage, one thread pool. */
final class Varnish implements Peer {

  @Override
  public String name() {
    return "varnish";
  }

  @Override
  public @Nullable String version() {
    return Machine.versionOf("varnishd", "-V");
  }

  @Override
  public boolean can(Case one) {
    return one.setup() != Setup.SHARED;
  }

  @Override
  public Server start(Site site) {
    String text =
        """
        vcl 4.1;
        backend default { .host = "127.0.0.1"; .port = "%d"; }
        sub vcl_recv {
          if (req.url !~ "^/[ctd]/") { return (pass); }
        }
        """
            .formatted(site.origin());
    String file = site.write("cache.vcl", text).toString();
    String home = site.directory().resolve("home").toString();
    String listen = "127.0.0.1:" + site.port();
    return site.run(
        List.of(
            "varnishd",
            "-j",
            "none",
            "-F",
            "-n",
            home,
            "-f",
            file,
            "-a",
            listen,
            "-s",
            "malloc,256m",
            "-p",
            "feature=+http2",
            "-p",
            "thread_pools=1"),
        List.of());
  }
}
