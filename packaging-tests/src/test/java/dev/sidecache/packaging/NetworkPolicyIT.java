package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.packaging.PolicyRules.Peer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the chart's NetworkPolicy is for: clients reach the proxy and not the backend past it, the
 * admin port is the monitoring's, and a pod that was taken over reaches little. Decided by {@link
 * PolicyRules}: there is no cluster here that would enforce it.
 */
class NetworkPolicyIT {
  private static final String NAMESPACE = "shop";
  private static final Map<String, Peer> PEERS =
      Map.of(
          "neighbour", new Peer(NAMESPACE, Map.of("app", "other"), "10.1.0.9"),
          "ingress", new Peer("ingress", Map.of(), "10.1.0.10"),
          "monitoring", new Peer("monitoring", Map.of(), "10.1.0.11"),
          "stranger", new Peer("other", Map.of(), "10.1.0.12"),
          "test",
              new Peer(
                  NAMESPACE,
                  Map.of(
                      "app.kubernetes.io/name",
                      "sidecache-test",
                      "app.kubernetes.io/instance",
                      "crm"),
                  "10.1.0.13"),
          "redis", new Peer("", Map.of(), "10.20.3.4"),
          "internet", new Peer("", Map.of(), "192.0.2.1"),
          "metadata", new Peer("", Map.of(), "169.254.169.254"));

  private static WorkingChart chart;

  @BeforeAll
  static void copyAndFetch(@TempDir Path directory) throws Exception {
    WorkingChart.requireHelm();
    chart = WorkingChart.application(directory).update();
    chart.replace(
        "sidecache/ci/minimal-values.yaml",
        "backend:",
        "networkPolicy: { enabled: true }\nbackend:");
  }

  private static PolicyRules rules(String values) {
    JsonNode policy = chart.document(values, "1.33.0", "NetworkPolicy");
    return PolicyRules.of(policy, NAMESPACE);
  }

  @ParameterizedTest
  @CsvSource({
    // everybody uses the proxy, and the monitoring alone its admin port
    "minimal, neighbour, 8080, true",
    "minimal, internet, 8080, true",
    "minimal, neighbour, 8180, false",
    "minimal, internet, 8180, false",
    "minimal, monitoring, 8180, true",
    // nobody gets past it, on the port of the backend or another
    "minimal, neighbour, 3000, false",
    "minimal, monitoring, 3000, false",
    "minimal, internet, 3000, false",
    "minimal, neighbour, 22, false",
    // clients as named, and the chart's own test
    "full, ingress, 8080, true",
    "full, test, 8080, true",
    "full, neighbour, 8080, false",
    "full, stranger, 8080, false",
    "full, internet, 8080, false",
    "full, monitoring, 8080, false",
    "full, ingress, 8180, false",
    "full, monitoring, 8180, true",
    "full, ingress, 8000, false",
    "full, monitoring, 8000, false"
  })
  void letsIn(String values, String from, int port, boolean expected) {
    assertThat(rules(values).letsIn(PEERS.get(from), "TCP", port)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "minimal, redis, TCP, 6379, true",
    "minimal, redis, TCP, 6380, true",
    "minimal, neighbour, UDP, 53, true",
    "minimal, neighbour, TCP, 53, true",
    "minimal, redis, TCP, 5432, false",
    "minimal, internet, TCP, 443, false",
    "minimal, metadata, TCP, 80, false",
    "minimal, neighbour, TCP, 8180, false",
    // Redis where it was said to be, and what the backend needs beside
    "full, redis, TCP, 6379, true",
    "full, redis, TCP, 10000, true",
    "full, redis, TCP, 6380, false",
    "full, internet, TCP, 6379, false",
    "full, internet, TCP, 5432, true",
    "full, metadata, TCP, 80, false"
  })
  void letsOut(String values, String to, String protocol, int port, boolean expected) {
    assertThat(rules(values).letsOut(PEERS.get(to), protocol, port)).isEqualTo(expected);
  }

  @Test
  void isAboutThePodsOfTheDeployment() {
    JsonNode labels =
        chart.document("full", "1.33.0", "Deployment").at("/spec/template/metadata/labels");
    assertThat(rules("full").selects(labels)).isTrue();
    assertThat(labels).isNotEmpty();
  }
}
