package dev.sidecache.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Apache Traffic Server, one thread of execution, its memory cache large enough for all. */
final class TrafficServer implements Peer {

  @Override
  public String name() {
    return "trafficserver";
  }

  @Override
  public @Nullable String version() {
    return Machine.versionOf("traffic_server", "--version");
  }

  @Override
  public boolean can(Case one) {
    return one.setup() != Setup.SHARED && one.load().protocol() != Load.Protocol.H2C;
  }

  @Override
  public Server start(Site site) {
    Path directory = site.directory();
    for (String name : List.of("etc", "log", "run", "cache", "state")) {
      try {
        Files.createDirectory(directory.resolve(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    site.write("etc/records.config", RECORDS.formatted(site.port()));
    site.write(
        "etc/remap.config",
        "map http://127.0.0.1:%1$d/ http://127.0.0.1:%2$d/%nmap http://localhost/ http://127.0.0.1:%2$d/%n"
            .formatted(site.port(), site.origin()));
    site.write("etc/storage.config", directory.resolve("cache") + " 512M\n");
    site.write("etc/cache.config", "dest_domain=. prefix=p/ action=never-cache\n");
    site.write(
        "etc/ip_allow.yaml",
        "ip_allow:\n  - { apply: in, ip_addrs: 127.0.0.1, action: allow, methods: ALL }\n");
    String file = site.write("runroot.yaml", LAYOUT.replace("@", directory.toString())).toString();
    return site.run(List.of("traffic_server", "--run-root=" + file), List.of());
  }

  private static final String RECORDS =
      """
      CONFIG proxy.config.admin.user_id STRING #-1
      CONFIG proxy.config.exec_thread.autoconfig INT 0
      CONFIG proxy.config.exec_thread.limit INT 1
      CONFIG proxy.config.exec_thread.affinity INT 0
      CONFIG proxy.config.http.server_ports STRING %d:ip-in=127.0.0.1
      CONFIG proxy.config.http.insert_request_via_str INT 0
      CONFIG proxy.config.cache.ram_cache.size INT 268435456
      CONFIG proxy.config.log.logging_enabled INT 0
      CONFIG proxy.config.reverse_proxy.enabled INT 1
      CONFIG proxy.config.url_remap.remap_required INT 1
      """;

  private static final String LAYOUT =
      """
      prefix: /usr
      exec_prefix: /usr
      bindir: /usr/bin
      sbindir: /usr/sbin
      sysconfdir: @/etc
      datadir: @/cache
      includedir: /usr/include
      libdir: /usr/lib/trafficserver
      libexecdir: /usr/lib/trafficserver/modules
      localstatedir: @/state
      runtimedir: @/run
      logdir: @/log
      cachedir: @/cache
      """;
}
