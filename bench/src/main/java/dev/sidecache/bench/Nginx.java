package dev.sidecache.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** nginx with proxy_cache, one worker. */
final class Nginx implements Peer {

  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public @Nullable String version() {
    return Machine.versionOf("nginx", "-v");
  }

  @Override
  public boolean can(Case one) {
    return one.setup() != Setup.SHARED;
  }

  @Override
  public Server start(Site site) {
    int h2cPort = Http.freePort();
    String text =
        """
        daemon off;
        user %4$s;
        worker_processes 1;
        pid %1$s/pid;
        error_log stderr crit;
        events { worker_connections 4096; multi_accept on; }
        http {
          access_log off;
          sendfile on; tcp_nopush on; tcp_nodelay on;
          keepalive_requests 1000000000;
          open_file_cache max=100000 inactive=10m;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/temp;
          fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
          proxy_cache_path %1$s/cache levels=1:2 keys_zone=c:64m max_size=4g inactive=1h use_temp_path=off;
          upstream origin { server 127.0.0.1:%2$d; keepalive 256; keepalive_requests 1000000000; }
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          server {
            listen 127.0.0.1:%3$d backlog=4096 reuseport;
            listen 127.0.0.1:%5$d http2 backlog=4096 reuseport;
            location / { proxy_pass http://origin; }
            location ~ ^/[ctd]/ { proxy_pass http://origin; proxy_cache c; proxy_cache_lock on; }
          }
        }
        """
            .formatted(
                site.directory(),
                site.origin(),
                site.port(),
                System.getProperty("user.name"),
                h2cPort);
    String file = site.write("nginx.conf", text).toString();
    List<String> command = List.of("nginx", "-p", site.directory().toString(), "-c", file);
    return site.run(command, List.of(), h2cPort);
  }
}
