rule "k8s-stateful-set-single-replica" {
  summary    = "Stateful set runs one pod"
  principle  = "single-point-of-failure"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    Its pod keeps its name and its volume, so nothing takes over: each drain of its node is an outage until the volume is attached elsewhere, and a volume
    of EBS can only be attached in its own zone.
  MD
  fix        = "Run as many members as the software needs to replicate its data (three as a rule), or use a managed store."
  notice     = "The one pod waits while its volume is detached from the old node."
  prove      = "Drain the node of the pod in a test cluster, and count the seconds until it answers again."
  references = ["AWS Well-Architected REL10-BP01", "Kubernetes: StatefulSets", "kube-linter minimum-three-replicas"]

  for_each = resources("k8s_stateful_set", "k8s_manifest")
  unless   = k8s_kind(self) != "StatefulSet"
  when     = k8s_fewest_pods(self) == 1
  at       = "spec.replicas"
  message  = "`${self}` runs one pod, and nothing takes over while its node is drained"

  fails "one" {
    resource "kubernetes_stateful_set_v1" "orders" {
      metadata {
        name = "orders"
      }

      spec {
        replicas     = 1
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
  }

  fails "manifest that leaves the number out" {
    resource "kubernetes_manifest" "api" {
      manifest = yamldecode(<<-YAML
          apiVersion: apps/v1
          kind: StatefulSet
          metadata: { name: api, namespace: shop }
          spec:
            selector: { matchLabels: { app: api } }
            template:
              metadata: { labels: { app: api } }
              spec:
                containers:
                  - { name: api, image: "ghcr.io/acme/api:1.4.2" }
        YAML
      )
    }
  }

  fails "an autoscaler may leave one" {
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

    resource "kubernetes_horizontal_pod_autoscaler_v2" "api" {
      metadata {
        name = "api"
      }

      spec {
        min_replicas = 1
        max_replicas = 6

        scale_target_ref {
          api_version = "apps/v1"
          kind        = "StatefulSet"
          name        = "orders"
        }
      }
    }
  }

  passes "three" {
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
  }

  passes "a deployment, which another rule is about" {
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
                  - { name: api, image: "ghcr.io/acme/api:1.4.2" }
        YAML
      )
    }
  }

  unknown "given by the caller" {
    variable "replicas" { type = number }

    resource "kubernetes_stateful_set_v1" "orders" {
      metadata {
        name = "orders"
      }

      spec {
        replicas     = var.replicas
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
  }
}
