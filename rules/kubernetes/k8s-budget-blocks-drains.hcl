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
    budget = k8s_budget_of(self)
    least  = local.budget.least
    none   = local.budget.most == "0" || local.budget.most == "0%" || local.least == "100%"
    guarded = [
      for w in all_k8s_replicated(self) : w
      if(
        length(local.budget.labels) > 0
        && k8s_place(w).namespace == k8s_place(self).namespace
        && alltrue([for key, value in local.budget.labels : lookup(k8s_workload_of(w).labels, key, null) == value])
      )
    ]
    rivals = [
      for b in distinct(flatten([for w in local.guarded : k8s_budgets(w)])) : b
      if b != self && local.budget.exact && k8s_budget_of(b).exact && length(k8s_budget_of(b).labels) > 0 && sort([address(b), address(self)])[0] != address(self)
    ]
    twice = [for w in local.guarded : w if length([for b in local.rivals : b if contains(k8s_budgets(w), b)]) > 0]
    # What an autoscaler scales has at times no more pods than the fewest that it allows.
    scaled = [for w in local.guarded : w if length(k8s_scalers(w)) > 0]
    pods   = length(local.guarded) == 0 ? null : sum([for w in local.guarded : tonumber(k8s_fewest_pods(w))])
    # A share is rounded up to whole pods.
    kept  = default(local.least, "") == "" || local.pods == null ? null : endswith(local.least, "%") ? ceil(tonumber(trimsuffix(local.least, "%")) * local.pods / 100) : tonumber(local.least)
    every = local.kept != null && local.pods > 0 && local.kept >= local.pods
  }

  for_each = resources("k8s_disruption_budget", "k8s_manifest")
  unless   = k8s_kind(self) != "PodDisruptionBudget"

  defect "none" {
    when = local.none || local.every
    at   = "spec"
    message = (
      local.none || length(local.scaled) == 0
      ? "`${self}` lets no pod be moved, and nodes that run one cannot be drained"
      : "`${self}` lets no pod be moved while there are as few as `${k8s_scalers(local.scaled[0])[0]}` allows, and nodes that run one cannot be drained"
    )

    label "has no more pods" {
      at        = local.none ? [] : local.guarded
      attribute = "spec"
    }
  }

  # Each pair is reported once, at the one that comes later.
  defect "two budgets" {
    when    = length(local.twice) > 0
    at      = "spec"
    message = "`${self}` and `${local.rivals[0]}` are about the same pods, and Kubernetes moves no pod with two budgets"

    label "has two budgets" {
      at = local.twice
    }
  }

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

  fails "as many as there are" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 2

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api", tier = "web" }
          }

          spec {
            container {
              name  = "api"
              image = "shop/api:1.4.2"
            }
          }
        }
      }
    }

    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_available = "2"

        selector {
          match_labels = { app = "api" }
        }
      }
    }
  }

  fails "as many as an autoscaler leaves" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 9

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api", tier = "web" }
          }

          spec {
            container {
              name  = "api"
              image = "shop/api:1.4.2"
            }
          }
        }
      }
    }

    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_available = "2"

        selector {
          match_labels = { app = "api" }
        }
      }
    }

    resource "kubernetes_horizontal_pod_autoscaler_v2" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_replicas = 2
        max_replicas = 10

        scale_target_ref {
          api_version = "apps/v1"
          kind        = "Deployment"
          name        = "api"
        }
      }
    }
  }

  fails "a share that is rounded up" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 3

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api", tier = "web" }
          }

          spec {
            container {
              name  = "api"
              image = "shop/api:1.4.2"
            }
          }
        }
      }
    }

    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_available = "80%"

        selector {
          match_labels = { app = "api" }
        }
      }
    }
  }

  fails "manifest" {
    resource "kubernetes_manifest" "api" {
      manifest = {
        apiVersion = "policy/v1"
        kind       = "PodDisruptionBudget"
        metadata   = { name = "api", namespace = "shop" }
        spec       = { maxUnavailable = 0, selector = { matchLabels = { app = "api" } } }
      }
    }
  }

  fails "two budgets over the same pods" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 3

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api" }
          }

          spec {
            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"
            }
          }
        }
      }
    }

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

    resource "kubernetes_pod_disruption_budget_v1" "every" {
      metadata {
        name = "every"
      }

      spec {
        max_unavailable = "1"

        selector {
          match_labels = { app = "api" }
        }
      }
    }
  }

  passes "two budgets that an expression keeps apart" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 3

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api" }
          }

          spec {
            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"
            }
          }
        }
      }
    }

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

    resource "kubernetes_pod_disruption_budget_v1" "canary" {
      metadata {
        name = "canary"
      }

      spec {
        max_unavailable = "1"

        selector {
          match_labels = { app = "api" }

          match_expressions {
            key      = "track"
            operator = "In"
            values   = ["canary"]
          }
        }
      }
    }
  }

  passes "two budgets over different pods" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 3

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api" }
          }

          spec {
            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"
            }
          }
        }
      }
    }

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

    resource "kubernetes_pod_disruption_budget_v1" "web" {
      metadata {
        name = "web"
      }

      spec {
        max_unavailable = "1"

        selector {
          match_labels = { app = "web" }
        }
      }
    }
  }

  unknown "whether two budgets are about the same pods is given by the caller" {
    variable "app" { type = string }

    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 3

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api" }
          }

          spec {
            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"
            }
          }
        }
      }
    }

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

    resource "kubernetes_pod_disruption_budget_v1" "every" {
      metadata {
        name = "every"
      }

      spec {
        max_unavailable = "1"

        selector {
          match_labels = { app = var.app }
        }
      }
    }
  }

  passes "one less than there are" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 2

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api", tier = "web" }
          }

          spec {
            container {
              name  = "api"
              image = "shop/api:1.4.2"
            }
          }
        }
      }
    }

    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_available = "1"

        selector {
          match_labels = { app = "api" }
        }
      }
    }
  }

  passes "one less than an autoscaler leaves" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 9

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api", tier = "web" }
          }

          spec {
            container {
              name  = "api"
              image = "shop/api:1.4.2"
            }
          }
        }
      }
    }

    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_available = "2"

        selector {
          match_labels = { app = "api" }
        }
      }
    }

    resource "kubernetes_horizontal_pod_autoscaler_v2" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_replicas = 3
        max_replicas = 10

        scale_target_ref {
          api_version = "apps/v1"
          kind        = "Deployment"
          name        = "api"
        }
      }
    }
  }

  passes "pods of another namespace" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 2

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api", tier = "web" }
          }

          spec {
            container {
              name  = "api"
              image = "shop/api:1.4.2"
            }
          }
        }
      }
    }

    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name      = "api"
        namespace = "reports"
      }

      spec {
        min_available = "2"

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

  unknown "the caller says how many pods there are" {
    variable "replicas" { type = number }

    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = var.replicas

        selector {
          match_labels = { app = "api" }
        }

        template {
          metadata {
            labels = { app = "api", tier = "web" }
          }

          spec {
            container {
              name  = "api"
              image = "shop/api:1.4.2"
            }
          }
        }
      }
    }

    resource "kubernetes_pod_disruption_budget_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_available = "2"

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
