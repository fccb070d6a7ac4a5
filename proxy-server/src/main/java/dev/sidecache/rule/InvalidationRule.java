package dev.sidecache.rule;

import java.util.List;
import java.util.Set;

/**
 * A rule that says what a mutation touches.
 *
 * @param name unique among the rules
 * @param source where it stands, such as {@code sidecache.yaml:52}
 * @param methods upper case
 * @param path pattern of the decoded path
 * @param statuses the response statuses that count as a change, beside those that always do (a 5xx,
 *     a broken answer)
 * @param tags templates; {@code NAME:*} names a family
 * @param routes names of routes
 * @param urls templates of paths
 * @param prefixes templates of path prefixes; {@code /x} is the path and all below, {@code /x/}
 *     only what is below
 */
public record InvalidationRule(
    String name,
    String source,
    Set<String> methods,
    PathPattern path,
    StatusSet statuses,
    List<TagTemplate> tags,
    List<String> routes,
    List<TagTemplate> urls,
    List<TagTemplate> prefixes) {

  public InvalidationRule {
    methods = Set.copyOf(methods);
    tags = List.copyOf(tags);
    routes = List.copyOf(routes);
    urls = List.copyOf(urls);
    prefixes = List.copyOf(prefixes);
  }
}
