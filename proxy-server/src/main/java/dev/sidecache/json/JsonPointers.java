package dev.sidecache.json;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A set of JSON pointers as the tree of their tokens; this is the node of one place in a document.
 * Source: RFC 6901.
 */
final class JsonPointers {
  /** A pointer that ends at this place or above it. */
  static final JsonPointers HERE = new JsonPointers(true);

  private final Map<String, JsonPointers> children = new HashMap<>();
  private boolean here;

  private JsonPointers(boolean here) {
    this.here = here;
  }

  static JsonPointers of(List<String> pointers) {
    JsonPointers root = new JsonPointers(false);
    for (String pointer : pointers) {
      root.add(pointer);
    }
    return root;
  }

  private void add(String pointer) {
    JsonPointers node = this;
    String[] tokens = pointer.split("/", -1);
    for (int i = 1; i < tokens.length; i++) {
      String token = tokens[i].replace("~1", "/").replace("~0", "~");
      node = node.children.computeIfAbsent(token, key -> new JsonPointers(false));
    }
    node.here = true;
  }

  /** Whether a pointer ends here or above. */
  boolean isHere() {
    return here;
  }

  /** Whether no pointer goes on below. */
  boolean isLeaf() {
    return children.isEmpty();
  }

  /** The node of a member or an element; null: no pointer concerns it. */
  @Nullable JsonPointers child(String token) {
    return here ? HERE : children.get(token);
  }
}
