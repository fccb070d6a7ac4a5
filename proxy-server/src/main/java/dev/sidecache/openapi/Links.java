package dev.sidecache.openapi;

import dev.sidecache.openapi.ApiPath.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which write changes which answer, told by tags: a read carries the names of what its path is
 * about, a write empties those of its own path, of all above it and of figures. In doubt a write
 * empties more: what is fetched once more costs little, what stays is wrong.
 */
final class Links {
  private static final String FIGURES = "statistics";
  private static final String CALLER = ":{identity}";
  private static final String FAMILY = ":*";

  /** The reads that carry a tag, by the tag without the names of parameters. */
  private final Map<String, List<ApiPath>> carriers = new HashMap<>();

  /** Names of what is each caller's own, with the resources that have it. */
  private final Map<String, Set<String>> owned = new LinkedHashMap<>();

  Links(List<Read> cached) {
    for (Read read : cached) {
      for (String tag : ofRead(read)) {
        carriers.computeIfAbsent(form(tag), key -> new ArrayList<>()).add(read.path());
        if (tag.endsWith(CALLER)) {
          owned
              .computeIfAbsent(
                  tag.substring(0, tag.length() - CALLER.length()), key -> new HashSet<>())
              .add(read.path().resource());
        }
      }
    }
  }

  /** The tags that the answers to a read carry. */
  static List<String> ofRead(Read read) {
    Set<String> tags = new LinkedHashSet<>();
    ApiPath path = read.path();
    int own = ownIndex(path);
    if (own >= 0) {
      tags.add(path.get(own).slug() + CALLER);
    }
    for (int i = own + 1 + (own < 0 ? path.root() : 0); i < path.size(); i++) {
      addCarried(path, i, tags);
    }
    if (read.kind() == Kind.STATISTICS) {
      tags.add(FIGURES);
    }
    if (tags.isEmpty() && read.kind() != Kind.HEALTH) {
      tags.add(path.resourceName());
    }
    return read.kind() == Kind.HEALTH ? List.of() : List.copyOf(tags);
  }

  private static void addCarried(ApiPath path, int index, Set<String> tags) {
    Segment segment = path.get(index);
    if (segment.parameter()) {
      String of = collectionOf(path, index);
      if (!of.isEmpty() && !segment.text().isEmpty()) {
        tags.add(Nouns.singular(of) + ":{" + segment.text() + "}");
      } else if (!of.isEmpty()) {
        tags.add(of);
      }
    } else if (!path.isCollection(index)) {
      tags.add(segment.slug());
    }
  }

  /** The name of the literal before the parameters that end at this index. */
  private static String collectionOf(ApiPath path, int index) {
    for (int i = index; i >= path.root(); i--) {
      if (!path.get(i).parameter()) {
        return path.get(i).slug();
      }
    }
    return "";
  }

  private static int ownIndex(ApiPath path) {
    for (int i = path.root(); i < path.size(); i++) {
      if (Read.isOwn(path, i)) {
        return i;
      }
    }
    return -1;
  }

  /** The tags that a write empties; only such as a read carries. */
  List<String> ofWrite(ApiOperation write) {
    ApiPath path = write.path();
    Set<String> tags = new LinkedHashSet<>();
    if (path.root() == path.size()) {
      tags.add(path.resourceName());
    }
    boolean own = ownIndex(path) >= 0;
    if (own) {
      owned.keySet().forEach(name -> tags.add(name + CALLER));
    }
    for (int i = path.root(); i < path.size(); i++) {
      addChanged(write, i, tags);
    }
    boolean people = path.segments().stream().anyMatch(Words.PEOPLE::in);
    owned.forEach(
        (name, resources) -> {
          if (!own && (people || resources.contains(path.resource()))) {
            tags.add(name + FAMILY);
          }
        });
    addFromElsewhere(path, tags);
    boolean signIn = path.root() < path.size() && Words.CREDENTIAL.in(path.get(path.root()));
    if (!signIn) {
      tags.add(FIGURES);
    }
    tags.removeIf(tag -> !isCarried(tag) || isCoveredByItem(path, tag));
    return List.copyOf(tags);
  }

  private static void addChanged(ApiOperation write, int index, Set<String> tags) {
    ApiPath path = write.path();
    Segment segment = path.get(index);
    if (segment.parameter()) {
      addCarried(path, index, tags);
      return;
    }
    if (Read.isOwn(path, index)) {
      return;
    }
    String name = segment.slug();
    tags.add(name);
    boolean last = index == path.size() - 1;
    boolean created = last && write.method().equals("POST");
    boolean many = !path.isCollection(index) && !created;
    if (many || (path.isCollection(index) && path.get(index + 1).text().isEmpty())) {
      tags.add(Nouns.singular(name) + FAMILY);
    }
  }

  /** Another service or another person calls: what it changes is told by the names alone. */
  private void addFromElsewhere(ApiPath path, Set<String> tags) {
    boolean paid =
        path.segments().stream().anyMatch(s -> Words.PAYMENT.in(s) || Words.WEBHOOK.in(s));
    boolean joining = path.segments().stream().anyMatch(Words.JOINING::in);
    for (Map.Entry<String, List<ApiPath>> carried : carriers.entrySet()) {
      int colon = carried.getKey().indexOf(':');
      String name = colon < 0 ? carried.getKey() : carried.getKey().substring(0, colon);
      Segment word = new Segment(name, false);
      boolean meant = (paid && Words.PAID_FOR.in(word)) || (joining && Words.PEOPLE.in(word));
      if (meant) {
        tags.add(colon < 0 ? name : name + FAMILY);
      }
    }
  }

  private boolean isCarried(String tag) {
    if (!tag.endsWith(FAMILY)) {
      return carriers.containsKey(form(tag));
    }
    String beginning = tag.substring(0, tag.length() - 1);
    return carriers.keySet().stream().anyMatch(each -> each.startsWith(beginning));
  }

  /** Whether all that a tag would empty lies under the item that the write names anyway. */
  private boolean isCoveredByItem(ApiPath path, String tag) {
    int item = path.root();
    while (item < path.size() && !path.get(item).parameter()) {
      item++;
    }
    if (item == path.size() || tag.contains("{") || path.get(item).text().isEmpty()) {
      return false;
    }
    String under = path.formUpTo(item + 1);
    String beginning = tag.endsWith(FAMILY) ? tag.substring(0, tag.length() - 1) : null;
    for (Map.Entry<String, List<ApiPath>> carried : carriers.entrySet()) {
      boolean meant =
          beginning == null ? carried.getKey().equals(tag) : carried.getKey().startsWith(beginning);
      if (meant && !carried.getValue().stream().allMatch(each -> isUnder(each, under))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUnder(ApiPath path, String form) {
    String own = path.formUpTo(path.size());
    return own.equals(form) || own.startsWith(form + "/");
  }

  private static String form(String tag) {
    int brace = tag.indexOf('{');
    return brace < 0 || tag.endsWith(CALLER) ? tag : tag.substring(0, brace) + "{}";
  }
}
