package dev.sidecache.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The admin port.
 *
 * @param listen where it binds, or null for no admin port
 * @param token what a client must show, or null
 * @param ui whether the dashboard is served
 * @param trafficPrefix where the admin API is on the traffic port too, or null
 */
public record AdminSection(
    @Nullable ListenAddress listen,
    @Nullable Secret token,
    boolean ui,
    @Nullable String trafficPrefix) {

  private static final Key<ListenAddress> LISTEN =
      Key.of("listen", ListenAddress.SHAPE.orNone(), "address and port, or none")
          .orElse("\"127.0.0.1:8180\"")
          .variable("SIDECACHE_ADMIN_LISTEN");
  private static final Key<Secret> TOKEN =
      Key.of("token", Scalars.SECRET, "what clients must show; 16 characters or more")
          .orElse("\"\"")
          .variable("SIDECACHE_ADMIN_TOKEN");
  private static final Key<Boolean> UI =
      Key.of("ui", Scalars.BOOLEAN, "whether the dashboard is served under /ui/").orElse("true");
  private static final Key<String> TRAFFIC_PREFIX =
      Key.of(
              "traffic_prefix",
              RuleScalars.PREFIX.orNone(),
              "where the traffic port serves the admin API too, or none; needs a token")
          .orElse("none");

  static final Section<AdminSection> SHAPE =
      new Section<>(List.of(LISTEN, TOKEN, UI, TRAFFIC_PREFIX), AdminSection::from);

  private static AdminSection from(Values values) {
    Secret token = values.get(TOKEN);
    return new AdminSection(
        values.find(LISTEN),
        token.text().isEmpty() ? null : token,
        values.get(UI),
        values.find(TRAFFIC_PREFIX));
  }
}
