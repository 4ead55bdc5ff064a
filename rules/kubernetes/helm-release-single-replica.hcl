rule "helm-release-single-replica" {
  summary    = "Helm release asks for one pod"
  principle  = "single-point-of-failure"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    Each drain of its node, each upgrade and each crash is an outage until another pod has started somewhere else. Of a controller or an ingress that is an
    outage of all that it serves.
  MD
  fix        = "Set `replicaCount` to 2 or more in `values` or `set`, or switch the chart's autoscaling on."
  notice     = "`helm get values` of the release shows a count of 1; its service has one endpoint, and none while the pod moves."
  prove      = "Drain the node that runs the release, and send a request each second to what it serves."
  references = ["AWS Well-Architected REL10-BP01", "Helm: Values files", "Terraform Helm provider: helm_release"]

  locals {
    values = [for text in default(self.values, []) : try(yamldecode(text), {})]
    set    = default(self.set, [])
    # Later values win over earlier ones, and those that are set over all of them.
    counts = {
      for name, of_values in {
        "replicaCount"            = [for v in local.values : try(v.replicaCount, null)]
        "replicas"                = [for v in local.values : try(v.replicas, null)]
        "controller.replicaCount" = [for v in local.values : try(v.controller.replicaCount, null)]
      } : name => reverse([for n in concat([null], of_values, [for s in local.set : s.value if s.name == name]) : tostring(n) if n != null])
    }
    least = {
      for name, of_values in {
        "autoscaling.minReplicas"            = [for v in local.values : try(v.autoscaling.minReplicas, null)]
        "controller.autoscaling.minReplicas" = [for v in local.values : try(v.controller.autoscaling.minReplicas, null)]
      } : name => reverse([for n in concat([null], of_values, [for s in local.set : s.value if s.name == name]) : tostring(n) if n != null])
    }
    lowered = [for name, counts in local.least : name if counts[0] == "1"]
    single  = [for name, counts in local.counts : name if counts[0] == "1"]
    # An autoscaler has more pods, unless it may have one.
    scales = anytrue(flatten([
      [for v in local.values : try(v.autoscaling.enabled, false) == true || try(v.controller.autoscaling.enabled, false) == true],
      [for s in local.set : s.value == "true" if contains(["autoscaling.enabled", "controller.autoscaling.enabled"], s.name)],
    ]))
    # One pod alone can mount such a volume.
    keeps_data = anytrue(flatten([
      [for v in local.values : try(v.persistence.enabled, false) == true],
      [for s in local.set : s.value == "true" if s.name == "persistence.enabled"],
    ]))
  }

  # What a chart takes where nobody says it stands in the chart.
  for_each = resources("helm_release")
  unless   = local.keeps_data

  defect "number of pods" {
    when    = length(local.single) > 0 && !local.scales
    at      = "values"
    message = "`${self}` asks for one pod by `${local.single[0]}`"
  }

  defect "autoscaler" {
    when    = length(local.lowered) > 0 && local.scales
    at      = "values"
    message = "`${self}` asks for one pod by `${local.lowered[0]}`, whenever there is little to do"
  }

  fails "in a document" {
    resource "helm_release" "shop" {
      name       = "shop"
      repository = "https://charts.example.com"
      chart      = "shop"
      version    = "1.4.2"
      values     = [yamlencode({ replicaCount = 1, image = { tag = "1.4.2" } })]
    }
  }

  fails "in a text" {
    resource "helm_release" "ingress" {
      name       = "ingress-nginx"
      repository = "https://kubernetes.github.io/ingress-nginx"
      chart      = "ingress-nginx"
      version    = "4.11.3"
      values = [<<-YAML
        controller:
          replicaCount: 1
      YAML
      ]
    }
  }

  fails "set as a block" {
    resource "helm_release" "shop" {
      name       = "shop"
      repository = "https://charts.example.com"
      chart      = "shop"
      version    = "1.4.2"
      values     = [yamlencode({ replicaCount = 3 })]

      set {
        name  = "replicaCount"
        value = "1"
      }
    }
  }

  fails "set as a list" {
    resource "helm_release" "controller" {
      name       = "aws-load-balancer-controller"
      repository = "https://aws.github.io/eks-charts"
      chart      = "aws-load-balancer-controller"
      version    = "1.10.0"
      set = [
        { name = "clusterName", value = "shop" },
        { name = "replicaCount", value = "1" },
      ]
    }
  }

  fails "an autoscaler that may leave one" {
    resource "helm_release" "shop" {
      name       = "shop"
      repository = "https://charts.example.com"
      chart      = "shop"
      version    = "1.4.2"
      values     = [yamlencode({ replicaCount = 3, autoscaling = { enabled = true, minReplicas = 1 } })]
    }
  }

  passes "two" {
    resource "helm_release" "shop" {
      name       = "shop"
      repository = "https://charts.example.com"
      chart      = "shop"
      version    = "1.4.2"
      values     = [yamlencode({ replicaCount = 1 }), yamlencode({ replicaCount = 2 })]
    }
  }

  passes "the chart decides" {
    resource "helm_release" "shop" {
      name       = "shop"
      repository = "https://charts.example.com"
      chart      = "shop"
      version    = "1.4.2"
      values     = [yamlencode({ image = { tag = "1.4.2" } })]
    }
  }

  passes "an autoscaler" {
    resource "helm_release" "shop" {
      name       = "shop"
      repository = "https://charts.example.com"
      chart      = "shop"
      version    = "1.4.2"
      values     = [yamlencode({ replicaCount = 1, autoscaling = { enabled = true, minReplicas = 2 } })]
    }
  }

  passes "an autoscaler that is off" {
    resource "helm_release" "shop" {
      name       = "shop"
      repository = "https://charts.example.com"
      chart      = "shop"
      version    = "1.4.2"
      values     = [yamlencode({ replicaCount = 3, autoscaling = { enabled = false, minReplicas = 1 } })]
    }
  }

  passes "a volume that one pod alone can mount" {
    resource "helm_release" "grafana" {
      name       = "grafana"
      repository = "https://grafana.github.io/helm-charts"
      chart      = "grafana"
      version    = "8.5.1"
      values     = [yamlencode({ replicas = 1, persistence = { enabled = true } })]
    }
  }

  unknown "given by the caller" {
    variable "replicas" { type = number }

    resource "helm_release" "shop" {
      name       = "shop"
      repository = "https://charts.example.com"
      chart      = "shop"
      version    = "1.4.2"
      values     = [yamlencode({ replicaCount = var.replicas, image = { tag = "1.4.2" } })]
    }
  }
}
