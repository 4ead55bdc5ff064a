# Kubernetes and Helm inside of Terraform.

set "k8s_deployment" {
  types = ["kubernetes_deployment", "kubernetes_deployment_v1"]
}

set "k8s_stateful_set" {
  types = ["kubernetes_stateful_set", "kubernetes_stateful_set_v1"]
}

set "k8s_daemon_set" {
  types = ["kubernetes_daemonset", "kubernetes_daemon_set_v1"]
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

set "k8s_service" {
  types = ["kubernetes_service", "kubernetes_service_v1"]
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
  of = "k8s_workload"
  is = self.spec[0].template[0].spec[0]
}

define "pod" {
  of = "k8s_cron_job"
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

# What an object is, as Kubernetes calls it; empty where a document does not say.
define "k8s_kind" {
  of = "k8s_manifest"
  is = default(try(k8s_document(self).kind, null), "")
}

define "k8s_kind" {
  of = "k8s_deployment"
  is = "Deployment"
}

define "k8s_kind" {
  of = "k8s_stateful_set"
  is = "StatefulSet"
}

define "k8s_kind" {
  of = "k8s_daemon_set"
  is = "DaemonSet"
}

define "k8s_kind" {
  of = "k8s_cron_job"
  is = "CronJob"
}

define "k8s_kind" {
  of = "k8s_disruption_budget"
  is = "PodDisruptionBudget"
}

define "k8s_kind" {
  of = "k8s_service"
  is = "Service"
}

define "k8s_kind" {
  of = "k8s_autoscaler"
  is = "HorizontalPodAutoscaler"
}

# Where an object is: autoscalers, budgets and what they are about meet by names.
define "k8s_place" {
  of = ["k8s_workload", "k8s_cron_job", "k8s_disruption_budget", "k8s_autoscaler", "k8s_service"]
  is = { name = self.metadata[0].name, namespace = default(self.metadata[0].namespace, "default") }
}

define "k8s_place" {
  of = "k8s_manifest"
  is = { name = try(k8s_document(self).metadata.name, null), namespace = default(try(k8s_document(self).metadata.namespace, null), "default") }
}

# The labels of the pods from which its own are kept apart, for each constraint and each anti-affinity; null where expressions say more than labels. Only
# where its own pods have them does that spread them.
define "k8s_kept_apart_from" {
  of = "k8s_workload"
  is = [
    for selector in concat(
      [for c in default(pod(self).topology_spread_constraint, []) : c.label_selector],
      flatten([
        for a in default(pod(self).affinity, []) : [
          for b in default(a.pod_anti_affinity, []) : [
            for selector in concat(
              [for term in default(b.required_during_scheduling_ignored_during_execution, []) : term.label_selector],
              [for term in default(b.preferred_during_scheduling_ignored_during_execution, []) : term.pod_affinity_term[0].label_selector],
            ) : [selector]
          ]
        ]
      ]),
    ) : try(length(default(selector[0].match_expressions, selector.match_expressions, [])), 0) > 0 ? null : try(selector[0].match_labels, selector.match_labels)
  ]
}

define "k8s_kept_apart_from" {
  of = "k8s_manifest"
  is = [
    for selector in concat(
      [for c in try(k8s_document(self).spec.template.spec.topologySpreadConstraints, []) : try(c.labelSelector, {})],
      [for term in try(k8s_document(self).spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution, []) : try(term.labelSelector, {})],
      [for term in try(k8s_document(self).spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution, []) : try(term.podAffinityTerm.labelSelector, {})],
    ) : length(try(selector.matchExpressions, [])) > 0 ? null : try(selector.matchLabels, null)
  ]
}

# A workload, whether its arguments or a document say what it is.
define "k8s_workload_of" {
  of = "k8s_deployment"
  is = {
    replicas   = try(tonumber(default(self.spec[0].replicas, 1)), 1)
    strategy   = default(self.spec[0].strategy[0].type, "RollingUpdate")
    labels     = default(self.spec[0].template[0].metadata[0].labels, {})
    spread     = anytrue([for labels in k8s_kept_apart_from(self) : alltrue([for key, value in default(labels, {}) : lookup(default(self.spec[0].template[0].metadata[0].labels, {}), key, null) == value])])
    containers = pod_containers(self)
  }
}

define "k8s_workload_of" {
  of = "k8s_stateful_set"
  is = {
    replicas   = try(tonumber(default(self.spec[0].replicas, 1)), 1)
    strategy   = "RollingUpdate"
    labels     = default(self.spec[0].template[0].metadata[0].labels, {})
    spread     = anytrue([for labels in k8s_kept_apart_from(self) : alltrue([for key, value in default(labels, {}) : lookup(default(self.spec[0].template[0].metadata[0].labels, {}), key, null) == value])])
    containers = pod_containers(self)
  }
}

define "k8s_workload_of" {
  of = "k8s_daemon_set"
  is = {
    replicas   = 1
    strategy   = "RollingUpdate"
    labels     = default(self.spec[0].template[0].metadata[0].labels, {})
    spread     = anytrue([for labels in k8s_kept_apart_from(self) : alltrue([for key, value in default(labels, {}) : lookup(default(self.spec[0].template[0].metadata[0].labels, {}), key, null) == value])])
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
    spread   = anytrue([for labels in k8s_kept_apart_from(self) : alltrue([for key, value in default(labels, {}) : lookup(try(k8s_document(self).spec.template.metadata.labels, {}), key, null) == value])])
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

# A budget, with whether its labels alone select, and an autoscaler.
define "k8s_budget_of" {
  of = "k8s_disruption_budget"
  is = {
    most   = default(self.spec[0].max_unavailable, "")
    least  = default(self.spec[0].min_available, "")
    labels = default(self.spec[0].selector[0].match_labels, {})
    exact  = length(default(self.spec[0].selector[0].match_expressions, [])) == 0
  }
}

define "k8s_budget_of" {
  of = "k8s_manifest"
  is = {
    most   = tostring(default(try(k8s_document(self).spec.maxUnavailable, null), ""))
    least  = tostring(default(try(k8s_document(self).spec.minAvailable, null), ""))
    labels = try(k8s_document(self).spec.selector.matchLabels, {})
    exact  = length(try(k8s_document(self).spec.selector.matchExpressions, [])) == 0
  }
}

define "k8s_scaler_of" {
  of = "k8s_autoscaler"
  is = { target = self.spec[0].scale_target_ref[0].name, least = default(self.spec[0].min_replicas, 1) }
}

define "k8s_scaler_of" {
  of = "k8s_manifest"
  is = { target = try(k8s_document(self).spec.scaleTargetRef.name, null), least = default(try(k8s_document(self).spec.minReplicas, null), 1) }
}

define "all_k8s_scalers" {
  of = ["k8s_workload", "k8s_manifest"]
  is = [for o in resources("k8s_autoscaler", "k8s_manifest") : o if k8s_kind(o) == "HorizontalPodAutoscaler"]
}

# The autoscalers of a workload: those that refer to it, and those that name it.
define "k8s_scalers" {
  of = ["k8s_workload", "k8s_manifest"]
  is = [
    for a in all_k8s_scalers(self) : a
    if contains(refs(k8s_scaler_of(a).target), self) || k8s_scaler_of(a).target == k8s_place(self).name && k8s_place(a).namespace == k8s_place(self).namespace
  ]
}

# Whether it has a number of pods, which a document says by its kind.
define "is_k8s_replicated" {
  of = ["k8s_replicated", "k8s_manifest"]
  is = contains(["Deployment", "StatefulSet"], k8s_kind(self))
}

define "all_k8s_replicated" {
  of = ["k8s_disruption_budget", "k8s_manifest"]
  is = [for o in resources("k8s_replicated", "k8s_manifest") : o if is_k8s_replicated(o)]
}

# The fewest pods that a workload has: what an autoscaler allows counts before what the workload itself asks for.
define "k8s_fewest_pods" {
  of = ["k8s_replicated", "k8s_manifest"]
  is = length(k8s_scalers(self)) > 0 ? k8s_scaler_of(k8s_scalers(self)[0]).least : k8s_workload_of(self).replicas
}

define "all_k8s_budgets" {
  of = ["k8s_replicated", "k8s_manifest"]
  is = [for o in resources("k8s_disruption_budget", "k8s_manifest") : o if k8s_kind(o) == "PodDisruptionBudget"]
}

# Budgets that keep pods of a workload. One that selects by expressions may be about any.
define "k8s_budgets" {
  of = ["k8s_replicated", "k8s_manifest"]
  is = [
    for b in all_k8s_budgets(self) : b
    if(
      alltrue([for key, value in k8s_budget_of(b).labels : lookup(k8s_workload_of(self).labels, key, null) == value])
      && k8s_place(b).namespace == k8s_place(self).namespace
    )
  ]
}

# The labels by which a service finds its pods.
define "k8s_selects" {
  of = "k8s_service"
  is = default(self.spec[0].selector, {})
}

define "k8s_selects" {
  of = "k8s_manifest"
  is = try(k8s_document(self).spec.selector, {})
}

define "all_k8s_services" {
  of = ["k8s_workload", "k8s_manifest"]
  is = [for o in resources("k8s_service", "k8s_manifest") : o if k8s_kind(o) == "Service"]
}

# Services that send traffic to pods of a workload.
define "k8s_services" {
  of = ["k8s_workload", "k8s_manifest"]
  is = [
    for s in all_k8s_services(self) : s
    if(
      length(k8s_selects(s)) > 0
      && alltrue([for key, value in k8s_selects(s) : lookup(k8s_workload_of(self).labels, key, null) == value])
      && k8s_place(s).namespace == k8s_place(self).namespace
    )
  ]
}

define "container_images" {
  of = ["k8s_workload", "k8s_cron_job"]
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
