{{/*
What a chart of your own includes. Each takes the chart's own context, `.`, and reads
.Values.sidecache-lib, whose defaults are in this chart's values.yaml.
*/}}

{{/* The name of the ConfigMap, of the release and the chart that includes this. */}}
{{- define "sidecache.configName" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- printf "%s-sidecache" (.Release.Name | trunc 52 | trimSuffix "-") -}}
{{- else -}}
{{- printf "%s-sidecache" (printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{/* Endpoints drop before a process stops. Kubernetes before 1.30 refuses a sleep as preStop. */}}
{{- define "sidecache.preStop" -}}
{{- if semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version -}}
lifecycle:
  preStop:
    sleep:
      seconds: 5
{{- end -}}
{{- end -}}

{{/* What every container of the image may do: nothing. */}}
{{- define "sidecache.securityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{/*
The sidecar: under initContainers if sidecar.native, else under containers. Ports are numbers: not every part of a
cluster sees the named ports of init containers. The startup probe never asks the backend, which starts only after it.
*/}}
{{- define "sidecache.container" -}}
{{- $sidecache := index .Values "sidecache-lib" -}}
name: cache
image: "{{ $sidecache.image.repository }}:{{ $sidecache.image.tag }}"
imagePullPolicy: {{ $sidecache.image.pullPolicy }}
{{- if $sidecache.sidecar.native }}
restartPolicy: Always
{{- else }}
{{- with include "sidecache.preStop" . }}
{{ . }}
{{- end }}
{{- end }}
env:
  - name: UPSTREAM_URL
    value: "http://127.0.0.1:{{ $sidecache.backend.port }}"
  - name: SIDECACHE_ADMIN_LISTEN
    value: ":8180"
  {{- with $sidecache.sidecar.env }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with $sidecache.sidecar.existingSecret }}
envFrom:
  - secretRef:
      name: {{ . }}
{{- end }}
ports:
  - containerPort: 8080
  - containerPort: 8180
startupProbe:
  httpGet: { path: /startupz, port: 8180 }
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /livez, port: 8180 }
  periodSeconds: 10
  timeoutSeconds: 3
readinessProbe:
  httpGet: { path: /readyz, port: 8180 }
  periodSeconds: 5
  timeoutSeconds: 3
{{- with $sidecache.sidecar.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "sidecache.securityContext" . | nindent 2 }}
volumeMounts:
  - name: sidecache
    mountPath: /etc/sidecache
    readOnly: true
{{- end -}}

{{/* A list of one volume, the configuration. A directory: a subPath would never be updated. */}}
{{- define "sidecache.volumes" -}}
- name: sidecache
  configMap:
    name: {{ include "sidecache.configName" . }}
{{- end -}}

{{/* The ConfigMap with the configuration; whoever writes a secret into it is told so. */}}
{{- define "sidecache.configmap" -}}
{{- $config := (index .Values "sidecache-lib").config -}}
{{- if or (regexMatch "\\b(token|password|rest_token|secret):[ \\t]*[\"']?[^\\s\"'${}\\[,#]" $config) (regexMatch "://[^\\s/\"'@]*:[^\\s/\"'@$]+@" $config) -}}
{{- fail "config: a secret stands in it; write ${NAME}, and name the Secret that has NAME in sidecar.existingSecret" -}}
{{- end -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "sidecache.configName" . }}
  labels:
    app.kubernetes.io/name: {{ .Chart.Name }}
    app.kubernetes.io/instance: {{ .Release.Name }}
    app.kubernetes.io/managed-by: {{ .Release.Service }}
data:
  config.yaml: |
    {{- $config | nindent 4 }}
{{- end -}}

{{/* Annotations of the pod; none unless rolloutOnConfigChange. */}}
{{- define "sidecache.podAnnotations" -}}
{{- $sidecache := index .Values "sidecache-lib" -}}
{{- if $sidecache.rolloutOnConfigChange -}}
checksum/sidecache: {{ sha256sum $sidecache.config }}
{{- end -}}
{{- end -}}
