package dev.sidecache.rule;

import dev.sidecache.http.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes by host and by the segments of their patterns: finds the first in file order that takes a
 * request without asking each. Immutable once built.
 */
final class RouteTree {
  private static final Steps UNCOUNTED = () -> {};

  private final Node anyHost = new Node();
  private final Map<String, Node> byHost = new HashMap<>();

  /** Is told of each step of a search: a part of the tree entered, a route asked. */
  @FunctionalInterface
  interface Steps {
    void step();
  }

  /**
   * @param never what is never stored under these routes
   * @param identity who counts as one caller under them
   */
  RouteTree(List<Route> routes, NeverCache never, String identity) {
    for (int i = 0; i < routes.size(); i++) {
      Route route = routes.get(i);
      add(new Leaf(route, RouteDigest.of(route, never, identity), i));
    }
  }

  /** A route at the end of its pattern. */
  record Leaf(Route route, RouteDigest digest, int order) {}

  private static final class Node {
    private final Map<String, Node> literals = new HashMap<>();
    private @Nullable Node any;
    private final List<Leaf> here = new ArrayList<>(0);
    private final List<Leaf> below = new ArrayList<>(0);

    /** The lowest order in this subtree. */
    private int first = Integer.MAX_VALUE;
  }

  private void add(Leaf leaf) {
    PathPattern path = leaf.route().match().path();
    String host = leaf.route().match().host();
    Node node = host == null ? anyHost : byHost.computeIfAbsent(host, key -> new Node());
    node.first = Math.min(node.first, leaf.order());
    for (PathPattern.Segment segment : path.segments()) {
      node = child(node, segment);
      node.first = Math.min(node.first, leaf.order());
    }
    (path.below() ? node.below : node.here).add(leaf);
  }

  private static Node child(Node node, PathPattern.Segment segment) {
    if (segment instanceof PathPattern.Segment.Literal literal) {
      return node.literals.computeIfAbsent(literal.text(), text -> new Node());
    }
    if (node.any == null) {
      node.any = new Node();
    }
    return node.any;
  }

  /** The first route in file order that takes this request, or null. */
  @Nullable Leaf first(RequestHead head) {
    return first(head, UNCOUNTED);
  }

  /** The same; its cost is the number of steps. */
  @Nullable Leaf first(RequestHead head, Steps steps) {
    Leaf best = best(anyHost, 0, head, null, steps);
    if (byHost.isEmpty()) {
      return best;
    }
    String authority = head.authority();
    best = best(byHost.get(authority), 0, head, best, steps);
    int colon = authority.lastIndexOf(':');
    return colon < 0 ? best : best(byHost.get(authority.substring(0, colon)), 0, head, best, steps);
  }

  private static @Nullable Leaf best(
      @Nullable Node node, int at, RequestHead head, @Nullable Leaf known, Steps steps) {
    if (node == null || (known != null && known.order() < node.first)) {
      return known;
    }
    steps.step();
    String path = head.target().decodedPath();
    Leaf best = earlier(node.below, head, known, steps);
    if (at == path.length()) {
      return earlier(node.here, head, best, steps);
    }
    int end = path.indexOf('/', at + 1);
    end = end < 0 ? path.length() : end;
    if (!node.literals.isEmpty()) {
      best = best(node.literals.get(path.substring(at + 1, end)), end, head, best, steps);
    }
    return end > at + 1 ? best(node.any, end, head, best, steps) : best;
  }

  /** Of these, in file order, the first that takes the request, if it comes before the known. */
  private static @Nullable Leaf earlier(
      List<Leaf> leaves, RequestHead head, @Nullable Leaf known, Steps steps) {
    for (int i = 0; i < leaves.size(); i++) {
      Leaf leaf = leaves.get(i);
      if (known != null && known.order() < leaf.order()) {
        return known;
      }
      steps.step();
      if (leaf.route().match().admits(head)) {
        return leaf;
      }
    }
    return known;
  }
}
