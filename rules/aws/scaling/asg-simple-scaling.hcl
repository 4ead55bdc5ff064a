rule "asg-simple-scaling" {
  summary    = "Auto Scaling group waits out a cooldown before it scales again"
  principle  = "scaling"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    A simple policy does one step and then waits for its machines and its cooldown, whatever the load does meanwhile. In a rush it
    is always behind.
  MD
  fix        = "Use `policy_type = \"TargetTrackingScaling\"`, or `\"StepScaling\"` for thresholds of your own."
  notice     = "`CPUUtilization` stays high while the group waits out its cooldown."
  prove      = "Raise the load in two steps five minutes apart, and time the second reaction."
  references = ["AWS Well-Architected REL07-BP03", "EC2 Auto Scaling: step and simple scaling policies"]

  for_each = resources("aws_autoscaling_policy")
  when     = default(self.policy_type, "SimpleScaling") == "SimpleScaling"
  at       = "policy_type"
  message  = "`${self}` changes the capacity once and then waits, however fast the load grows"

  fails "simple by default" {
    resource "aws_autoscaling_policy" "out" {
      name                   = "out"
      autoscaling_group_name = "web"
      adjustment_type        = "ChangeInCapacity"
      scaling_adjustment     = 1
      cooldown               = 300
    }
  }

  fails "simple by name" {
    resource "aws_autoscaling_policy" "out" {
      name                   = "out"
      autoscaling_group_name = "web"
      policy_type            = "SimpleScaling"
      adjustment_type        = "PercentChangeInCapacity"
      scaling_adjustment     = 20
    }
  }

  passes "tracks a target" {
    resource "aws_autoscaling_policy" "cpu" {
      name                   = "cpu"
      autoscaling_group_name = "web"
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = 50

        predefined_metric_specification {
          predefined_metric_type = "ASGAverageCPUUtilization"
        }
      }
    }
  }

  passes "in steps" {
    resource "aws_autoscaling_policy" "out" {
      name                   = "out"
      autoscaling_group_name = "web"
      policy_type            = "StepScaling"
      adjustment_type        = "ChangeInCapacity"

      step_adjustment {
        metric_interval_lower_bound = 0
        scaling_adjustment          = 2
      }
    }
  }

  passes "ahead of the load" {
    resource "aws_autoscaling_policy" "ahead" {
      name                   = "ahead"
      autoscaling_group_name = "web"
      policy_type            = "PredictiveScaling"
    }
  }

  unknown "kind is given by the caller" {
    variable "policy_type" { type = string }

    resource "aws_autoscaling_policy" "out" {
      name                   = "out"
      autoscaling_group_name = "web"
      policy_type            = var.policy_type
    }
  }
}
