rule "asg-release-not-rolled-out" {
  summary     = "Change of a launch template does not reach running machines"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A new image reaches only machines that start later. The group runs old and new side by side for weeks, and a fault of the new one shows on the night
    when it scales out.
  MD
  fix         = "Add an `instance_refresh` with `strategy = \"Rolling\"`, `min_healthy_percentage` and `auto_rollback`."
  notice      = "Machines of two launch template versions run side by side: compare them with `describe-auto-scaling-instances`."
  prove       = "Change the template in a test group, and see after an hour which version the machines have."
  references  = ["AWS Well-Architected REL08-BP04", "Amazon EC2 Auto Scaling User Guide: Use an instance refresh to update instances"]

  locals {
    # Others replace the machines: ECS, EKS and what stands behind them, and CodeDeploy.
    rotated = (
      length(referrers(self, "runs_on")) > 0
      || length(referrers(self, "refers", "aws_codedeploy_deployment_group")) > 0
      || anytrue([for t in self.tag : can(regex("AmazonECSManaged|k8s.io|kubernetes.io", t.key))])
      || default(self.max_instance_lifetime, 0) > 0
    )
  }

  for_each = resources("aws_autoscaling_group")
  unless   = local.rotated || length(concat(default(self.launch_template, []), default(self.mixed_instances_policy, []))) == 0
  when     = length(default(self.instance_refresh, [])) == 0
  at       = "instance_refresh"
  message  = "`${self}` keeps machines of former templates until they happen to be replaced"

  edit "instance_refresh" {
    to = { strategy = "Rolling" }
  }

  fails "left out" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 6

      launch_template {
        id      = "lt-0123456789abcdef0"
        version = "$Latest"
      }
    }
  }

  passes "rolled out" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 6

      launch_template {
        id      = "lt-0123456789abcdef0"
        version = "$Latest"
      }

      instance_refresh {
        strategy = "Rolling"

        preferences {
          min_healthy_percentage = 90
          auto_rollback          = true
        }
      }
    }
  }

  passes "hosts of containers" {
    resource "aws_autoscaling_group" "host" {
      min_size = 2
      max_size = 6

      launch_template {
        id = "lt-0123456789abcdef0"
      }
    }

    resource "aws_ecs_capacity_provider" "host" {
      name = "host"

      auto_scaling_group_provider {
        auto_scaling_group_arn = aws_autoscaling_group.host.arn
      }
    }
  }

  passes "machines live a week at most" {
    resource "aws_autoscaling_group" "web" {
      min_size              = 2
      max_size              = 6
      max_instance_lifetime = 604800

      launch_template {
        id = "lt-0123456789abcdef0"
      }
    }
  }

  unknown "decided by the caller" {
    variable "strategies" { type = list(string) }

    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 6

      launch_template {
        id = "lt-0123456789abcdef0"
      }

      dynamic "instance_refresh" {
        for_each = var.strategies
        content {
          strategy = instance_refresh.value
        }
      }
    }
  }
}
