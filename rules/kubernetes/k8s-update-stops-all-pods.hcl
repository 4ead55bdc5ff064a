rule "k8s-update-stops-all-pods" {
  summary   = "Deployment stops all of its pods before it starts new ones"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    With the strategy `Recreate` each release is an outage: all pods are stopped, and only then the new ones are pulled and started. When the new version does
    not start, it is a long one.
  MD
  fix       = "Leave out the strategy, or set `RollingUpdate` with `max_unavailable` below the number of pods."
  notice    = "The service has no ready endpoint during each release."
  prove     = "Release the same version again in a test environment while a client sends a request each second."
  references = [
    "AWS Well-Architected REL08-BP04",
    "Kubernetes: Deployments, strategy",
    "kube-linter no-rolling-update-strategy",
  ]

  # A single pod, often with a volume that only one may mount, and a worker lose time only.
  for_each = resources("k8s_deployment", "k8s_manifest")
  unless = (
    k8s_kind(self) != "Deployment"
    || k8s_fewest_pods(self) < 2
    || !anytrue([for c in k8s_workload_of(self).containers : c.serves]) && length(k8s_services(self)) == 0
  )
  when    = k8s_workload_of(self).strategy == "Recreate"
  message = "a release of `${self}` stops all ${k8s_fewest_pods(self)} pods before a new one starts"

  fails "three pods that serve" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 3

        strategy {
          type = "Recreate"
        }

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

  passes "one after another" {
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

  passes "a single pod" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 1

        strategy {
          type = "Recreate"
        }

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

  passes "workers" {
    resource "kubernetes_deployment_v1" "mail" {
      metadata {
        name = "mail"
      }

      spec {
        replicas = 3

        strategy {
          type = "Recreate"
        }

        selector {
          match_labels = { app = "mail" }
        }

        template {
          metadata {
            labels = { app = "mail" }
          }

          spec {
            container {
              name  = "mail"
              image = "ghcr.io/acme/mail:1.4.2"
            }
          }
        }
      }
    }
  }

  unknown "the caller decides how it is updated" {
    variable "strategy" { type = string }

    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 3

        strategy {
          type = var.strategy
        }

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
