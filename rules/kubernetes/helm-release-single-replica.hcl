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
    documents = [for text in default(self.values, []) : try(yamldecode(text), {})]
    set       = default(self.set, [])
    # A chart that installs several things has the values of each below its name.
    parts = distinct(concat(
      [""],
      flatten([for d in local.documents : [for name in try(keys(d), []) : "${name}." if attribute(d[name]) == null && can(keys(d[name]))]]),
      [for s in local.set : replace(s.name, "/(replicaCount|replicas|autoscaling[.]minReplicas)$/", "") if can(regex("[.](replicaCount|replicas|autoscaling[.]minReplicas)$", s.name))],
    ))
    # What is said of each part, in the order in which it counts: later documents win over earlier ones, and what is set over all of them.
    values = {
      for part in local.parts : part => [
        for d in local.documents : part == "" ? d : try(d[trimsuffix(part, ".")], {})
      ]
    }
    said = {
      for part, values in local.values : part => {
        for name, of_values in {
          "replicaCount"             = [for v in values : try(v.replicaCount, null)]
          "replicas"                 = [for v in values : try(v.replicas, null)]
          "autoscaling.enabled"      = [for v in values : try(v.autoscaling.enabled, null)]
          "autoscaling.minReplicas"  = [for v in values : try(v.autoscaling.minReplicas, null)]
          "persistence.enabled"      = [for v in values : try(v.persistence.enabled, null)]
          "persistentVolume.enabled" = [for v in values : try(v.persistentVolume.enabled, null)]
          } : name => reverse([
            for n in concat([null], of_values, [for s in local.set : s.value if s.name == "${part}${name}"]) : tostring(n) if n != null
        ])[0]
      }
    }
    # One pod alone can mount such a volume.
    free    = { for part, said in local.said : part => said if !(said["persistence.enabled"] == "true" || said["persistentVolume.enabled"] == "true") }
    single  = flatten([for part, said in local.free : [for name in ["replicaCount", "replicas"] : "${part}${name}" if said[name] == "1" && !(said["autoscaling.enabled"] == "true")]])
    lowered = [for part, said in local.free : "${part}autoscaling.minReplicas" if said["autoscaling.enabled"] == "true" && said["autoscaling.minReplicas"] == "1"]
  }

  # What a chart takes where nobody says it stands in the chart.
  for_each = resources("helm_release")

  defect "number of pods" {
    when    = length(local.single) > 0
    at      = "values"
    message = "`${self}` asks for one pod by `${join("` and `", local.single)}`"
  }

  defect "autoscaler" {
    when    = length(local.lowered) > 0
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

  fails "of one part of the chart, beside what is not known" {
    variable "host" { type = string }

    resource "helm_release" "argocd" {
      name       = "argocd"
      repository = "https://argoproj.github.io/argo-helm"
      chart      = "argo-cd"
      version    = "7.6.8"
      values = [yamlencode({
        global     = { domain = var.host }
        server     = { replicas = 1, ingress = { enabled = true, hostname = var.host } }
        repoServer = { replicas = 2 }
      })]
    }
  }

  fails "of a part, set alone" {
    resource "helm_release" "ingress" {
      name       = "ingress-nginx"
      repository = "https://kubernetes.github.io/ingress-nginx"
      chart      = "ingress-nginx"
      version    = "4.11.3"

      set {
        name  = "controller.replicaCount"
        value = "1"
      }
    }
  }

  fails "an autoscaler of a part" {
    resource "helm_release" "ingress" {
      name       = "ingress-nginx"
      repository = "https://kubernetes.github.io/ingress-nginx"
      chart      = "ingress-nginx"
      version    = "4.11.3"

      set {
        name  = "controller.autoscaling.enabled"
        value = "true"
      }

      set {
        name  = "controller.autoscaling.minReplicas"
        value = "1"
      }
    }
  }

  passes "a part with a volume that one pod alone can mount" {
    resource "helm_release" "prometheus" {
      name       = "prometheus"
      repository = "https://prometheus-community.github.io/helm-charts"
      chart      = "prometheus"
      version    = "25.27.0"
      values     = [yamlencode({ server = { replicaCount = 1, persistentVolume = { enabled = true } } })]
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
