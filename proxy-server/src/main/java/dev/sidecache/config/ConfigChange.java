package dev.sidecache.config;

import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What becomes of a running configuration when another one is wanted: sockets, the store, the
 * connections to the backend and the export of spans stay as they are until the process starts
 * again.
 *
 * @param next what runs from now on
 * @param changed paths of all that differs from what runs, such as {@code routes[2].ttl}; routes
 *     and rules are the same if their names are
 * @param restartRequired those of them that have no effect before a restart
 */
public record ConfigChange(ProxyConfig next, List<String> changed, List<String> restartRequired) {
  private static final Pattern ITEM = Pattern.compile("^(routes|invalidate)\\[(\\d+)]");

  public ConfigChange {
    changed = List.copyOf(changed);
    restartRequired = List.copyOf(restartRequired);
  }

  /**
   * What it means that a configuration is wanted while another one runs.
   *
   * @param longestEntryBytes the longest content that the running store was opened for
   */
  public static ConfigChange between(
      ProxyConfig running, ProxyConfig wanted, long longestEntryBytes) {
    Set<String> changed = changed(new Items(running.settings()), new Items(wanted.settings()));
    Set<String> waiting = new LinkedHashSet<>();
    for (String path : changed) {
      if (needsRestart(path)) {
        waiting.add(path);
      }
    }
    tooLong(wanted.rules(), longestEntryBytes, waiting);
    List<String> targets = running.cache().targetList();
    RuleSet rules =
        wanted.rules().withPolicies(policy -> policy.within(longestEntryBytes, targets));
    ProxyConfig next =
        new ProxyConfig(
            wanted.mode(),
            running.server(),
            running.admin(),
            running.upstream(),
            running.cache(),
            wanted.ttlPresets(),
            wanted.identity(),
            rules,
            running.warm(),
            wanted.log().withFormat(running.log().format()),
            running.tracing(),
            settings(running, wanted));
    return new ConfigChange(next, List.copyOf(changed), List.copyOf(waiting));
  }

  private static boolean needsRestart(String path) {
    int end = path.indexOf('.');
    return switch (end < 0 ? path.replaceFirst("\\[.*", "") : path.substring(0, end)) {
      case "server", "admin", "upstream", "warm", "tracing" -> true;
      case "cache" -> !path.equals("cache.max_entry_size");
      default -> path.equals("log.format");
    };
  }

  /** Routes whose content the running store cannot take; that of other requests comes last. */
  private static void tooLong(RuleSet rules, long longestEntryBytes, Set<String> waiting) {
    List<Route> routes = rules.allRoutes();
    for (int i = 0; i < routes.size(); i++) {
      if (routes.get(i).policy().maxEntrySizeBytes() > longestEntryBytes) {
        boolean named = i < rules.routes().size();
        waiting.add(named ? "routes[" + i + "].max_entry_size" : "cache.max_entry_size");
      }
    }
  }

  private static Map<String, Setting> settings(ProxyConfig running, ProxyConfig wanted) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    running.settings().forEach((path, setting) -> add(path, setting, true, settings));
    wanted.settings().forEach((path, setting) -> add(path, setting, false, settings));
    return settings;
  }

  private static void add(
      String path, Setting setting, boolean waits, Map<String, Setting> settings) {
    if (needsRestart(path) == waits) {
      settings.put(path, setting);
    }
  }

  /** Effective values by paths in which routes and rules stand by name. */
  private static final class Items {
    private final Map<String, Setting> settings;
    private final Map<String, String> names = new LinkedHashMap<>();

    Items(Map<String, Setting> settings) {
      this.settings = settings;
      settings.forEach(
          (path, setting) -> {
            Matcher item = ITEM.matcher(path);
            if (item.find() && path.equals(item.group() + ".name")) {
              names.put(item.group(), item.group(1) + " " + setting.text());
            }
          });
    }

    /** The name of the route or rule that a path is of; empty if it is of none. */
    private String item(String path) {
      Matcher item = ITEM.matcher(path);
      return item.find() ? names.getOrDefault(item.group(), item.group()) : "";
    }

    private String text(String path) {
      Setting setting = settings.get(path);
      return setting == null ? "" : setting.text();
    }

    private String named(String path) {
      return ITEM.matcher(path).replaceFirst(Matcher.quoteReplacement(item(path)));
    }

    /** NB: a list without items is a value of its own, which says nothing beside its items. */
    private Map<String, String> pathsByName() {
      Map<String, String> paths = new LinkedHashMap<>();
      settings.keySet().forEach(path -> paths.put(named(path), path));
      paths.keySet().removeAll(List.of("routes", "invalidate"));
      return paths;
    }

    /** The names of the items that both have, in the order of this. */
    private List<String> inCommon(Items other) {
      List<String> common = new ArrayList<>(names.values());
      common.retainAll(other.names.values());
      return common;
    }
  }

  private static Set<String> changed(Items before, Items after) {
    Set<String> changed = new LinkedHashSet<>();
    Map<String, String> earlier = before.pathsByName();
    Map<String, String> later = after.pathsByName();
    later.forEach(
        (named, path) -> {
          String item = after.item(path);
          String old = earlier.get(named);
          if (!item.isEmpty() && !before.names.containsValue(item)) {
            changed.add(place(path) + " added: " + name(item));
          } else if (old == null || !before.text(old).equals(after.text(path))) {
            changed.add(path);
          }
        });
    earlier.forEach(
        (named, path) -> {
          String item = before.item(path);
          if (!item.isEmpty() && !after.names.containsValue(item)) {
            changed.add(place(path) + " removed: " + name(item));
          } else if (!later.containsKey(named)) {
            changed.add(path);
          }
        });
    if (!before.inCommon(after).equals(after.inCommon(before))) {
      changed.add("order of rules");
    }
    return changed;
  }

  private static String place(String path) {
    Matcher item = ITEM.matcher(path);
    return item.find() ? item.group() : path;
  }

  private static String name(String item) {
    return item.substring(item.indexOf(' ') + 1);
  }
}
