rule "eks-too-few-nodes" {
  summary    = "EKS cluster or node group may shrink to a single node"
  principle  = "single-point-of-failure"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    The DNS of the cluster, its controllers and every replica then share one machine. When it goes, or is replaced for an update, all
    of them go.
  MD
  fix        = "Raise `min_size` of the node groups to two in sum, better to one for each zone."
  notice     = "`cluster_node_count` is 1, and all pods are Pending when it fails."
  prove      = "Terminate it with `aws:eks:terminate-nodegroup-instances`, and see what answers."
  references = ["AWS Well-Architected REL10-BP01", "Amazon EKS best practices: reliability, data plane"]

  param "minimum_nodes" {
    default = 2
    doc     = "Fewest nodes that a cluster must keep."
  }

  locals {
    groups = referrers(self, "member_of", "aws_eks_node_group")
    other  = length(referrers(self, "member_of", "aws_eks_fargate_profile")) > 0 || self.compute_config[0].enabled == true
    floor  = sum(concat([0], [for g in local.groups : default(g.scaling_config[0].min_size, 0)]))
    most   = sum(concat([0], [for g in local.groups : default(g.scaling_config[0].max_size, 0)]))
  }

  for_each = resources("aws_eks_cluster", "aws_eks_node_group")

  # Without nodes here they are made elsewhere; a cluster that can go down to none is parked.
  defect "cluster" {
    when = (
      is(self, "aws_eks_cluster") && !local.other && length(local.groups) > 0 && local.floor > 0 && local.most > 0
      && local.floor < param.minimum_nodes
    )
    message = "`${self}` may be left with one node"

    label "may go down to this" {
      at        = local.groups
      attribute = "scaling_config"
    }
  }

  # Its cluster stands elsewhere, perhaps with other groups: only a group that is one node in one subnet for good is spoken of.
  defect "group" {
    when = (
      is(self, "aws_eks_node_group") && self.scaling_config[0].min_size == 1 && self.scaling_config[0].max_size == 1
      && length(default(self.subnet_ids, [])) == 1
      && length(siblings(self)) < 2 && length(resources("aws_eks_cluster")) == 0
    )
    at      = "scaling_config.max_size"
    message = "`${self}` is one node in one subnet and never more: what runs there waits until it is replaced"
  }

  fails "one node" {
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      }
    }

    resource "aws_eks_node_group" "main" {
      cluster_name  = aws_eks_cluster.main.name
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]

      scaling_config {
        min_size     = 1
        max_size     = 8
        desired_size = 3
      }
    }
  }

  fails "one node for good, of a cluster that stands elsewhere" {
    resource "aws_eks_node_group" "main" {
      cluster_name  = "main"
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = ["subnet-0a1b2c3d"]

      scaling_config {
        min_size     = 1
        max_size     = 1
        desired_size = 1
      }
    }
  }

  passes "one node for each zone, of a cluster that stands elsewhere" {
    resource "aws_eks_node_group" "zone" {
      for_each      = toset(["subnet-0a1b2c3d", "subnet-1a2b3c4d"])
      cluster_name  = "main"
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = [each.key]

      scaling_config {
        min_size     = 1
        max_size     = 1
        desired_size = 1
      }
    }
  }

  passes "may grow, of a cluster that stands elsewhere" {
    resource "aws_eks_node_group" "main" {
      cluster_name  = "main"
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = ["subnet-0a1b2c3d"]

      scaling_config {
        min_size     = 1
        max_size     = 4
        desired_size = 1
      }
    }
  }

  passes "one node in each of two groups" {
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      }
    }

    resource "aws_eks_node_group" "zone" {
      for_each      = toset(["subnet-0a1b2c3d", "subnet-1a2b3c4d"])
      cluster_name  = aws_eks_cluster.main.name
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = [each.key]

      scaling_config {
        min_size     = 1
        max_size     = 8
        desired_size = 1
      }
    }
  }

  passes "Fargate beside it" {
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      }
    }

    resource "aws_eks_fargate_profile" "system" {
      cluster_name           = aws_eks_cluster.main.name
      fargate_profile_name   = "system"
      pod_execution_role_arn = "arn:aws:iam::111122223333:role/pods"
      subnet_ids             = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]

      selector {
        namespace = "kube-system"
      }
    }

    resource "aws_eks_node_group" "gpu" {
      cluster_name  = aws_eks_cluster.main.name
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = ["subnet-0a1b2c3d"]

      scaling_config {
        min_size     = 1
        max_size     = 2
        desired_size = 1
      }
    }
  }

  unknown "sizes are given by the caller" {
    variable "nodes" { type = number }

    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      }
    }

    resource "aws_eks_node_group" "main" {
      cluster_name  = aws_eks_cluster.main.name
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]

      scaling_config {
        min_size     = var.nodes
        max_size     = 8
        desired_size = var.nodes
      }
    }
  }
}
