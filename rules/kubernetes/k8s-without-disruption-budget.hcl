rule "k8s-without-disruption-budget" {
  summary   = "Drains may take all pods of a workload at once"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    An upgrade of the nodes drains several of them at a time. Without a budget it takes every pod that runs there, and the new ones are not ready yet.
  MD
  fix       = "Add a `kubernetes_pod_disruption_budget_v1` that selects the pods, with `max_unavailable = \"1\"`."
  notice    = "The service has no ready endpoint for seconds while nodes are replaced."
  prove     = "Drain two nodes of a test cluster at the same time while a client sends a request each second."
  references = [
    "AWS Well-Architected REL08-BP04",
    "Kubernetes: Specifying a Disruption Budget for your Application",
    "kube-score deployment-has-poddisruptionbudget",
  ]

  # A worker whose pods all go loses time and no request.
  for_each = resources("k8s_replicated", "k8s_manifest")
  unless = (
    !is_k8s_replicated(self)
    || k8s_fewest_pods(self) < 2
    || k8s_kind(self) == "Deployment" && !anytrue([for c in k8s_workload_of(self).containers : c.serves]) && length(k8s_services(self)) == 0
  )
  when    = length(k8s_budgets(self)) == 0
  message = "nothing keeps a drain from taking all ${k8s_fewest_pods(self)} pods of `${self}` at once"

  fails "a deployment that serves" {
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
  }

  fails "a budget for others" {
    resource "kubernetes_stateful_set_v1" "orders" {
      metadata {
        name = "orders"
      }

      spec {
        replicas     = 3
        service_name = "orders"

        selector {
          match_labels = { app = "orders" }
        }

        template {
          metadata {
            labels = { app = "orders" }
          }

          spec {
            container {
              name  = "orders"
              image = "ghcr.io/acme/orders:1.4.2"
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
  }

  fails "a service sends traffic to a port that is not declared" {
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

    resource "kubernetes_service_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        selector = { app = "api" }

        port {
          port        = 80
          target_port = "8080"
        }
      }
    }
  }

  passes "a budget" {
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
          match_labels = { app = "api" }
        }
      }
    }
  }

  passes "a worker" {
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
  }

  passes "one pod, which another rule is about" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 1

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
  }

  unknown "number of pods is given by the caller" {
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
  }
}
