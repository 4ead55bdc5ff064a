rule "asg-without-room" {
  summary    = "Auto Scaling group has policies and no room to move"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    With the same minimum and maximum the number of machines is fixed. The policies raise alarms, and nothing happens.
  MD
  fix        = "Raise `max_size` to what the budget and what stands behind can bear, or remove the policies."
  notice     = "`GroupDesiredCapacity` equals `GroupMaxSize`, and the policy's alarm stays in ALARM."
  prove      = "Raise the load with the document `AWSFIS-Run-CPU-Stress`, and see that nothing is added."
  references = ["AWS Well-Architected REL07-BP01"]

  locals {
    policies = referrers(self, "scales", "aws_autoscaling_policy")
  }

  for_each = resources("aws_autoscaling_group")
  unless   = self.max_size == 0
  when     = self.min_size == self.max_size && length(local.policies) > 0
  at       = "max_size"
  message  = "`${self}` cannot scale: minimum and maximum are both ${self.max_size}"

  label "cannot move it" {
    at = local.policies
  }

  fails "equal bounds" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 2
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

  passes "room" {
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

  passes "one machine that heals itself, without policies" {
    resource "aws_autoscaling_group" "bastion" {
      min_size = 1
      max_size = 1
    }
  }

  unknown "maximum is given by the caller" {
    variable "maximum" { type = number }

    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = var.maximum
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
}
