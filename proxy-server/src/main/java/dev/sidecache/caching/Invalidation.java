package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http.UriReference;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the answer to a request makes invalid. Source: RFC 9111, Section 4.4; RFC 9875, Section 3;
 * consistency.md, Section 6.
 */
public sealed interface Invalidation {

  /** Whether data may have changed. */
  boolean isChange();

  /** What the answer names beyond what was marked. */
  List<Tag> tags();

  /**
   * Data may have changed: what was marked gets new versions.
   *
   * @param tags what the answer names beyond that: URLs of the same origin, groups
   */
  record Changed(List<Tag> tags) implements Invalidation {
    public Changed {
      tags = List.copyOf(tags);
    }

    @Override
    public boolean isChange() {
      return true;
    }
  }

  /** Nothing has changed: versions stay. */
  record Kept() implements Invalidation {
    @Override
    public boolean isChange() {
      return false;
    }

    @Override
    public List<Tag> tags() {
      return List.of();
    }
  }

  /**
   * What the answer to a request means. A safe method changes nothing. The answer to any other
   * does, unless its status says that the request was refused before it took effect.
   */
  static Invalidation of(RequestHead request, ResponseHead answer) {
    boolean safe = request.isSafe() && request.methodOverride() == null;
    if (safe || Statuses.isRefusalToChange(answer.status())) {
      return new Kept();
    }
    return changed(request, answer.fields());
  }

  private static Changed changed(RequestHead request, Fields answer) {
    Set<Tag> tags = new LinkedHashSet<>();
    addUrls(tags, request, answer.all("Location"));
    addUrls(tags, request, answer.all("Content-Location"));
    for (String group : DeclaredTags.groups(answer, "Cache-Group-Invalidation")) {
      tags.add(DeclaredTags.group(request, group));
    }
    return new Changed(List.copyOf(tags));
  }

  private static void addUrls(Set<Tag> tags, RequestHead request, List<String> references) {
    for (String reference : references) {
      RequestTarget target = UriReference.sameOrigin(request, reference);
      if (target != null) {
        target.readings().forEach(path -> tags.add(new Tag(Tag.Kind.URL, path)));
      }
    }
  }
}
