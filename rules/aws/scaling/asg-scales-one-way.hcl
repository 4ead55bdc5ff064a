rule "asg-scales-one-way" {
  summary    = "Auto Scaling group can scale in one direction only"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    All policies of the group add machines, or all of them take machines away. After the first busy day it stays at one end of its
    range: at the maximum it costs, at the minimum it does not take the next load.
  MD
  fix        = "Add the policy for the other direction, or use one that tracks a target, which does both."
  notice     = "`GroupDesiredCapacity` only rises, or only falls, over weeks."
  prove      = "Raise the load with the document `AWSFIS-Run-CPU-Stress`, end it, and see whether the group goes back."
  references = ["AWS Well-Architected REL07-BP01", "AWS Well-Architected REL07-BP03"]

  locals {
    movers   = referrers(self, "scales")
    policies = [for p in local.movers : p if is(p, "aws_autoscaling_policy")]
    # What tracks a target, predicts or sets a number goes both ways.
    stepping = alltrue([
      for p in local.policies :
      contains(["SimpleScaling", "StepScaling"], default(p.policy_type, "SimpleScaling")) && p.adjustment_type != "ExactCapacity"
    ])
    steps = flatten([
      for p in local.policies : concat(
        p.scaling_adjustment != null ? [p.scaling_adjustment] : [],
        [for s in default(p.step_adjustment, []) : s.scaling_adjustment],
      )
    ])
  }

  for_each = resources("aws_autoscaling_group")
  unless   = length(local.policies) == 0 || !local.stepping || length(local.movers) > length(local.policies)

  defect "only out" {
    when    = length(local.steps) > 0 && alltrue([for s in local.steps : s > 0])
    message = "`${self}` grows and never shrinks again: no policy takes machines away"

    label "adds machines" {
      at = local.policies
    }
  }

  defect "only in" {
    when    = length(local.steps) > 0 && alltrue([for s in local.steps : s < 0])
    message = "`${self}` shrinks and never grows: no policy adds machines"

    label "takes machines away" {
      at = local.policies
    }
  }

  fails "only out" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_policy" "out" {
      name                   = "out"
      autoscaling_group_name = aws_autoscaling_group.web.name
      adjustment_type        = "ChangeInCapacity"
      scaling_adjustment     = 1
      cooldown               = 300
    }
  }

  fails "only in" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_policy" "in" {
      name                   = "in"
      autoscaling_group_name = aws_autoscaling_group.web.name
      policy_type            = "StepScaling"
      adjustment_type        = "ChangeInCapacity"

      step_adjustment {
        scaling_adjustment          = -1
        metric_interval_upper_bound = 0
      }
    }
  }

  passes "out and in" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_policy" "step" {
      for_each               = { out = 1, in = -1 }
      name                   = each.key
      autoscaling_group_name = aws_autoscaling_group.web.name
      adjustment_type        = "ChangeInCapacity"
      scaling_adjustment     = each.value
      cooldown               = 300
    }
  }

  passes "tracks a target" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_policy" "cpu" {
      name                   = "cpu"
      autoscaling_group_name = aws_autoscaling_group.web.name
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = 50

        predefined_metric_specification {
          predefined_metric_type = "ASGAverageCPUUtilization"
        }
      }
    }
  }

  passes "a schedule brings it back" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_policy" "out" {
      name                   = "out"
      autoscaling_group_name = aws_autoscaling_group.web.name
      adjustment_type        = "ChangeInCapacity"
      scaling_adjustment     = 1
    }

    resource "aws_autoscaling_schedule" "night" {
      scheduled_action_name  = "night"
      autoscaling_group_name = aws_autoscaling_group.web.name
      min_size               = 2
      max_size               = 8
      desired_capacity       = 2
      recurrence             = "0 22 * * *"
    }
  }

  unknown "step is given by the caller" {
    variable "step" { type = number }

    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_policy" "out" {
      name                   = "out"
      autoscaling_group_name = aws_autoscaling_group.web.name
      adjustment_type        = "ChangeInCapacity"
      scaling_adjustment     = var.step
    }
  }
}
