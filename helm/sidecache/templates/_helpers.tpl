{{- define "app.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "app.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "app.labels" -}}
{{ include "app.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "app.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{/*
A part of the library chart, from this chart's own values: sidecache.NAME for (list "NAME" .).
*/}}
{{- define "app.sidecache" -}}
{{- $part := index . 0 -}}
{{- $chart := index . 1 -}}
{{- $image := mergeOverwrite (deepCopy $chart.Values.image) (dict "tag" ($chart.Values.image.tag | default $chart.Chart.AppVersion)) -}}
{{- $values := mergeOverwrite (pick $chart.Values "backend" "sidecar" "config" "rolloutOnConfigChange") (dict "image" $image) -}}
{{- include (printf "sidecache.%s" $part) (dict "Values" (dict "sidecache-lib" $values) "Chart" $chart.Chart "Release" $chart.Release "Capabilities" $chart.Capabilities) -}}
{{- end -}}
