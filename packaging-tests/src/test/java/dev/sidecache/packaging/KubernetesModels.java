package dev.sidecache.packaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What two sets of models of the Kubernetes API have against a document: fields that do not exist,
 * values of a wrong type, required fields that are missing.
 */
final class KubernetesModels {
  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "v1 ConfigMap", ConfigMap.class,
          "v1 Pod", Pod.class,
          "v1 Secret", Secret.class,
          "v1 Service", Service.class,
          "apps/v1 Deployment", Deployment.class,
          "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class,
          "monitoring.coreos.com/v1 PodMonitor", PodMonitor.class,
          "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class,
          "monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class);
  private static final Map<Class<?>, Validator> VALIDATORS =
      Map.of(
          ConfigMap.class, V1ConfigMap::validateJsonElement,
          Pod.class, V1Pod::validateJsonElement,
          Secret.class, V1Secret::validateJsonElement,
          Service.class, V1Service::validateJsonElement,
          Deployment.class, V1Deployment::validateJsonElement,
          NetworkPolicy.class, V1NetworkPolicy::validateJsonElement);
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(new NoPlaceForUnknownFields())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private KubernetesModels() {}

  private interface Validator {
    void validate(JsonElement document) throws IOException;
  }

  /** The models keep unknown fields in a map of their own; without it Jackson refuses them. */
  private static final class NoPlaceForUnknownFields extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(com.fasterxml.jackson.databind.introspect.Annotated member) {
      return member instanceof AnnotatedMember ? Boolean.FALSE : super.hasAnySetter(member);
    }
  }

  /** What is wrong with a document; empty if nothing is. */
  static List<String> faults(JsonNode document) {
    String type = document.path("apiVersion").asText() + " " + document.path("kind").asText();
    Class<?> model = TYPES.get(type);
    if (model == null) {
      return List.of("no model of " + type);
    }
    List<String> faults = new ArrayList<>();
    try {
      STRICT.treeToValue(document, model);
    } catch (JsonProcessingException e) {
      faults.add(type + ": " + e.getMessage());
    }
    Validator validator = VALIDATORS.get(model);
    if (validator != null) {
      try {
        validator.validate(JsonParser.parseString(document.toString()));
      } catch (IOException | IllegalArgumentException e) {
        faults.add(type + ": " + e.getMessage());
      }
    }
    return faults;
  }
}
