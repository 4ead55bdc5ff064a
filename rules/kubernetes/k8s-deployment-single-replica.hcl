rule "k8s-deployment-single-replica" {
  summary    = "Deployment runs one pod"
  principle  = "single-point-of-failure"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    Each drain of its node, each upgrade and each crash is an outage until another pod has started somewhere else.
  MD
  fix        = "Set `replicas` to 2 or more, or add an autoscaler with `min_replicas` of 2 or more."
  notice     = "`service_number_of_running_pods` is 1, and 0 for a moment at each failure."
  prove      = "Delete the pod with `aws:eks:pod-delete`, and count the failed requests."
  references = ["AWS Well-Architected REL10-BP01", "Kubernetes: Deployments, replicas"]

  locals {
    scaled = [for a in k8s_scalers(self) : a if k8s_scaler_of(a).least > 1]
    # It takes pods away whatever `replicas` says.
    lowered = [for a in k8s_scalers(self) : a if k8s_scaler_of(a).least == 1]
  }

  # What recreates its pod has a volume that one pod alone can mount.
  for_each = resources("k8s_deployment", "k8s_manifest")
  unless   = k8s_kind(self) != "Deployment" || length(local.scaled) > 0 || k8s_workload_of(self).strategy == "Recreate"

  defect "number of pods" {
    when    = k8s_workload_of(self).replicas == 1
    at      = "spec.replicas"
    message = "`${self}` runs one pod, and each drain of its node is an outage"

    edit "spec.replicas" {
      to   = 2
      when = is(self, "k8s_deployment")
    }
  }

  defect "autoscaler" {
    when    = length(local.lowered) > 0
    at      = "spec.replicas"
    message = "`${self}` runs one pod whenever there is little to do: `${local.lowered[0]}` asks for no more"

    label "may leave one pod" {
      at        = local.lowered
      attribute = "spec.min_replicas"
    }
  }

  fails "default of one" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
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
            replicas: 1
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

  fails "an autoscaler leaves one" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 3

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

    resource "kubernetes_horizontal_pod_autoscaler_v2" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_replicas = 1
        max_replicas = 10

        scale_target_ref {
          api_version = "apps/v1"
          kind        = "Deployment"
          name        = kubernetes_deployment_v1.api.metadata[0].name
        }
      }
    }
  }

  passes "manifest with two" {
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

  passes "manifest of something else" {
    resource "kubernetes_manifest" "settings" {
      manifest = { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "settings" }, data = {} }
    }
  }

  passes "two" {
    resource "kubernetes_deployment" "api" {
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

  passes "an autoscaler keeps two" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
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
          name        = kubernetes_deployment_v1.api.metadata[0].name
        }
      }
    }
  }

  passes "a volume for one pod alone" {
    resource "kubernetes_deployment_v1" "ledger" {
      metadata {
        name = "ledger"
      }

      spec {
        replicas = 1

        strategy {
          type = "Recreate"
        }

        template {
          metadata {
            labels = { app = "ledger" }
          }

          spec {
            container {
              name  = "ledger"
              image = "ghcr.io/acme/ledger:1.4.2"
            }
          }
        }
      }
    }
  }

  unknown "given by the caller" {
    variable "replicas" { type = number }

    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = var.replicas

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
}
