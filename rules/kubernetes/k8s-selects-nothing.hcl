rule "k8s-selects-nothing" {
  summary     = "Service, budget or autoscaler that is about no workload"
  principle   = "redundancy"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Kubernetes finds pods by their labels and workloads by their names, and takes a selector that fits nothing without a word: the service has no endpoint, the
    budget protects nobody, the autoscaler scales nothing.
  MD
  fix         = "Take the labels of the pod template over into the selector, and the name of the workload into `scale_target_ref`."
  notice      = "`kubectl get endpoints` shows none, the budget has `0` as `ALLOWED DISRUPTIONS`, the autoscaler `<unknown>` as target."
  prove       = "Ask `kubectl get endpointslices` in a test cluster after the apply."
  references = [
    "AWS Well-Architected REL04-BP02",
    "Kubernetes: Labels and Selectors",
    "kube-score service-targets-pod",
    "kube-linter dangling-service",
  ]

  locals {
    is_service = k8s_kind(self) == "Service"
    is_budget  = k8s_kind(self) == "PodDisruptionBudget"
    is_scaler  = k8s_kind(self) == "HorizontalPodAutoscaler"
    labels     = local.is_service ? default(k8s_selects(self), {}) : local.is_budget ? default(k8s_budget_of(self).labels, {}) : {}
    beside = [
      for w in resources("k8s_workload", "k8s_manifest") : w
      if contains(["Deployment", "StatefulSet", "DaemonSet"], k8s_kind(w)) && k8s_place(w).namespace == k8s_place(self).namespace
    ]
    fitting = [for w in local.beside : w if alltrue([for key, value in local.labels : lookup(k8s_workload_of(w).labels, key, null) == value])]
    # Pods may come from elsewhere. So only what has a workload beside it with the same keys that nothing else of its kind is about is taken for a slip.
    left = [
      for w in local.beside : w
      if(
        alltrue([for key, value in local.labels : lookup(k8s_workload_of(w).labels, key, null) != null])
        && (local.is_service ? length(k8s_services(w)) == 0 && anytrue([for c in k8s_workload_of(w).containers : c.serves]) : is(w, "k8s_replicated", "k8s_manifest") && length(k8s_budgets(w)) == 0)
      )
    ]
    target = local.is_scaler ? k8s_scaler_of(self).target : null
    unscaled = [
      for w in local.beside : w
      if contains(["Deployment", "StatefulSet"], k8s_kind(w)) && length(k8s_scalers(w)) == 0
    ]
    aimed = [for w in local.beside : w if contains(refs(local.target), w) || k8s_place(w).name == local.target]
  }

  for_each = resources("k8s_service", "k8s_disruption_budget", "k8s_autoscaler", "k8s_manifest")
  unless   = length(resources("helm_release")) > 0

  defect "selector" {
    when    = (local.is_service || local.is_budget) && length(local.labels) > 0 && length(local.fitting) == 0 && length(local.left) > 0
    at      = "spec"
    message = "`${self}` selects no pod: those of `${local.left[0]}` have ${join(", ", [for key, value in local.labels : "${key} = \"${lookup(k8s_workload_of(local.left[0]).labels, key, "")}\""])}"

    label "is selected by none" {
      at = local.left
    }
  }

  defect "target" {
    when    = local.is_scaler && local.target != null && length(local.aimed) == 0 && length(local.unscaled) > 0
    at      = "spec"
    message = "`${self}` scales nothing: there is no `${local.target}`, only `${join("`, `", distinct([for w in local.unscaled : k8s_place(w).name]))}`"

    label "is scaled by none" {
      at = local.unscaled
    }
  }

  fails "service with a slip in its selector" {
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

              port {
                container_port = 8080
              }
            }
          }
        }
      }
    }

    resource "kubernetes_service_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        selector = { app = "apo" }

        port {
          port        = 80
          target_port = 8080
        }
      }
    }
  }

  fails "budget with a slip in its selector" {
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

              port {
                container_port = 8080
              }
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
          match_labels = { app = "apo" }
        }
      }
    }
  }

  fails "autoscaler of another name" {
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

              port {
                container_port = 8080
              }
            }
          }
        }
      }
    }

    resource "kubernetes_horizontal_pod_autoscaler_v2" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_replicas = 2
        max_replicas = 6

        scale_target_ref {
          api_version = "apps/v1"
          kind        = "Deployment"
          name        = "apo"
        }
      }
    }
  }

  passes "they fit" {
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

              port {
                container_port = 8080
              }
            }
          }
        }
      }
    }

    resource "kubernetes_service_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        selector = { app = "api" }

        port {
          port        = 80
          target_port = 8080
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

    resource "kubernetes_horizontal_pod_autoscaler_v2" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_replicas = 2
        max_replicas = 6

        scale_target_ref {
          api_version = "apps/v1"
          kind        = "Deployment"
          name        = "api"
        }
      }
    }
  }

  passes "autoscaler by a reference" {
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

              port {
                container_port = 8080
              }
            }
          }
        }
      }
    }

    resource "kubernetes_horizontal_pod_autoscaler_v2" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_replicas = 2
        max_replicas = 6

        scale_target_ref {
          api_version = "apps/v1"
          kind        = "Deployment"
          name        = kubernetes_deployment_v1.api.metadata[0].name
        }
      }
    }
  }

  passes "pods that come from elsewhere" {
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

              port {
                container_port = 8080
              }
            }
          }
        }
      }
    }

    resource "kubernetes_service_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        selector = { app = "api" }

        port {
          port        = 80
          target_port = 8080
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
          match_labels = { role = "web" }
        }
      }
    }
  }

  passes "another namespace, whose pods come from elsewhere" {
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

              port {
                container_port = 8080
              }
            }
          }
        }
      }
    }

    resource "kubernetes_service_v1" "api" {
      metadata {
        name      = "api"
        namespace = "web"
      }

      spec {
        selector = { app = "web" }

        port {
          port        = 80
          target_port = 8080
        }
      }
    }
  }

  passes "beside a chart, which may bring the pods" {
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

              port {
                container_port = 8080
              }
            }
          }
        }
      }
    }

    resource "kubernetes_service_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        selector = { app = "web" }

        port {
          port        = 80
          target_port = 8080
        }
      }
    }

    resource "helm_release" "web" {
      name    = "web"
      chart   = "web"
      version = "1.0.0"
    }
  }

  unknown "the selector is given by the caller" {
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

              port {
                container_port = 8080
              }
            }
          }
        }
      }
    }

    resource "kubernetes_service_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        selector = { app = var.app }

        port {
          port        = 80
          target_port = 8080
        }
      }
    }
  }
}
