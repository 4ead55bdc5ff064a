rule "eks-nodes-single-az" {
  summary    = "All nodes of an EKS cluster stand in one Availability Zone"
  principle  = "redundancy"
  severity   = "error"
  since      = "2027.1"
  why        = <<-MD
    AWS runs the control plane in several zones, but pods run on the nodes. When their zone fails, nothing can be scheduled anywhere,
    however many replicas there are.
  MD
  fix        = "Give the node groups subnets in two zones, or make a group for each zone."
  notice     = "`cluster_node_count` falls to 0 with one zone, and pods stay Pending."
  prove      = "Terminate the node group's machines with `aws:eks:terminate-nodegroup-instances` while their zone refuses new ones."
  references = ["AWS Well-Architected REL10-BP01", "Amazon EKS best practices: reliability, data plane"]

  locals {
    groups = referrers(self, "member_of", "aws_eks_node_group", "aws_eks_fargate_profile")
    zones  = distinct(flatten([for g in local.groups : zones(g)]))
    given  = distinct(flatten([for g in local.groups : [for s in default(g.subnet_ids, []) : s]]))
  }

  for_each = resources("aws_eks_cluster")
  unless   = self.compute_config[0].enabled == true
  when     = length(local.groups) > 0 && (length(local.zones) == 1 || length(local.given) == 1)
  message  = "every node of `${self}` stands in the same zone"

  label "stands there" {
    at        = local.groups
    attribute = "subnet_ids"
  }

  fails "one node group in one subnet" {
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
      subnet_ids    = ["subnet-0a1b2c3d"]

      scaling_config {
        min_size     = 2
        max_size     = 8
        desired_size = 2
      }
    }
  }

  fails "two node groups of one zone" {
    resource "aws_subnet" "a" {
      count             = 2
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.${count.index}.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      }
    }

    resource "aws_eks_node_group" "main" {
      count         = 2
      cluster_name  = aws_eks_cluster.main.name
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = [aws_subnet.a[count.index].id]

      scaling_config {
        min_size     = 2
        max_size     = 8
        desired_size = 2
      }
    }
  }

  passes "a node group for each zone" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = [for s in aws_subnet.private : s.id]
      }
    }

    resource "aws_eks_node_group" "zone" {
      for_each      = aws_subnet.private
      cluster_name  = aws_eks_cluster.main.name
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = [each.value.id]

      scaling_config {
        min_size     = 1
        max_size     = 8
        desired_size = 1
      }
    }
  }

  passes "nodes are made elsewhere" {
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      }
    }
  }

  passes "Auto Mode, which chooses for itself" {
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      compute_config {
        enabled    = true
        node_pools = ["general-purpose", "system"]
      }

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      }
    }

    resource "aws_eks_node_group" "gpu" {
      cluster_name  = aws_eks_cluster.main.name
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = ["subnet-0a1b2c3d"]

      scaling_config {
        min_size     = 0
        max_size     = 2
        desired_size = 0
      }
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = var.subnet_ids
      }
    }

    resource "aws_eks_node_group" "main" {
      cluster_name  = aws_eks_cluster.main.name
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = var.subnet_ids

      scaling_config {
        min_size     = 2
        max_size     = 8
        desired_size = 2
      }
    }
  }
}
