package dev.sidecache.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a pod with the sidecar has to be like, whoever wrote it; a pure function. */
final class PodRules {
  private final JsonNode pod;
  private final List<String> faults = new ArrayList<>();

  private PodRules(JsonNode pod) {
    this.pod = pod;
  }

  /** What is wrong with the specification of a pod; empty if nothing is. */
  static List<String> faults(JsonNode pod) {
    PodRules rules = new PodRules(pod);
    JsonNode cache = cache(pod);
    if (cache == null) {
      return List.of("no container named cache");
    }
    rules.probes(cache);
    rules.rights(cache);
    rules.mounts(cache);
    rules.end();
    return rules.faults;
  }

  /** The sidecar's container, wherever it is; null if there is none. */
  static JsonNode cache(JsonNode pod) {
    return Stream.of("initContainers", "containers")
        .flatMap(list -> StreamSupport.stream(pod.path(list).spliterator(), false))
        .filter(container -> container.path("name").asText().equals("cache"))
        .findFirst()
        .orElse(null);
  }

  private void expect(JsonNode at, String pointer, Object value) {
    JsonNode found = at.at(pointer);
    if (!Objects.equals(found.asText(), String.valueOf(value))) {
      faults.add(pointer + " is " + (found.isMissingNode() ? "missing" : found) + ", not " + value);
    }
  }

  /** On the admin port, by number; the startup probe asks nothing of the backend. */
  private void probes(JsonNode cache) {
    probe(cache, "startupProbe", "/startupz");
    probe(cache, "livenessProbe", "/livez");
    probe(cache, "readinessProbe", "/readyz");
    for (JsonNode port : cache.path("ports")) {
      if (port.has("name")) {
        faults.add(
            "the port " + port + " has a name, which clusters do not see in init containers");
      }
    }
  }

  private void probe(JsonNode cache, String name, String path) {
    expect(cache, "/" + name + "/httpGet/path", path);
    expect(cache, "/" + name + "/httpGet/port", 8180);
    if (!cache.at("/" + name + "/httpGet/port").isInt()) {
      faults.add(name + " names its port");
    }
  }

  private void rights(JsonNode cache) {
    expect(pod, "/automountServiceAccountToken", false);
    expect(cache, "/securityContext/runAsNonRoot", true);
    expect(cache, "/securityContext/runAsUser", 65532);
    expect(cache, "/securityContext/readOnlyRootFilesystem", true);
    expect(cache, "/securityContext/allowPrivilegeEscalation", false);
    expect(cache, "/securityContext/capabilities/drop/0", "ALL");
    expect(cache, "/securityContext/seccompProfile/type", "RuntimeDefault");
    expect(cache, "/resources/requests/memory", "192Mi");
    expect(cache, "/resources/limits/memory", "256Mi");
    if (cache.at("/resources/limits").has("cpu")) {
      faults.add("a limit of CPU adds waiting and nothing else");
    }
  }

  private void mounts(JsonNode cache) {
    for (JsonNode mount : cache.path("volumeMounts")) {
      if (!mount.path("readOnly").asBoolean()) {
        faults.add("the mount " + mount + " may be written");
      }
      if (mount.has("subPath")) {
        faults.add("the mount " + mount + " is a subPath, which never changes");
      }
    }
  }

  /** The proxy drains 20 s; an init container must keep running beside the app. */
  private void end() {
    expect(pod, "/terminationGracePeriodSeconds", 30);
    for (JsonNode container : pod.path("initContainers")) {
      if (container.path("name").asText().equals("cache")) {
        expect(container, "/restartPolicy", "Always");
      }
    }
  }
}
