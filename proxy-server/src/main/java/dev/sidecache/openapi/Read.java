package dev.sidecache.openapi;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A GET and what is guessed of it.
 *
 * @param why the reason for an uncached one, for people; else empty
 * @param never the pattern for never_cache; null unless that is the kind
 */
record Read(ApiOperation operation, Kind kind, String why, @Nullable String never) {

  static Read of(ApiOperation operation, ApiDocument document) {
    Never never = Never.of(operation);
    if (never != null) {
      return new Read(operation, Kind.NEVER, never.why(), never.pattern());
    }
    String why = uncached(operation);
    return why == null
        ? new Read(operation, kind(operation.path(), document), "", null)
        : new Read(operation, Kind.UNCACHED, why, null);
  }

  ApiPath path() {
    return operation.path();
  }

  private static @Nullable String uncached(ApiOperation operation) {
    ApiPath.Segment last = operation.path().lastLiteral();
    if (last != null && !operation.path().endsInParameter() && Words.ACTING.in(last)) {
      return "its name says that it does something, or answers anew each time";
    }
    Set<String> types = operation.mediaTypes();
    if (types.contains(Never.EVENT_STREAM)) {
      return "it is an event stream";
    }
    boolean text =
        types.isEmpty() || types.stream().anyMatch(type -> isText(type) || type.equals("*/*"));
    return text ? null : "it answers " + String.join(", ", types.stream().sorted().toList());
  }

  private static boolean isText(String type) {
    return type.startsWith("text/") || type.endsWith("/json") || type.endsWith("+json");
  }

  private static Kind kind(ApiPath path, ApiDocument document) {
    ApiPath.Segment last = path.lastLiteral();
    boolean whole = !path.endsInParameter() && last != null;
    if (last != null && whole && path.size() <= path.root() + 1 && Words.HEALTH.is(last)) {
      return Kind.HEALTH;
    }
    boolean reference = false;
    boolean figures = false;
    for (int i = path.root(); i < path.size(); i++) {
      ApiPath.Segment segment = path.get(i);
      if (isOwn(path, i)) {
        return Kind.OWN;
      }
      figures |= whole && Words.STATISTICS.in(segment);
      reference |= !path.isBelowItem(i) && Words.REFERENCE.is(segment);
    }
    if (figures || reference) {
      return figures ? Kind.STATISTICS : Kind.REFERENCE;
    }
    if (!whole) {
      return Kind.DETAIL;
    }
    return isList(path, document) ? Kind.LIST : Kind.SINGLE;
  }

  /** Whether the segment at this index stands for the caller. */
  static boolean isOwn(ApiPath path, int index) {
    boolean named = path.isBelowItem(index) || path.isCollection(index);
    return !named && Words.OWN.is(path.get(index));
  }

  private static boolean isList(ApiPath path, ApiDocument document) {
    String item = path.formUpTo(path.size()) + "/*";
    boolean hasItems =
        document.operations().stream()
            .anyMatch(other -> other.path().formUpTo(other.path().size()).equals(item));
    ApiPath.Segment last = path.lastLiteral();
    return hasItems || (last != null && last.slug().matches(".*[^su]s"));
  }
}
