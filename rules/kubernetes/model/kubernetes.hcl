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

define "container_images" {
  of = ["kubernetes_deployment", "kubernetes_deployment_v1", "kubernetes_stateful_set", "kubernetes_stateful_set_v1", "kubernetes_daemonset", "kubernetes_daemon_set_v1", "kubernetes_cron_job", "kubernetes_cron_job_v1"]
  is = concat([for c in default(pod(self).container, []) : c.image], [for c in default(pod(self).init_container, []) : c.image])
}
