package dev.sidecache.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * nginx that keeps responses in Redis: srcache over a Lua client with pooled connections, as Debian
 * packages them (libnginx-mod-http-srcache-filter, libnginx-mod-http-lua, lua-nginx-redis).
 */
final class NginxRedis implements Peer {
  private static final Path MODULES = Path.of("/usr/lib/nginx/modules");
  private static final Path CLIENT = Path.of("/usr/share/lua/5.1/nginx/redis.lua");

  @Override
  public String name() {
    return "nginx-redis";
  }

  @Override
  public @Nullable String version() {
    boolean complete =
        Files.exists(CLIENT)
            && Files.exists(MODULES.resolve("ngx_http_lua_module.so"))
            && Files.exists(MODULES.resolve("ngx_http_srcache_filter_module.so"));
    String nginx = complete ? Machine.versionOf("nginx", "-v") : null;
    return nginx == null ? null : nginx + ", srcache, lua-nginx-redis";
  }

  @Override
  public boolean can(Case one) {
    return one.setup().redis() && one.load().protocol() != Load.Protocol.H2C;
  }

  @Override
  public Server start(Site site) {
    String text =
        """
        load_module %4$s/ndk_http_module.so;
        load_module %4$s/ngx_http_lua_module.so;
        load_module %4$s/ngx_http_srcache_filter_module.so;
        daemon off;
        user %5$s;
        worker_processes 1;
        pid %1$s/pid;
        error_log stderr crit;
        events { worker_connections 4096; multi_accept on; }
        http {
          access_log off;
          tcp_nodelay on;
          keepalive_requests 1000000000;
          lua_package_path "/usr/share/lua/5.1/?.lua;;";
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/temp;
          fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
          upstream origin { server 127.0.0.1:%2$d; keepalive 256; keepalive_requests 1000000000; }
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          server {
            listen 127.0.0.1:%3$d backlog=4096 reuseport;
            location / { proxy_pass http://origin; }
            location ~ ^/[ctd]/ {
              srcache_methods GET;
              srcache_fetch GET /redis $uri;
              srcache_store PUT /redis $uri;
              proxy_pass http://origin;
            }
            location = /redis {
              internal;
              client_body_buffer_size 2m;
              client_max_body_size 2m;
              content_by_lua_block {
        %6$s      }
            }
          }
        }
        """
            .formatted(
                site.directory(),
                site.origin(),
                site.port(),
                MODULES,
                System.getProperty("user.name"),
                CONTENT.formatted(site.redis()));
    String file = site.write("nginx.conf", text).toString();
    return site.run(List.of("nginx", "-p", site.directory().toString(), "-c", file), List.of());
  }

  private static final String CONTENT =
      """
      local redis = require("nginx.redis"):new()
      redis:set_timeout(1000)
      if not redis:connect("127.0.0.1", %d) then return ngx.exit(502) end
      local key = ngx.var.args
      if ngx.req.get_method() == "PUT" then
        ngx.req.read_body()
        redis:setex(key, 3600, ngx.req.get_body_data())
        redis:set_keepalive(60000, 256)
        return ngx.exit(200)
      end
      local value = redis:get(key)
      redis:set_keepalive(60000, 256)
      if not value or value == ngx.null then return ngx.exit(404) end
      ngx.header["Content-Length"] = #value
      ngx.print(value)
      """;
}
