rule "workload-update-takes-all" {
  summary   = "Update may replace all machines at the same time"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    An update that may take every machine away at once is an outage, and when the new version does not start, a long one.
  MD
  fix       = "Keep most of them: `min_healthy_percentage` of 90, `max_unavailable_percentage` of 33 or less."
  notice    = "`GroupInServiceInstances` or healthy targets fall to 0 during an update."
  prove     = "Roll out the same release again in a test environment while a client sends a request each second."
  references = [
    "AWS Well-Architected REL08-BP04",
    "EC2 Auto Scaling: instance refresh",
    "Amazon EKS: update a managed node group",
  ]

  locals {
    refresh = self.instance_refresh[0].preferences[0].min_healthy_percentage
    policy  = self.instance_maintenance_policy[0].min_healthy_percentage
    share   = self.update_config[0].max_unavailable_percentage
    number  = self.update_config[0].max_unavailable
    most    = self.scaling_config[0].max_size
  }

  for_each = resources("aws_autoscaling_group", "aws_eks_node_group")

  defect "refresh" {
    when    = is(self, "aws_autoscaling_group") && serves(self) && local.refresh == 0
    at      = "instance_refresh.preferences.min_healthy_percentage"
    message = "a refresh of `${self}` may leave no machine to answer requests"
  }

  defect "maintenance" {
    when    = is(self, "aws_autoscaling_group") && serves(self) && local.policy == 0
    at      = "instance_maintenance_policy.min_healthy_percentage"
    message = "maintenance of `${self}` may leave no machine to answer requests"
  }

  defect "nodes" {
    when    = is(self, "aws_eks_node_group") && local.most > 1 && (local.share == 100 || local.number >= local.most)
    at      = "update_config"
    message = "an update of `${self}` may take all of its nodes away at the same time"
  }

  fails "refresh without a floor" {
    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 4
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]

      instance_refresh {
        strategy = "Rolling"

        preferences {
          min_healthy_percentage = 0
        }
      }
    }
  }

  fails "all nodes at once" {
    resource "aws_eks_node_group" "main" {
      cluster_name  = "main"
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]

      scaling_config {
        min_size     = 2
        max_size     = 8
        desired_size = 2
      }

      update_config {
        max_unavailable_percentage = 100
      }
    }
  }

  passes "most stay" {
    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 4
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]

      instance_refresh {
        strategy = "Rolling"

        preferences {
          min_healthy_percentage = 90
        }
      }
    }
  }

  passes "a third of the nodes" {
    resource "aws_eks_node_group" "main" {
      cluster_name  = "main"
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]

      scaling_config {
        min_size     = 2
        max_size     = 8
        desired_size = 2
      }

      update_config {
        max_unavailable_percentage = 33
      }
    }
  }

  passes "workers, whose work waits" {
    resource "aws_autoscaling_group" "worker" {
      min_size = 2
      max_size = 4

      instance_refresh {
        strategy = "Rolling"

        preferences {
          min_healthy_percentage = 0
        }
      }
    }
  }

  unknown "floor is given by the caller" {
    variable "healthy" { type = number }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 4
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]

      instance_refresh {
        strategy = "Rolling"

        preferences {
          min_healthy_percentage = var.healthy
        }
      }
    }
  }
}
