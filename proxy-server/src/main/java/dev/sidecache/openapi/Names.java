package dev.sidecache.openapi;

import java.util.HashSet;
import java.util.Set;

/** Names for routes and rules, from paths; each is given once. */
final class Names {
  private static final int LONGEST = 50;

  private final Set<String> given = new HashSet<>();

  String ofRoute(Read read) {
    String ending =
        switch (read.kind()) {
          case LIST -> "-list";
          case DETAIL -> "-detail";
          default -> "";
        };
    return once(words(read.path(), read.path().endsInParameter()) + ending);
  }

  String ofRule(ApiPath path, Set<String> methods) {
    boolean item = path.endsInParameter();
    boolean made = !item && methods.equals(Set.of("POST"));
    boolean action = made && path.size() > path.root() + 1 && !isPlural(path);
    return once(words(path, item) + (action ? "" : made ? "-added" : "-changed"));
  }

  private static boolean isPlural(ApiPath path) {
    ApiPath.Segment last = path.lastLiteral();
    return last != null && !Nouns.singular(last.slug()).equals(last.slug());
  }

  /** The literals, those before a parameter in the singular. */
  private static String words(ApiPath path, boolean item) {
    StringBuilder words = new StringBuilder();
    for (int i = path.root(); i < path.size(); i++) {
      if (!path.get(i).parameter()) {
        String slug = path.get(i).slug();
        words.append(words.length() == 0 ? "" : "-");
        words.append(path.isCollection(i) ? Nouns.singular(slug) : slug);
      }
    }
    String name = words.length() == 0 ? (item ? "item" : "root") : words.toString();
    return name.length() > LONGEST ? name.substring(0, LONGEST) : name;
  }

  private String once(String name) {
    String free = name.equals("none") ? "none-1" : name;
    for (int i = 2; !given.add(free); i++) {
      free = name + "-" + i;
    }
    return free;
  }
}
