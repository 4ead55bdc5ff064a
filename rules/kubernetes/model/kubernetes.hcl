# Kubernetes and Helm inside of Terraform.

set "k8s_deployment" {
  types = ["kubernetes_deployment", "kubernetes_deployment_v1"]
}

# What keeps pods running.
set "k8s_workload" {
  types = [
    "kubernetes_deployment",
    "kubernetes_deployment_v1",
    "kubernetes_stateful_set",
    "kubernetes_stateful_set_v1",
    "kubernetes_daemonset",
    "kubernetes_daemon_set_v1",
  ]
}

# What has a number of pods.
set "k8s_replicated" {
  types = [
    "kubernetes_deployment",
    "kubernetes_deployment_v1",
    "kubernetes_stateful_set",
    "kubernetes_stateful_set_v1",
  ]
}

set "k8s_cron_job" {
  types = ["kubernetes_cron_job", "kubernetes_cron_job_v1"]
}

set "k8s_disruption_budget" {
  types = ["kubernetes_pod_disruption_budget", "kubernetes_pod_disruption_budget_v1"]
}

set "k8s_autoscaler" {
  types = [
    "kubernetes_horizontal_pod_autoscaler",
    "kubernetes_horizontal_pod_autoscaler_v1",
    "kubernetes_horizontal_pod_autoscaler_v2",
    "kubernetes_horizontal_pod_autoscaler_v2beta2",
  ]
}

# What a pod of it is made from.
define "pod" {
  of = ["kubernetes_deployment", "kubernetes_deployment_v1", "kubernetes_stateful_set", "kubernetes_stateful_set_v1", "kubernetes_daemonset", "kubernetes_daemon_set_v1"]
  is = self.spec[0].template[0].spec[0]
}

define "pod" {
  of = ["kubernetes_cron_job", "kubernetes_cron_job_v1"]
  is = self.spec[0].job_template[0].spec[0].template[0].spec[0]
}

# Objects that are written as documents of Kubernetes.
unchecked {
  providers = ["kubectl"]
}

set "k8s_manifest" {
  types = ["kubernetes_manifest", "kubectl_manifest"]
}

define "k8s_document" {
  of = "kubernetes_manifest"
  is = self.manifest
}

define "k8s_document" {
  of = "kubectl_manifest"
  is = try(yamldecode(self.yaml_body), null)
}

define "k8s_kind" {
  of = "k8s_manifest"
  is = try(k8s_document(self).kind, null)
}

# Where an object is: autoscalers, budgets and what they are about meet by names.
define "k8s_place" {
  of = ["kubernetes_deployment", "kubernetes_deployment_v1", "kubernetes_stateful_set", "kubernetes_stateful_set_v1", "kubernetes_daemonset", "kubernetes_daemon_set_v1", "kubernetes_cron_job", "kubernetes_cron_job_v1", "kubernetes_pod_disruption_budget", "kubernetes_pod_disruption_budget_v1", "kubernetes_horizontal_pod_autoscaler", "kubernetes_horizontal_pod_autoscaler_v1", "kubernetes_horizontal_pod_autoscaler_v2", "kubernetes_horizontal_pod_autoscaler_v2beta2"]
  is = { name = self.metadata[0].name, namespace = default(self.metadata[0].namespace, "default") }
}

define "k8s_place" {
  of = "k8s_manifest"
  is = { name = try(k8s_document(self).metadata.name, null), namespace = default(try(k8s_document(self).metadata.namespace, null), "default") }
}

# A workload, whether its arguments or a document say what it is.
define "k8s_workload_of" {
  of = "k8s_deployment"
  is = {
    replicas   = default(self.spec[0].replicas, 1)
    strategy   = default(self.spec[0].strategy[0].type, "RollingUpdate")
    labels     = default(self.spec[0].template[0].metadata[0].labels, {})
    containers = pod_containers(self)
  }
}

define "k8s_workload_of" {
  of = ["kubernetes_stateful_set", "kubernetes_stateful_set_v1"]
  is = {
    replicas   = default(self.spec[0].replicas, 1)
    strategy   = "RollingUpdate"
    labels     = default(self.spec[0].template[0].metadata[0].labels, {})
    containers = pod_containers(self)
  }
}

define "k8s_workload_of" {
  of = ["kubernetes_daemonset", "kubernetes_daemon_set_v1"]
  is = {
    replicas   = 1
    strategy   = "RollingUpdate"
    labels     = default(self.spec[0].template[0].metadata[0].labels, {})
    containers = pod_containers(self)
  }
}

define "pod_containers" {
  of = "k8s_workload"
  is = [
    for c in default(pod(self).container, []) : {
      name   = c.name
      memory = default(c.resources[0].requests.memory, c.resources[0].limits.memory, "")
      serves = length(default(c.port, [])) > 0
      probed = length(default(c.readiness_probe, [])) > 0
    }
  ]
}

define "k8s_workload_of" {
  of = "k8s_manifest"
  is = {
    replicas = default(try(k8s_document(self).spec.replicas, null), 1)
    strategy = default(try(k8s_document(self).spec.strategy.type, null), "RollingUpdate")
    labels   = try(k8s_document(self).spec.template.metadata.labels, {})
    containers = [
      for c in try(k8s_document(self).spec.template.spec.containers, []) : {
        name   = try(c.name, null)
        memory = try(c.resources.requests.memory, c.resources.limits.memory, "")
        serves = length(try(c.ports, [])) > 0
        probed = try(c.readinessProbe, null) != null
      }
    ]
  }
}

# A budget, and an autoscaler.
define "k8s_budget_of" {
  of = ["kubernetes_pod_disruption_budget", "kubernetes_pod_disruption_budget_v1"]
  is = {
    most   = default(self.spec[0].max_unavailable, "")
    least  = default(self.spec[0].min_available, "")
    labels = default(self.spec[0].selector[0].match_labels, {})
  }
}

define "k8s_budget_of" {
  of = "k8s_manifest"
  is = {
    most   = tostring(default(try(k8s_document(self).spec.maxUnavailable, null), ""))
    least  = tostring(default(try(k8s_document(self).spec.minAvailable, null), ""))
    labels = try(k8s_document(self).spec.selector.matchLabels, {})
  }
}

define "k8s_scaler_of" {
  of = ["kubernetes_horizontal_pod_autoscaler", "kubernetes_horizontal_pod_autoscaler_v1", "kubernetes_horizontal_pod_autoscaler_v2", "kubernetes_horizontal_pod_autoscaler_v2beta2"]
  is = { target = self.spec[0].scale_target_ref[0].name, least = default(self.spec[0].min_replicas, 1) }
}

define "k8s_scaler_of" {
  of = "k8s_manifest"
  is = { target = try(k8s_document(self).spec.scaleTargetRef.name, null), least = default(try(k8s_document(self).spec.minReplicas, null), 1) }
}

# The autoscalers of a workload: those that refer to it, and those that name it.
define "k8s_scalers" {
  of = ["kubernetes_deployment", "kubernetes_deployment_v1", "kubernetes_stateful_set", "kubernetes_stateful_set_v1", "kubernetes_daemonset", "kubernetes_daemon_set_v1", "kubernetes_manifest", "kubectl_manifest"]
  is = [
    for a in concat(resources("k8s_autoscaler"), [for m in resources("k8s_manifest") : m if k8s_kind(m) == "HorizontalPodAutoscaler"]) : a
    if contains(refs(k8s_scaler_of(a).target), self) || k8s_scaler_of(a).target == k8s_place(self).name && k8s_place(a).namespace == k8s_place(self).namespace
  ]
}

define "container_images" {
  of = ["kubernetes_deployment", "kubernetes_deployment_v1", "kubernetes_stateful_set", "kubernetes_stateful_set_v1", "kubernetes_daemonset", "kubernetes_daemon_set_v1", "kubernetes_cron_job", "kubernetes_cron_job_v1"]
  is = concat([for c in default(pod(self).container, []) : c.image], [for c in default(pod(self).init_container, []) : c.image])
}

define "container_images" {
  of = "k8s_manifest"
  is = [
    for c in flatten([
      for pod in [try(k8s_document(self).spec.template.spec, null), try(k8s_document(self).spec.jobTemplate.spec.template.spec, null), k8s_kind(self) == "Pod" ? try(k8s_document(self).spec, null) : null] :
      [try(pod.containers, []), try(pod.initContainers, [])]
    ]) : try(c.image, null)
  ]
}
