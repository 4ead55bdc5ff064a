rule "k8s-pods-not-spread" {
  summary   = "Nothing keeps the pods of a workload apart"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Several pods on one node, or on nodes of one zone, go together. By default the scheduler only prefers to spread them, and what it did when the cluster was
    small stays.
  MD
  fix       = "Add a `topology_spread_constraint` over `topology.kubernetes.io/zone`, or an anti-affinity of the pods."
  notice    = "`kubectl get pods -o wide` shows several pods of the workload on one node."
  prove     = "Drain one zone of a test cluster, and count the pods that are left."
  references = [
    "AWS Well-Architected REL10-BP01",
    "Kubernetes: Pod Topology Spread Constraints",
    "kube-score pod-topology-spread-constraints",
  ]

  for_each = resources("k8s_replicated", "k8s_manifest")
  unless   = !is_k8s_replicated(self) || k8s_fewest_pods(self) < 2
  when     = !k8s_workload_of(self).spread
  message  = "the ${k8s_fewest_pods(self)} pods of `${self}` may run on one node, or in one zone"

  fails "no constraint" {
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

  fails "manifest" {
    resource "kubernetes_manifest" "api" {
      manifest = yamldecode(<<-YAML
          apiVersion: apps/v1
          kind: StatefulSet
          metadata: { name: api, namespace: shop }
          spec:
            replicas: 3
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

  fails "an autoscaler asks for two at least" {
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
          name        = "api"
        }
      }
    }
  }

  fails "a constraint over other pods" {
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
            topology_spread_constraint {
              max_skew           = 1
              topology_key       = "topology.kubernetes.io/zone"
              when_unsatisfiable = "DoNotSchedule"

              label_selector {
                match_labels = { app = "apo" }
              }
            }

            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"
            }
          }
        }
      }
    }
  }

  fails "apart from other pods" {
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
            affinity {
              pod_anti_affinity {
                required_during_scheduling_ignored_during_execution {
                  label_selector {
                    match_labels = { app = "web" }
                  }

                  topology_key = "kubernetes.io/hostname"
                }
              }
            }

            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"
            }
          }
        }
      }
    }
  }

  fails "rather apart from other pods" {
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
            affinity {
              pod_anti_affinity {
                preferred_during_scheduling_ignored_during_execution {
                  weight = 100

                  pod_affinity_term {
                    label_selector {
                      match_labels = { app = "web" }
                    }

                    topology_key = "kubernetes.io/hostname"
                  }
                }
              }
            }

            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"
            }
          }
        }
      }
    }
  }

  fails "a constraint over other pods, in a manifest" {
    resource "kubernetes_manifest" "api" {
      manifest = yamldecode(<<-YAML
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: api }
          spec:
            replicas: 3
            selector: { matchLabels: { app: api } }
            template:
              metadata: { labels: { app: api } }
              spec:
                topologySpreadConstraints:
                  - maxSkew: 1
                    topologyKey: topology.kubernetes.io/zone
                    whenUnsatisfiable: DoNotSchedule
                    labelSelector: { matchLabels: { app: apo } }
                containers:
                  - { name: api, image: "ghcr.io/acme/api:1.4.2" }
        YAML
      )
    }
  }

  passes "rather apart from its own pods" {
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
            affinity {
              pod_anti_affinity {
                preferred_during_scheduling_ignored_during_execution {
                  weight = 100

                  pod_affinity_term {
                    label_selector {
                      match_labels = { app = "api" }
                    }

                    topology_key = "kubernetes.io/hostname"
                  }
                }
              }
            }

            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"
            }
          }
        }
      }
    }
  }

  passes "apart by an expression" {
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
            affinity {
              pod_anti_affinity {
                required_during_scheduling_ignored_during_execution {
                  label_selector {
                    match_expressions {
                      key      = "app"
                      operator = "In"
                      values   = ["api"]
                    }
                  }

                  topology_key = "kubernetes.io/hostname"
                }
              }
            }

            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"
            }
          }
        }
      }
    }
  }

  unknown "which pods it counts is given by the caller" {
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
            topology_spread_constraint {
              max_skew           = 1
              topology_key       = "topology.kubernetes.io/zone"
              when_unsatisfiable = "DoNotSchedule"

              label_selector {
                match_labels = { app = var.app }
              }
            }

            container {
              name  = "api"
              image = "ghcr.io/acme/api:1.4.2"
            }
          }
        }
      }
    }
  }

  passes "over zones" {
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

            topology_spread_constraint {
              max_skew           = 1
              topology_key       = "topology.kubernetes.io/zone"
              when_unsatisfiable = "ScheduleAnyway"

              label_selector {
                match_labels = { app = "api" }
              }
            }
          }
        }
      }
    }
  }

  passes "over nodes, by anti-affinity" {
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

            affinity {
              pod_anti_affinity {
                preferred_during_scheduling_ignored_during_execution {
                  weight = 100

                  pod_affinity_term {
                    topology_key = "kubernetes.io/hostname"

                    label_selector {
                      match_labels = { app = "api" }
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

  passes "manifest with a constraint" {
    resource "kubernetes_manifest" "api" {
      manifest = yamldecode(<<-YAML
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: api, namespace: shop }
          spec:
            replicas: 3
            selector: { matchLabels: { app: api } }
            template:
              metadata: { labels: { app: api } }
              spec:
                topologySpreadConstraints:
                  - { maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway }
                containers:
                  - { name: api, image: "ghcr.io/acme/api:1.4.2" }
        YAML
      )
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
            }
          }
        }
      }
    }
  }
}
