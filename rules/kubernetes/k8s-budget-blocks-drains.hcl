rule "k8s-budget-blocks-drains" {
  summary     = "Disruption budget allows no pod to be moved"
  principle   = "compute-model"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A node with such a pod cannot be drained. Upgrades of the cluster hang until they are forced, and then all pods go at once, which the budget was
    to prevent.
  MD
  fix         = "Set `max_unavailable = \"1\"`, or `min_available` below the number of replicas."
  notice      = "`kubectl drain` hangs with `Cannot evict pod`; node upgrades end with `PodEvictionFailure`."
  prove       = "Drain one node of a test cluster, and wait."
  references  = ["AWS Well-Architected REL08-BP04", "Kubernetes: Specifying a Disruption Budget for your Application", "Amazon EKS User Guide: Managed node update"]

  locals {
    none = (
      self.spec[0].max_unavailable == "0" || self.spec[0].max_unavailable == "0%"
      || self.spec[0].min_available == "100%"
    )
  }

  for_each = resources("k8s_disruption_budget")
  when     = local.none
  at       = "spec"
  message  = "`${self}` lets no pod be moved, and nodes that run one cannot be drained"

  fails "none unavailable" {
    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        max_unavailable = "0"

        selector {
          match_labels = { app = "api" }
        }
      }
    }
  }

  fails "all available" {
    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_available = "100%"

        selector {
          match_labels = { app = "api" }
        }
      }
    }
  }

  passes "one at a time" {
    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        max_unavailable = "1"

        selector {
          match_labels = { app = "api" }
        }
      }
    }
  }

  unknown "given by the caller" {
    variable "max_unavailable" { type = string }

    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        max_unavailable = var.max_unavailable

        selector {
          match_labels = { app = "api" }
        }
      }
    }
  }
}
