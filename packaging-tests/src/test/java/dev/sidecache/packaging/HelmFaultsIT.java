package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults made in a copy of the charts are seen by what {@link HelmChartIT} asks of them. */
class HelmFaultsIT {
  private static final String LIBRARY = "sidecache-lib/templates/_sidecache.tpl";

  @TempDir private Path directory;

  @BeforeAll
  static void needsHelm() {
    WorkingChart.requireHelm();
  }

  static Stream<Arguments> faults() {
    String deployment = "sidecache/templates/deployment.yaml";
    String monitor = "sidecache/templates/podmonitor.yaml";
    return Stream.of(
        fault(LIBRARY, "readOnlyRootFilesystem", "readOnlyRootFileSystem", "FileSystem"),
        fault(deployment, "automountServiceAccountToken", "automountToken", "automountToken"),
        fault(deployment, "replicas: {{", "replicas: \"1\" #", "replicas"),
        fault(LIBRARY, "livenessProbe:", "lifenessProbe:", "lifenessProbe"),
        fault(LIBRARY, "name: cache", "title: cache", "title"),
        fault(LIBRARY, "periodSeconds: 10", "periodSeconds: often", "often"),
        fault(LIBRARY, "runAsUser: 65532", "runAsUser: \"65532\"", "runAsUser"),
        fault(LIBRARY, "/startupz", "/readyz", "path is \"/readyz\", not /startupz"),
        fault(LIBRARY, "restartPolicy: Always", "restartPolicy: Never", "is \"Never\", not Always"),
        fault(LIBRARY, "- containerPort: 8080", "- { name: a, containerPort: 8080 }", "has a name"),
        fault(LIBRARY, "drop: [ALL]", "drop: [NET_RAW]", "is \"NET_RAW\", not ALL"),
        fault(LIBRARY, "readOnly: true", "subPath: config.yaml", "is a subPath"),
        fault("sidecache/templates/service.yaml", "8080", "3000", "a Service leads to 3000"),
        fault(monitor, "targetPort:", "targetPortNumber:", "targetPortNumber"),
        fault(monitor, "podMetricsEndpoints:", "podMetricEndpoints:", "podMetricEndpoints"),
        fault("sidecache/templates/networkpolicy.yaml", "policyTypes", "policyType", "policyType"),
        fault("sidecache/alerts/sidecache.yaml", "for: 2m", "during: 2m", "during"));
  }

  private static Arguments fault(String file, String old, String faulty, String told) {
    return Arguments.of(file, old, faulty, told);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultInATemplateIsSeen(String file, String old, String faulty, String told)
      throws Exception {
    WorkingChart chart = WorkingChart.application(directory).replace(file, old, faulty).update();

    assertThat(Manifests.faults(chart.documents("monitored", "1.33.0")))
        .anySatisfy(fault -> assertThat(fault).contains(told));
  }

  @Test
  void aMissingProbeIsSeen() throws Exception {
    WorkingChart chart =
        WorkingChart.application(directory)
            .replace(
                LIBRARY,
                """
                readinessProbe:
                  httpGet: { path: /readyz, port: 8180 }
                  periodSeconds: 5
                  timeoutSeconds: 3
                """,
                "")
            .update();

    assertThat(Manifests.faults(chart.documents("minimal", "1.33.0")))
        .contains("/readinessProbe/httpGet/path is missing, not /readyz");
  }

  @Test
  void aSecretInTheConfigMapIsSeen() throws Exception {
    WorkingChart chart =
        WorkingChart.application(directory)
            .replace(
                LIBRARY, "  config.yaml: |", "  REDIS_PASSWORD: eiK3bahsh2Ahngoh\n  config.yaml: |")
            .update();

    assertThat(Manifests.faults(chart.documents("minimal", "1.33.0")))
        .containsExactly("/data/REDIS_PASSWORD is a secret in the open");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "admin: { token: eiK3bahsh2Ahngoh }",
        "cache: { redis: { host: redis, password: \"eiK3bahsh2\" } }",
        "cache: { redis: { url: \"rediss://default:eiK3bahsh2@redis.example.com\" } }",
        "identity: { jwt: { secret: eiK3bahsh2Ahngoh } }"
      })
  void theChartItselfRefusesASecretInTheConfiguration(String line) throws Exception {
    WorkingChart chart = withConfiguration(line);

    assertThatThrownBy(() -> chart.template("minimal", "1.33.0").call())
        .hasMessageContaining("config: a secret stands in it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "admin: { token: \"${SIDECACHE_ADMIN_TOKEN:-}\" }",
        "admin: { token: ${SIDECACHE_ADMIN_TOKEN} }",
        "admin: { token: \"\" }",
        "cache: { redis: { url: \"redis://default:${REDIS_PASSWORD}@redis:6379\" } }",
        "never_cache: { response_fields: [token, secret] }"
      })
  void aVariableIsNoSecret(String line) throws Exception {
    assertThat(withConfiguration(line).template("minimal", "1.33.0").call()).contains(line);
  }

  private WorkingChart withConfiguration(String line) throws Exception {
    return WorkingChart.application(directory)
        .replace("sidecache/values.yaml", "  routes: []\n", "  routes: []\n  " + line + "\n")
        .update();
  }

  @Test
  void aWrongConfigurationIsSeen() throws Exception {
    WorkingChart chart =
        WorkingChart.application(directory)
            .replace("sidecache/values.yaml", "routes: []", "routs: []")
            .update();

    assertThat(Manifests.faults(chart.documents("minimal", "1.33.0")))
        .anySatisfy(fault -> assertThat(fault).contains("routs"));
  }
}
