rule "eks-without-control-plane-logs" {
  summary   = "EKS control plane keeps no log of what changed the cluster"
  principle = "observability"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    The control plane runs at AWS; nobody can look into it. Who deleted the deployment, and why the API refused a controller, stands
    in its logs or nowhere.
  MD
  fix       = "Set `enabled_cluster_log_types` to at least `[\"api\", \"audit\", \"authenticator\"]`."
  notice    = "The cluster changed, and nobody can tell who did it: no log group `/aws/eks/…/cluster` has entries."
  prove     = "Delete a deployment in a test cluster, and find out who did it."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config eks-cluster-logging-enabled",
    "Security Hub EKS.8",
    "checkov CKV_AWS_37",
    "trivy AWS-0038, aws-eks-enable-control-plane-logging",
  ]

  locals {
    types = default(self.enabled_cluster_log_types, [])
  }

  for_each = resources("aws_eks_cluster")

  defect "none" {
    when    = length(local.types) == 0
    at      = "enabled_cluster_log_types"
    message = "the control plane of `${self}` keeps no log"

    edit "enabled_cluster_log_types" {
      to = ["api", "audit", "authenticator"]
    }
  }

  defect "not who did what" {
    when    = !contains(local.types, "audit")
    at      = "enabled_cluster_log_types"
    message = "who changed or deleted something in `${self}` cannot be told: its control plane keeps no `audit` log"

    edit "enabled_cluster_log_types" {
      to = concat(local.types, ["audit"])
    }
  }

  fails "left out" {
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"
    }
  }

  fails "without audit" {
    resource "aws_eks_cluster" "main" {
      name                      = "main"
      role_arn                  = "arn:aws:iam::111122223333:role/eks"
      enabled_cluster_log_types = ["api", "scheduler"]
    }
  }

  passes "the three that are asked" {
    resource "aws_eks_cluster" "main" {
      name                      = "main"
      role_arn                  = "arn:aws:iam::111122223333:role/eks"
      enabled_cluster_log_types = ["api", "audit", "authenticator"]
    }
  }

  unknown "given by the caller" {
    variable "log_types" { type = list(string) }

    resource "aws_eks_cluster" "main" {
      name                      = "main"
      role_arn                  = "arn:aws:iam::111122223333:role/eks"
      enabled_cluster_log_types = var.log_types
    }
  }
}
