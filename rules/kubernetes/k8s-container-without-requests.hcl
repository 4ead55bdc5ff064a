rule "k8s-container-without-requests" {
  summary     = "Container says nothing about the memory that it needs"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    The scheduler takes it for nothing and puts it where there is no room, the node runs out of memory, and such pods are the first to be evicted.
  MD
  fix         = "Set `requests` for `cpu` and `memory` in `resources`, and a `limits` for `memory`."
  notice      = "`node_memory_utilization` is near 100 percent, and pods are evicted or killed by OOM."
  prove       = "Stress one pod with `aws:eks:pod-memory-stress`, and see which of its neighbours go."
  references  = ["AWS Well-Architected REL07-BP01", "checkov CKV_K8S_12", "Kubernetes: Resource management for pods and containers"]

  locals {
    silent = [
      for c in k8s_workload_of(self).containers : c.name if default(c.memory, "") == ""
    ]
  }

  for_each = resources("k8s_workload", "k8s_manifest")
  unless   = !contains(["Deployment", "StatefulSet", "DaemonSet"], k8s_kind(self))
  when     = length(local.silent) > 0
  message  = "${join(", ", sort([for name in local.silent : default(name, "a container")]))} of `${self}` says nothing about the memory that it needs"

  fails "left out" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 2

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

  fails "manifest" {
    resource "kubernetes_manifest" "api" {
      manifest = yamldecode(<<-YAML
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: api, namespace: shop }
          spec:
            replicas: 2
            selector: { matchLabels: { app: api } }
            template:
              metadata: { labels: { app: api } }
              spec:
                containers:
                  - name: api
                    image: ghcr.io/acme/api:1.4.2
      YAML
      )
    }
  }

  passes "manifest with a request" {
    resource "kubernetes_manifest" "api" {
      manifest = yamldecode(<<-YAML
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: api, namespace: shop }
          spec:
            replicas: 2
            selector: { matchLabels: { app: api } }
            template:
              metadata: { labels: { app: api } }
              spec:
                containers:
                  - name: api
                    image: ghcr.io/acme/api:1.4.2
                    resources: { requests: { memory: 256Mi } }
        YAML
      )
    }
  }

  passes "requests and a limit" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 2

        template {
          metadata {
            labels = { app = "api" }
          }

          spec {
            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"

              resources {
                requests = {
                  cpu    = "250m"
                  memory = "256Mi"
                }

                limits = {
                  memory = "512Mi"
                }
              }
            }
          }
        }
      }
    }
  }

  unknown "given by the caller" {
    variable "requests" { type = map(string) }

    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 2

        template {
          metadata {
            labels = { app = "api" }
          }

          spec {
            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"

              resources {
                requests = var.requests
              }
            }
          }
        }
      }
    }
  }
}
