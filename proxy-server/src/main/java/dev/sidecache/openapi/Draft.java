package dev.sidecache.openapi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a document lets one guess: routes, rules and paths never to be cached.
 *
 * @param identity where requests carry what tells callers apart
 * @param never patterns of paths, each with the reason
 * @param routes in the order in which they match
 * @param rules what writes empty
 * @param questions routes for POSTs that ask, only to be proposed
 */
record Draft(
    List<String> identity,
    Map<String, String> never,
    List<DraftRoute> routes,
    List<DraftRule> rules,
    List<DraftRoute> questions) {

  /** A route; one that is not cached where its kind says so. */
  record DraftRoute(String name, Read read, Audience audience, KeyNames key, List<String> tags) {}

  /** What writes to one path empty. */
  record DraftRule(String name, Set<String> methods, ApiPath path, List<String> tags) {}

  static Draft of(ApiDocument document) {
    Map<String, String> never = never(document);
    List<Read> reads = reads(document);
    boolean doubtful =
        reads.stream()
            .filter(read -> read.operation().security() != ApiOperation.Security.REQUIRED)
            .anyMatch(read -> !Audience.of(read, document).shared());
    List<String> identity = Audience.identity(document, doubtful);
    Names names = new Names();
    List<DraftRoute> routes = new ArrayList<>();
    for (Read read : reads) {
      routes.add(
          new DraftRoute(
              names.ofRoute(read),
              read,
              Audience.of(read, document),
              KeyNames.of(read.operation(), document, identity),
              read.kind().isCached() ? Links.ofRead(read) : List.of()));
    }
    Links links = new Links(reads.stream().filter(read -> read.kind().isCached()).toList());
    return new Draft(
        identity, never, routes, rules(document, links), questions(document, identity, names));
  }

  /** The GETs that are cached, and those that a route must keep out, as routes should stand. */
  private static List<Read> reads(ApiDocument document) {
    List<Read> reads = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (ApiOperation operation : document.withMethod("GET")) {
      Read read = Read.of(operation, document);
      if (read.kind() != Kind.NEVER && known.add(operation.path().form())) {
        reads.add(read);
      }
    }
    List<String> order = new ArrayList<>();
    reads.forEach(read -> order.add(read.path().resource()));
    reads.sort(
        Comparator.comparing((Read read) -> flags(read.path()).substring(0, read.path().root()))
            .thenComparing(read -> order.indexOf(read.path().resource()))
            .thenComparing(read -> flags(read.path())));
    return reads;
  }

  /** A literal sorts before a parameter, which would take its requests. */
  private static String flags(ApiPath path) {
    StringBuilder flags = new StringBuilder();
    path.segments().forEach(segment -> flags.append(segment.parameter() ? '1' : '0'));
    return flags.toString();
  }

  private static Map<String, String> never(ApiDocument document) {
    Map<String, String> never = new LinkedHashMap<>();
    for (ApiOperation operation : document.operations()) {
      Never found = Never.of(operation);
      if (found != null) {
        never.putIfAbsent(found.pattern(), found.why());
      }
    }
    return never;
  }

  private static List<DraftRule> rules(ApiDocument document, Links links) {
    Map<String, Map<List<String>, List<ApiOperation>>> byPath = new LinkedHashMap<>();
    for (ApiOperation write : document.writes()) {
      List<String> tags = links.ofWrite(write);
      if (!tags.isEmpty()) {
        byPath
            .computeIfAbsent(write.path().form(), key -> new LinkedHashMap<>())
            .computeIfAbsent(tags, key -> new ArrayList<>())
            .add(write);
      }
    }
    Names names = new Names();
    List<DraftRule> rules = new ArrayList<>();
    for (Map<List<String>, List<ApiOperation>> onPath : byPath.values()) {
      for (Map.Entry<List<String>, List<ApiOperation>> same : onPath.entrySet()) {
        List<ApiOperation> writes = same.getValue();
        Set<String> methods = new LinkedHashSet<>();
        writes.forEach(write -> methods.add(write.method()));
        ApiPath path = writes.get(0).path();
        rules.add(new DraftRule(names.ofRule(path, methods), methods, path, same.getKey()));
      }
    }
    return rules;
  }

  private static List<DraftRoute> questions(
      ApiDocument document, List<String> identity, Names names) {
    Map<String, DraftRoute> questions = new TreeMap<>();
    for (ApiOperation operation : document.withMethod("POST")) {
      boolean asks = operation.isQuestion() || operation.isGenerating();
      if (asks && Never.of(operation) == null) {
        Read read = new Read(operation, Kind.SINGLE, "", null);
        KeyNames key = KeyNames.of(operation, document, identity);
        Audience each = new Audience(false, "");
        questions.put(
            operation.path().pattern(),
            new DraftRoute(names.ofRoute(read), read, each, key, List.of()));
      }
    }
    return List.copyOf(questions.values());
  }
}
