rule "workload-spot-single-type" {
  summary   = "Spot capacity is drawn from one instance type"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Spot capacity is a pool for each type and zone. When the one pool runs dry, all machines go at once and none come back, while the
    neighbouring types have plenty.
  MD
  fix       = "List several types of about the same size, or say what is needed by `instance_requirements`."
  notice    = "Requests for capacity fail with `InsufficientInstanceCapacity`, and the group stays below its desired size."
  prove     = "Refuse the type with `aws:ec2:asg-insufficient-instance-capacity-error`, and see whether another one is started."
  references = [
    "AWS Well-Architected REL07-BP02",
    "Amazon EC2: best practices for Spot Instances",
    "AWS Config autoscaling-multiple-instance-types",
    "Security Hub AutoScaling.6",
  ]

  locals {
    distribution = self.mixed_instances_policy[0].instances_distribution[0]
    spot         = length(default(self.mixed_instances_policy, [])) > 0 && default(local.distribution.on_demand_percentage_above_base_capacity, 100) < 100
    overrides    = default(self.mixed_instances_policy[0].launch_template[0].override, [])
    described    = anytrue([for o in local.overrides : length(default(o.instance_requirements, [])) > 0])
  }

  for_each = resources("aws_autoscaling_group", "aws_eks_node_group")

  defect "group" {
    when    = is(self, "aws_autoscaling_group") && local.spot && length(local.overrides) < 2 && !local.described
    at      = "mixed_instances_policy"
    message = "`${self}` draws its Spot machines from one instance type"
  }

  defect "nodes" {
    when    = is(self, "aws_eks_node_group") && self.capacity_type == "SPOT" && length(default(self.instance_types, [])) < 2
    at      = "instance_types"
    message = "`${self}` draws its Spot nodes from one instance type"
  }

  fails "group without overrides" {
    resource "aws_autoscaling_group" "worker" {
      min_size = 2
      max_size = 8

      mixed_instances_policy {
        instances_distribution {
          on_demand_percentage_above_base_capacity = 0
        }

        launch_template {
          launch_template_specification {
            launch_template_id = "lt-0a1b2c3d"
          }
        }
      }
    }
  }

  fails "node group of one type" {
    resource "aws_eks_node_group" "spot" {
      cluster_name   = "main"
      node_role_arn  = "arn:aws:iam::111122223333:role/node"
      subnet_ids     = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      capacity_type  = "SPOT"
      instance_types = ["m6i.large"]

      scaling_config {
        min_size     = 0
        max_size     = 8
        desired_size = 2
      }
    }
  }

  passes "several types" {
    resource "aws_eks_node_group" "spot" {
      cluster_name   = "main"
      node_role_arn  = "arn:aws:iam::111122223333:role/node"
      subnet_ids     = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      capacity_type  = "SPOT"
      instance_types = ["m6i.large", "m5.large", "m6a.large"]

      scaling_config {
        min_size     = 0
        max_size     = 8
        desired_size = 2
      }
    }
  }

  passes "described by what is needed" {
    resource "aws_autoscaling_group" "worker" {
      min_size = 2
      max_size = 8

      mixed_instances_policy {
        instances_distribution {
          on_demand_percentage_above_base_capacity = 0
        }

        launch_template {
          launch_template_specification {
            launch_template_id = "lt-0a1b2c3d"
          }

          override {
            instance_requirements {
              memory_mib {
                min = 8192
              }

              vcpu_count {
                min = 2
              }
            }
          }
        }
      }
    }
  }

  passes "on demand" {
    resource "aws_eks_node_group" "nodes" {
      cluster_name   = "main"
      node_role_arn  = "arn:aws:iam::111122223333:role/node"
      subnet_ids     = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      instance_types = ["m6i.large"]

      scaling_config {
        min_size     = 2
        max_size     = 8
        desired_size = 2
      }
    }
  }

  unknown "types are given by the caller" {
    variable "instance_types" { type = list(string) }

    resource "aws_eks_node_group" "spot" {
      cluster_name   = "main"
      node_role_arn  = "arn:aws:iam::111122223333:role/node"
      subnet_ids     = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      capacity_type  = "SPOT"
      instance_types = var.instance_types

      scaling_config {
        min_size     = 0
        max_size     = 8
        desired_size = 2
      }
    }
  }
}
