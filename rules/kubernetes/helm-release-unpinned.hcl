rule "helm-release-unpinned" {
  summary     = "Helm release takes the newest chart"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Without a version Helm takes the newest chart at the time of the apply. An upgrade with breaking changes arrives together with a change that has nothing
    to do with it, and differs between environments.
  MD
  fix         = "Set `version` to the version of the chart."
  notice      = "Two clusters run different versions of one chart: compare `helm list`."
  prove       = "Install the release in a fresh cluster, and compare the chart's version with production."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform Helm provider: helm_release"]

  locals {
    remote = default(self.repository, "") != "" || startswith(default(self.chart, ""), "oci://")
  }

  # A chart beside the configuration has the version that lies there; an archive has it in its name.
  for_each = resources("helm_release")
  unless   = !local.remote || endswith(default(self.chart, ""), ".tgz")
  when     = default(self.version, "") == "" || length(regexall("^v?[0-9]+[.][0-9]+[.][0-9]+([-+].*)?$", self.version)) == 0
  at       = "version"
  message  = "`${self}` takes the newest chart at the time of the apply"

  fails "no version" {
    resource "helm_release" "ingress" {
      name       = "ingress"
      repository = "https://kubernetes.github.io/ingress-nginx"
      chart      = "ingress-nginx"
    }
  }

  fails "a range of versions" {
    resource "helm_release" "ingress" {
      name       = "ingress"
      repository = "https://kubernetes.github.io/ingress-nginx"
      chart      = "ingress-nginx"
      version    = ">= 4.0"
    }
  }

  passes "version" {
    resource "helm_release" "ingress" {
      name       = "ingress"
      repository = "https://kubernetes.github.io/ingress-nginx"
      chart      = "ingress-nginx"
      version    = "4.11.3"
    }
  }

  passes "a chart beside the configuration" {
    resource "helm_release" "shop" {
      name  = "shop"
      chart = "./charts/shop"
    }
  }

  unknown "given by the caller" {
    variable "chart_version" { type = string }

    resource "helm_release" "ingress" {
      name       = "ingress"
      repository = "https://kubernetes.github.io/ingress-nginx"
      chart      = "ingress-nginx"
      version    = var.chart_version
    }
  }
}
