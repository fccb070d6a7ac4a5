package dev.sidecache.admin;

import dev.sidecache.caching.Tag;
import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.TagTemplate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When an operator last purged what a route may have stored: by its name, a tag that its templates
 * can give, a URL of its path, or everything.
 */
public final class LastPurges implements ExchangeObserver {
  private static final String BY_OPERATOR = "api";

  private final Supplier<RuleSet> rules;
  private final InstantSource clock;
  private final Map<String, Instant> routes = new ConcurrentHashMap<>();

  /**
   * No purge yet.
   *
   * @param rules those in force, asked at each purge
   */
  public LastPurges(Supplier<RuleSet> rules, InstantSource clock) {
    this.rules = rules;
    this.clock = clock;
  }

  @Override
  public void invalidated(String source, String name, Collection<Tag> tags) {
    if (!source.equals(BY_OPERATOR)) {
      return;
    }
    for (Route route : rules.get().routes()) {
      if (tags.stream().anyMatch(tag -> mayCarry(route, tag))) {
        routes.put(route.name(), clock.instant());
      }
    }
    routes.keySet().retainAll(rules.get().routes().stream().map(Route::name).toList());
  }

  /** When, or null: not since the start. */
  @Nullable Instant of(String route) {
    return routes.get(route);
  }

  /** Whether a response of the route may carry the tag. */
  static boolean mayCarry(Route route, Tag tag) {
    return switch (tag.kind()) {
      case ALL -> true;
      case ROUTE -> tag.name().equals(route.name());
      case URL -> route.match().path().match(tag.name()) != null;
      case UNDER -> !(route.match().path().reach(tag.name()) instanceof PathPattern.Reach.Nothing);
      case TAG -> route.tags().stream().anyMatch(template -> template.canGive(tag.name()));
      case FAMILY ->
          route.tags().stream().anyMatch(template -> mayBegin(template, tag.name() + ":"));
      case GROUP, ANY_MUTATION -> false;
    };
  }

  private static boolean mayBegin(TagTemplate template, String beginning) {
    String literal = template.pieces().get(0);
    return literal.startsWith(beginning)
        || (template.pieces().size() > 1 && beginning.startsWith(literal));
  }
}
