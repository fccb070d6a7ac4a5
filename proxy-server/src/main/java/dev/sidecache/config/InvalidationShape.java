package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.StatusSet;
import dev.sidecache.rule.TagTemplate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How an invalidation rule is written. */
final class InvalidationShape {
  private record When(Set<String> methods, PathPattern path, StatusSet statuses) {}

  private static final Key<List<String>> METHODS =
      Key.of("methods", new Shape.ListOf<>(RuleScalars.METHOD), "of the write").mandatory();
  private static final Key<PathPattern> PATH =
      Key.of("path", RuleScalars.PATH, "of the write; as in routes").mandatory();
  private static final Key<StatusSet> STATUSES =
      Key.of("statuses", RuleScalars.STATUSES, "that count as a change, as 5xx always does")
          .orElse("[2xx, 3xx]");
  private static final Section<When> WHEN_SHAPE =
      new Section<>(List.of(METHODS, PATH, STATUSES), InvalidationShape::when);

  static final Key<String> NAME =
      Key.of("name", RuleScalars.NAME, "unique; told in logs and by explain").mandatory();
  private static final Key<When> WHEN =
      Key.of("when", WHEN_SHAPE, "which requests are writes").mandatory();
  static final Key<List<Placed<TagTemplate>>> TAGS =
      Key.of(
              "tags",
              new Shape.ListOf<>(new Shape.Located<>(RuleScalars.TAG)),
              "\"student:{id}\", \"profile:{identity}\" (the writer's), \"student:*\"")
          .orElse("[]");
  static final Key<List<Placed<String>>> ROUTES =
      Key.of(
              "routes",
              new Shape.ListOf<>(new Shape.Located<>(Scalars.TEXT)),
              "all entries of these routes")
          .orElse("[]");
  static final Key<List<Placed<TagTemplate>>> URLS =
      Key.of(
              "urls",
              new Shape.ListOf<>(new Shape.Located<>(RuleScalars.PATH_TEMPLATE)),
              "paths with all their queries and callers: \"/api/students/{id}/notes\"")
          .orElse("[]");
  static final Key<List<Placed<TagTemplate>>> PREFIXES =
      Key.of(
              "prefixes",
              new Shape.ListOf<>(new Shape.Located<>(RuleScalars.PATH_TEMPLATE)),
              "\"/x\" is /x and all below, \"/x/\" only below")
          .orElse("[]");

  static final Section<Placed<InvalidationRule>> SHAPE =
      new Section<>(List.of(NAME, WHEN, TAGS, ROUTES, URLS, PREFIXES), InvalidationShape::rule);

  private InvalidationShape() {}

  private static @Nullable When when(Values values) {
    List<String> methods = values.find(METHODS);
    PathPattern path = values.find(PATH);
    StatusSet statuses = values.get(STATUSES);
    if (methods != null && methods.isEmpty() && !values.hasItems(METHODS)) {
      values.findings().error(values.path(METHODS), Code.EMPTY, "is empty", "name a method");
    }
    return methods == null || path == null
        ? null
        : new When(new LinkedHashSet<>(methods), path, statuses);
  }

  private static @Nullable Placed<InvalidationRule> rule(Values values) {
    String name = values.find(NAME);
    When when = values.find(WHEN);
    List<Placed<TagTemplate>> tags = values.get(TAGS);
    List<Placed<String>> routes = values.get(ROUTES);
    List<Placed<TagTemplate>> urls = values.get(URLS);
    List<Placed<TagTemplate>> prefixes = values.get(PREFIXES);
    if (List.of(TAGS, ROUTES, URLS, PREFIXES).stream().noneMatch(values::hasItems)) {
      String hint = "write tags, routes, urls or prefixes";
      values.findings().error(values.path(), Code.MISSING, "touches nothing", hint);
    }
    if (name != null) {
      InvalidationChecks.name(values, NAME, name);
    }
    InvalidationChecks.routes(values, routes);
    if (when != null) {
      InvalidationChecks.tags(values, when.path, tags);
      InvalidationChecks.paths(values, when.path, urls);
      InvalidationChecks.paths(values, when.path, prefixes);
    }
    if (name == null || when == null) {
      return null;
    }
    return new Placed<>(
        values.path(),
        new InvalidationRule(
            name,
            values.position().origin(),
            when.methods,
            when.path,
            when.statuses,
            Placed.values(tags),
            Placed.values(routes),
            Placed.values(urls),
            Placed.values(prefixes)));
  }
}
