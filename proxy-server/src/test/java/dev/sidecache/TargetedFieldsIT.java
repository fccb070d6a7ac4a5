package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.ScriptedOrigin;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The targeted fields that the operator names: RFC 9213, Section 2.2. */
class TargetedFieldsIT {
  private static final String ROUTES =
      "routes: [{ name: all, match: { path: /** }, ttl: origin, scope: shared }]\n";

  /** The second answer to a GET from an origin whose answers have these lines. */
  private static HttpResponse<String> second(String cache, String... lines) throws Exception {
    String fields = String.join("\r\n", lines);
    String answer = "HTTP/1.1 200 OK\r\n" + fields + "\r\nContent-Length: 1\r\n\r\na";
    try (ScriptedOrigin origin = ScriptedOrigin.answering(request -> answer);
        RunningProxy proxy = RunningProxy.start(origin.url(), cache + ROUTES, Map.of())) {
      proxy.get("/a", null);
      return proxy.get("/a", null);
    }
  }

  @Test
  void firstFieldOfTheListThatIsPresentReplacesCacheControl() throws Exception {
    String list = "cache: { target_list: [Mine-Cache-Control, CDN-Cache-Control] }\n";
    String[] lines = {
      "Cache-Control: no-store",
      "CDN-Cache-Control: no-store",
      "Mine-Cache-Control: max-age=60",
      "Expires: 0"
    };

    HttpResponse<String> mine = second(list, lines);

    assertThat(RunningProxy.cacheStatus(mine)).contains("; hit; ttl=");
    assertThat(mine.headers().firstValue("Mine-Cache-Control")).contains("max-age=60");
    assertThat(RunningProxy.cacheStatus(second("", lines))).contains("detail=no_store");
  }

  @Test
  void emptyListLeavesCacheControlAlone() throws Exception {
    String[] lines = {"Cache-Control: max-age=60", "CDN-Cache-Control: no-store"};

    assertThat(RunningProxy.cacheStatus(second("cache: { target_list: [] }\n", lines)))
        .contains("; hit");
    assertThat(RunningProxy.cacheStatus(second("", lines))).contains("detail=no_store");
  }

  @Test
  void clientsDoNotSeeThemWhereTheyAreStripped() throws Exception {
    String line = "CDN-Cache-Control: max-age=60";

    HttpResponse<String> hit = second("cache: { target_headers: strip }\n", line);

    assertThat(RunningProxy.cacheStatus(hit)).contains("; hit");
    assertThat(hit.headers().firstValue("CDN-Cache-Control")).isEmpty();
    assertThat(second("", line).headers().firstValue("CDN-Cache-Control")).contains("max-age=60");
  }
}
