{{- define "sidecache.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "sidecache.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sidecache.labels" -}}
{{ include "sidecache.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Kubernetes before 1.30 refuses a sleep as preStop. */}}
{{- define "sidecache.preStop" -}}
{{- if semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version -}}
lifecycle:
  preStop:
    sleep:
      seconds: 5
{{- end -}}
{{- end -}}

{{/* The sidecar. Numeric ports: not every part of a cluster sees the named ports of init containers. */}}
{{- define "sidecache.container" -}}
name: cache
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- if .Values.sidecar.native }}
restartPolicy: Always
{{- else }}
{{- with include "sidecache.preStop" . }}
{{ . }}
{{- end }}
{{- end }}
env:
  - name: UPSTREAM_URL
    value: "http://127.0.0.1:{{ .Values.backend.port }}"
  - name: SIDECACHE_ADMIN_LISTEN
    value: ":8180"
  {{- with .Values.sidecar.env }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.sidecar.existingSecret }}
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
{{- with .Values.sidecar.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
  seccompProfile: { type: RuntimeDefault }
volumeMounts:
  - name: sidecache
    mountPath: /etc/sidecache
    readOnly: true
{{- end -}}
