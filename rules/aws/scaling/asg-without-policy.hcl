rule "asg-without-policy" {
  summary    = "Auto Scaling group behind a load balancer has a fixed number of machines"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    The group has room to grow, but nothing makes it. Load that the machines cannot take is answered by errors until somebody raises
    the number by hand.
  MD
  fix        = "Add an `aws_autoscaling_policy` that tracks a target, such as requests per machine."
  notice     = "`CPUUtilization` or `RequestCountPerTarget` climbs while `GroupDesiredCapacity` is flat."
  prove      = "Run a load test at twice the usual traffic, and watch `TargetResponseTime`."
  references = ["AWS Well-Architected REL07-BP01", "AWS Well-Architected REL07-BP03", "AWS Well-Architected PERF02-BP05"]

  for_each = resources("aws_autoscaling_group")
  unless   = !serves(self) || is_scaled_elsewhere(self)
  when     = self.max_size > self.min_size && length(referrers(self, "scales")) == 0
  at       = "max_size"
  message  = "nothing moves `${self}` between ${self.min_size} and ${self.max_size} machines"

  fails "bounds and nothing that moves" {
    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 8
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }
  }

  passes "policy" {
    resource "aws_autoscaling_group" "web" {
      name              = "web"
      min_size          = 2
      max_size          = 8
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }

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

  passes "room for one machine more while machines are replaced, and a schedule" {
    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 8
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }

    resource "aws_autoscaling_schedule" "morning" {
      scheduled_action_name  = "morning"
      autoscaling_group_name = aws_autoscaling_group.web.name
      min_size               = 4
      max_size               = 8
      desired_capacity       = 4
      recurrence             = "0 7 * * 1-5"
    }
  }

  passes "ECS moves it" {
    resource "aws_autoscaling_group" "hosts" {
      min_size          = 2
      max_size          = 8
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }

    resource "aws_ecs_capacity_provider" "hosts" {
      name = "hosts"

      auto_scaling_group_provider {
        auto_scaling_group_arn = aws_autoscaling_group.hosts.arn
      }
    }
  }

  passes "serves nobody" {
    resource "aws_autoscaling_group" "worker" {
      min_size = 0
      max_size = 8
    }
  }

  unknown "whether there is a policy is decided by a variable" {
    variable "scaling" { type = bool }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 8
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }

    resource "aws_autoscaling_policy" "cpu" {
      count                  = var.scaling ? 1 : 0
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
