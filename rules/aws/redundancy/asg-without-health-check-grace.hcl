rule "asg-without-health-check-grace" {
  summary    = "Auto Scaling group judges machines while they still start"
  principle  = "redundancy"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    The load balancer calls a machine unhealthy until its service answers. Without a grace period the group kills it before, starts
    another one and kills that as well: a group that lost a machine never recovers.
  MD
  fix        = "Set `health_check_grace_period` to a little more than a machine takes to start; left out it is 300 seconds."
  notice     = "Machines are terminated minutes after their start, over and over, while `GroupPendingInstances` stays above 0."
  prove      = "Start a test group with an application that takes as long as yours, and watch it."
  references = ["AWS Well-Architected REL11-BP01", "EC2 Auto Scaling: health check grace period"]

  locals {
    # A machine that waits for a hook is not in service yet.
    hook = length(default(self.initial_lifecycle_hook, [])) > 0 || length(referrers(self, "refers", "aws_autoscaling_lifecycle_hook")) > 0
  }

  for_each = resources("aws_autoscaling_group")
  unless   = self.health_check_type != "ELB" || local.hook
  when     = self.health_check_grace_period == 0
  at       = "health_check_grace_period"
  message  = "`${self}` replaces machines that the load balancer has not yet seen healthy, as soon as they are started"

  edit "health_check_grace_period" {
    to = 300
  }

  fails "none" {
    resource "aws_autoscaling_group" "web" {
      min_size                  = 2
      max_size                  = 4
      health_check_type         = "ELB"
      health_check_grace_period = 0
    }
  }

  passes "default" {
    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 4
      health_check_type = "ELB"
    }
  }

  passes "only the machine is checked" {
    resource "aws_autoscaling_group" "worker" {
      min_size                  = 2
      max_size                  = 4
      health_check_grace_period = 0
    }
  }

  passes "a hook holds machines back until they are ready" {
    resource "aws_autoscaling_group" "web" {
      min_size                  = 2
      max_size                  = 4
      health_check_type         = "ELB"
      health_check_grace_period = 0

      initial_lifecycle_hook {
        name                 = "ready"
        lifecycle_transition = "autoscaling:EC2_INSTANCE_LAUNCHING"
      }
    }
  }

  unknown "period is given by the caller" {
    variable "grace" { type = number }

    resource "aws_autoscaling_group" "web" {
      min_size                  = 2
      max_size                  = 4
      health_check_type         = "ELB"
      health_check_grace_period = var.grace
    }
  }
}
