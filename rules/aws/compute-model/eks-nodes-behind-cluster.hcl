rule "eks-nodes-behind-cluster" {
  summary     = "Nodes are too many versions behind their cluster"
  principle   = "compute-model"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A kubelet may be three minor versions older than the API server, and never newer. Further apart nodes drop out of the cluster, and EKS refuses the next
    upgrade.
  MD
  fix         = "Raise `version` of the node group, or leave it out so that it follows the cluster."
  notice      = "`kubectl get nodes` shows kubelets three minor versions behind the control plane; upgrades are refused."
  prove       = "Upgrade a test cluster by one version with old nodes, and see which pods no longer start."
  references  = ["AWS Well-Architected REL08-BP05", "Security Hub EKS.9", "Kubernetes: Version skew policy", "Amazon EKS User Guide: Update existing cluster to new Kubernetes version"]

  param "most" {
    default = 3
    doc     = "How many minor versions nodes may be behind."
  }

  locals {
    minor = try(tonumber(split(".", self.version)[1]), null)
    apart = [
      for c in linked(self, "member_of", "aws_eks_cluster") : {
        cluster = c
        behind  = try(tonumber(split(".", c.version)[1]), null) - local.minor
      } if c.version != null
    ]
    wrong = [for a in local.apart : a if a.behind > param.most || a.behind < 0]
  }

  for_each = resources("aws_eks_node_group")
  unless   = self.version == null
  when     = length(local.wrong) > 0
  at       = "version"
  message  = "nodes of `${self}` run ${self.version}, and `${local.wrong[0].cluster}` runs ${local.wrong[0].cluster.version}"

  label "the cluster" {
    at        = [for a in local.wrong : a.cluster]
    attribute = "version"
  }

  fails "four behind" {
    resource "aws_eks_cluster" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/shop"
      version  = "1.34"

      vpc_config {
        subnet_ids = ["subnet-0a", "subnet-0b"]
      }
    }

    resource "aws_eks_node_group" "general" {
      cluster_name  = aws_eks_cluster.shop.name
      node_role_arn = "arn:aws:iam::111122223333:role/nodes"
      subnet_ids    = ["subnet-0a", "subnet-0b"]
      version       = "1.30"

      scaling_config {
        desired_size = 2
        max_size     = 4
        min_size     = 2
      }
    }
  }

  passes "one behind, in the middle of an upgrade" {
    resource "aws_eks_cluster" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/shop"
      version  = "1.34"

      vpc_config {
        subnet_ids = ["subnet-0a", "subnet-0b"]
      }
    }

    resource "aws_eks_node_group" "general" {
      cluster_name  = aws_eks_cluster.shop.name
      node_role_arn = "arn:aws:iam::111122223333:role/nodes"
      subnet_ids    = ["subnet-0a", "subnet-0b"]
      version       = "1.33"

      scaling_config {
        desired_size = 2
        max_size     = 4
        min_size     = 2
      }
    }
  }

  passes "follows the cluster" {
    resource "aws_eks_node_group" "general" {
      cluster_name  = "shop"
      node_role_arn = "arn:aws:iam::111122223333:role/nodes"
      subnet_ids    = ["subnet-0a", "subnet-0b"]

      scaling_config {
        desired_size = 2
        max_size     = 4
        min_size     = 2
      }
    }
  }

  unknown "given by the caller" {
    variable "nodes" { type = string }

    resource "aws_eks_cluster" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/shop"
      version  = "1.34"

      vpc_config {
        subnet_ids = ["subnet-0a", "subnet-0b"]
      }
    }

    resource "aws_eks_node_group" "general" {
      cluster_name  = aws_eks_cluster.shop.name
      node_role_arn = "arn:aws:iam::111122223333:role/nodes"
      subnet_ids    = ["subnet-0a", "subnet-0b"]
      version       = var.nodes

      scaling_config {
        desired_size = 2
        max_size     = 4
        min_size     = 2
      }
    }
  }
}
