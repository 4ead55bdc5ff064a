rule "k8s-without-readiness-probe" {
  summary     = "Pod gets traffic before it can answer"
  principle   = "compute-model"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Without a readiness probe a pod is ready as soon as its process runs. A rolling release then ends the old pods while the new ones still start, and one
    that hangs keeps its share of the traffic.
  MD
  fix         = "Add a `readiness_probe` to the container that serves the port."
  notice      = "Errors rise for seconds after each rollout."
  prove       = "Roll the deployment out again while a client sends a request each second."
  references  = ["AWS Well-Architected REL11-BP01", "checkov CKV_K8S_9", "Kubernetes: Configure liveness, readiness and startup probes"]

  locals {
    containers = k8s_workload_of(self).containers
    # A port that a container does not declare is open all the same.
    serves = length([for c in local.containers : c if c.serves]) > 0 || length(k8s_services(self)) > 0
    probed = length([for c in local.containers : c if c.probed]) > 0
  }

  # A worker without a port gets no traffic.
  for_each = resources("k8s_replicated", "k8s_manifest")
  unless   = !is_k8s_replicated(self) || !local.serves
  when     = !local.probed
  message  = "pods of `${self}` get traffic before they can answer, and while they hang"

  fails "a port and no probe" {
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

              port {
                container_port = 8080
              }
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
                    ports: [{ containerPort: 8080 }]
        YAML
      )
    }
  }

  passes "manifest with a probe" {
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
                    ports: [{ containerPort: 8080 }]
                    readinessProbe: { httpGet: { path: /ready, port: 8080 } }
      YAML
      )
    }
  }

  passes "probe" {
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

              port {
                container_port = 8080
              }

              readiness_probe {
                http_get {
                  path = "/healthz"
                  port = 8080
                }
              }
            }
          }
        }
      }
    }
  }

  passes "a worker" {
    resource "kubernetes_deployment_v1" "worker" {
      metadata {
        name = "worker"
      }

      spec {
        replicas = 2

        template {
          metadata {
            labels = { app = "worker" }
          }

          spec {
            container {
              name  = "worker"
              image = "ghcr.io/acme/worker:1.4.2"
            }
          }
        }
      }
    }
  }

  unknown "decided by the caller" {
    variable "probes" { type = list(string) }

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

              port {
                container_port = 8080
              }

              dynamic "readiness_probe" {
                for_each = var.probes
                content {
                  http_get {
                    path = readiness_probe.value
                    port = 8080
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
