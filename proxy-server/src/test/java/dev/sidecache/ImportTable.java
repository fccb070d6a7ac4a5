package dev.sidecache;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;

/**
 * What each package of the server may import: packages of ours by their names, libraries by the
 * beginning of theirs. Java and JSpecify are free to all, and the root package may import
 * everything.
 */
final class ImportTable {
  private static final String NETTY = "io.netty.";
  private static final String JACKSON = "com.fasterxml.jackson.";
  private static final String JACKSON_CORE = "com.fasterxml.jackson.core.";
  private static final List<String> FREE = List.of("java.", "javax.", "org.jspecify.");

  /** One line: packages of ours, packages of which only the Settings count, libraries. */
  private record Line(List<String> ours, List<String> settings, List<String> libraries) {
    static Line of(String ours, String... libraries) {
      return new Line(words(ours), List.of(), List.of(libraries));
    }

    private static List<String> words(String text) {
      return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }
  }

  private static final Map<String, Line> LINES =
      Map.ofEntries(
          Map.entry("http", Line.of("")),
          Map.entry("message", Line.of("http", "io.netty.buffer.", "io.netty.util.ReferenceCount")),
          Map.entry("rule", Line.of("http")),
          Map.entry("caching", Line.of("http rule")),
          Map.entry("json", Line.of("rule", JACKSON_CORE)),
          Map.entry("identity", Line.of("http message rule caching", JACKSON_CORE)),
          Map.entry(
              "store", Line.of("http message caching", "com.github.benmanes.caffeine.", NETTY)),
          Map.entry("consistency", Line.of("http caching store", "io.netty.buffer.")),
          Map.entry(
              "redis",
              Line.of(
                  "http message caching store",
                  "io.lettuce.",
                  NETTY,
                  JACKSON_CORE,
                  "redis.embedded.")),
          Map.entry("http1", Line.of("http message", NETTY)),
          Map.entry("origin", Line.of("http message http1", NETTY)),
          Map.entry(
              "exchange",
              Line.of(
                  "http message rule caching json identity store consistency", "io.netty.buffer.")),
          Map.entry("listener", Line.of("http message http1", NETTY)),
          Map.entry("openapi", Line.of("rule", JACKSON, "org.snakeyaml.engine.")),
          Map.entry("advice", Line.of("http rule caching exchange")),
          Map.entry("replay", Line.of("http rule caching json identity exchange advice", JACKSON)),
          Map.entry(
              "metrics",
              // Micrometer's registry is given a registry of Prometheus's own model, and the trace.
              Line.of(
                  "http rule caching exchange",
                  "io.micrometer.",
                  "io.prometheus.metrics.model.",
                  "io.prometheus.metrics.tracer.")),
          Map.entry("tracing", Line.of("http message rule exchange", "io.opentelemetry.")),
          Map.entry(
              "admin",
              Line.of(
                  "http message rule caching store consistency exchange advice",
                  JACKSON,
                  "io.netty.buffer.")),
          Map.entry(
              "config",
              new Line(
                  // Redis: RedisAddress reads the spellings that providers hand out.
                  List.of("http", "message", "rule", "redis"),
                  Line.words(
                      "identity store consistency origin exchange listener advice metrics"
                          + " admin"),
                  List.of(JACKSON, "org.snakeyaml.engine."))),
          Map.entry(
              "demo", Line.of("redis config cli", JACKSON, "com.sun.net.httpserver.", "picocli.")),
          Map.entry(
              "cli",
              Line.of(
                  "http message rule caching json identity redis origin exchange openapi advice"
                      + " replay config client",
                  JACKSON,
                  "picocli.",
                  "redis.embedded.")));

  private final String root;

  ImportTable(String root) {
    this.root = root;
  }

  /** Reports each dependency that the class's line does not allow, and a package without a line. */
  ArchCondition<JavaClass> condition() {
    return new ArchCondition<>("import only what the table allows") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String from = packageOf(type);
        if (from.isEmpty() || from.equals("client")) {
          return;
        }
        Line line = LINES.get(from);
        if (line == null) {
          String message = type.getName() + " lies in a package that the table does not know";
          events.add(SimpleConditionEvent.violated(type, message));
          return;
        }
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (!target.isPrimitive() && !allows(from, line, target)) {
            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
          }
        }
      }
    };
  }

  private boolean allows(String from, Line line, JavaClass target) {
    if (!isOurs(target)) {
      return begins(target, FREE) || begins(target, line.libraries());
    }
    String to = packageOf(target);
    return to.equals(from)
        || line.ours().contains(to)
        || (line.settings().contains(to) && isSettings(target));
  }

  private boolean isOurs(JavaClass type) {
    return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
  }

  /** The name of the package without the root; with its dots where packages are not flat. */
  private String packageOf(JavaClass type) {
    String name = type.getPackageName();
    if (name.equals(root)) {
      return "";
    }
    String below = name.substring(root.length() + 1);
    return below.startsWith("client.") ? "client" : below;
  }

  private static boolean begins(JavaClass type, List<String> prefixes) {
    return prefixes.stream().anyMatch(type.getName()::startsWith);
  }

  /** True for a class or record called Settings and for what is declared in it. */
  private static boolean isSettings(JavaClass type) {
    return type.getSimpleName().equals("Settings")
        || type.getEnclosingClass().map(ImportTable::isSettings).orElse(false);
  }
}
