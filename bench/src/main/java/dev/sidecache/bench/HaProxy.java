package dev.sidecache.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** HAProxy with its small object cache, one thread. */
final class HaProxy implements Peer {

  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public @Nullable String version() {
    return Machine.versionOf("haproxy", "-v");
  }

  @Override
  public boolean can(Case one) {
    return one.setup() != Setup.SHARED;
  }

  @Override
  public Server start(Site site) {
    String text =
        """
        global
          nbthread 1
          maxconn 4096
        defaults
          mode http
          timeout connect 5s
          timeout client 60s
          timeout server 60s
          http-reuse always
        cache c
          total-max-size 256
          max-object-size 2000000
          max-age 3600
        frontend f
          bind 127.0.0.1:%d
          default_backend o
        backend o
          http-request cache-use c if { path_beg /c/ /t/ /d/ }
          http-response cache-store c
          server origin 127.0.0.1:%d pool-max-conn 256
        """
            .formatted(site.port(), site.origin());
    String file = site.write("haproxy.cfg", text).toString();
    return site.run(List.of("haproxy", "-db", "-f", file), List.of());
  }
}
