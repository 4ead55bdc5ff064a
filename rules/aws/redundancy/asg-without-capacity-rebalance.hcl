rule "asg-without-capacity-rebalance" {
  summary   = "Group waits until Spot machines are gone before it replaces them"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    AWS says when a Spot machine is likely to be taken back. With capacity rebalancing the group starts the successor then; without
    it, it does so after the machine is gone, and runs short meanwhile.
  MD
  fix       = "Set `capacity_rebalance = true`."
  notice    = "`GroupInServiceInstances` falls at each Spot interruption, and rises only minutes later."
  prove     = "Send an interruption with `aws:ec2:send-spot-instance-interruptions`, and time the gap."
  references = [
    "AWS Well-Architected REL07-BP02",
    "AWS Config autoscaling-capacity-rebalancing",
    "AWS Trusted Advisor Amazon EC2 Auto Scaling Group has Capacity Rebalancing Enabled",
  ]

  locals {
    distribution = self.mixed_instances_policy[0].instances_distribution[0]
    spot         = length(default(self.mixed_instances_policy, [])) > 0 && default(local.distribution.on_demand_percentage_above_base_capacity, 100) < 100
  }

  # Groups of a cluster are drained by what runs in it.
  for_each = resources("aws_autoscaling_group")
  unless   = !local.spot || is_scaled_elsewhere(self)
  when     = self.capacity_rebalance != true
  at       = "capacity_rebalance"
  message  = "`${self}` replaces Spot machines only after they are gone"

  edit "capacity_rebalance" {
    to = true
  }

  fails "left out" {
    resource "aws_autoscaling_group" "worker" {
      min_size = 2
      max_size = 8

      mixed_instances_policy {
        instances_distribution {
          on_demand_percentage_above_base_capacity = 50
        }

        launch_template {
          launch_template_specification {
            launch_template_id = "lt-0a1b2c3d"
          }
        }
      }
    }
  }

  passes "on" {
    resource "aws_autoscaling_group" "worker" {
      min_size           = 2
      max_size           = 8
      capacity_rebalance = true

      mixed_instances_policy {
        instances_distribution {
          on_demand_percentage_above_base_capacity = 50
        }

        launch_template {
          launch_template_specification {
            launch_template_id = "lt-0a1b2c3d"
          }
        }
      }
    }
  }

  passes "nodes of Kubernetes" {
    resource "aws_autoscaling_group" "nodes" {
      min_size = 2
      max_size = 8

      mixed_instances_policy {
        instances_distribution {
          on_demand_percentage_above_base_capacity = 50
        }

        launch_template {
          launch_template_specification {
            launch_template_id = "lt-0a1b2c3d"
          }
        }
      }

      tag {
        key                 = "k8s.io/cluster-autoscaler/enabled"
        value               = "true"
        propagate_at_launch = true
      }
    }
  }

  passes "on demand" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }
  }

  unknown "decided by a variable without default" {
    variable "rebalance" { type = bool }

    resource "aws_autoscaling_group" "worker" {
      min_size           = 2
      max_size           = 8
      capacity_rebalance = var.rebalance

      mixed_instances_policy {
        instances_distribution {
          on_demand_percentage_above_base_capacity = 50
        }

        launch_template {
          launch_template_specification {
            launch_template_id = "lt-0a1b2c3d"
          }
        }
      }
    }
  }
}
