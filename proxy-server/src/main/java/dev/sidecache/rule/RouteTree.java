package dev.sidecache.rule;

import dev.sidecache.http.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes by the segments of their patterns: finds the first in file order that takes a request
 * without asking each. Immutable once built.
 */
final class RouteTree {
  private final Node root = new Node();

  RouteTree(List<Route> routes) {
    for (int i = 0; i < routes.size(); i++) {
      add(new Leaf(routes.get(i), RouteDigest.of(routes.get(i)), i));
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
    Node node = root;
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
    return best(root, 0, head, null);
  }

  private static @Nullable Leaf best(Node node, int at, RequestHead head, @Nullable Leaf known) {
    if (known != null && known.order() < node.first) {
      return known;
    }
    String path = head.target().decodedPath();
    Leaf best = earlier(node.below, head, known);
    if (at == path.length()) {
      return earlier(node.here, head, best);
    }
    int end = path.indexOf('/', at + 1);
    end = end < 0 ? path.length() : end;
    Node literal = node.literals.isEmpty() ? null : node.literals.get(path.substring(at + 1, end));
    if (literal != null) {
      best = best(literal, end, head, best);
    }
    if (node.any != null && end > at + 1) {
      best = best(node.any, end, head, best);
    }
    return best;
  }

  /** Of these, in file order, the first that takes the request, if it comes before the known. */
  private static @Nullable Leaf earlier(List<Leaf> leaves, RequestHead head, @Nullable Leaf known) {
    for (int i = 0; i < leaves.size(); i++) {
      Leaf leaf = leaves.get(i);
      if (known != null && known.order() < leaf.order()) {
        return known;
      }
      if (leaf.route().match().admits(head)) {
        return leaf;
      }
    }
    return known;
  }
}
