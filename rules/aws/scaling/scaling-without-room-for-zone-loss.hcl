rule "scaling-without-room-for-zone-loss" {
  summary    = "Scaling keeps capacity so busy that the loss of a zone overloads the rest"
  principle  = "scaling"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    When a zone fails, the others take its share at once. New capacity needs minutes, and everybody asks for it at the same time. Two
    zones that run below half, or three below two thirds, carry on without any.
  MD
  fix        = "Lower `target_value`, or spread over one zone more."
  notice     = "`CPUUtilization` of what is left exceeds 100 percent of its share when a zone fails."
  prove      = "Stop the capacity of one zone at the busiest hour of a test, and measure `TargetResponseTime`."
  references = ["AWS Well-Architected REL11-BP05", "AWS Well-Architected REL10-BP01"]

  param "maximum_after_loss" {
    default = 140
    doc     = "Highest CPU utilization, in percent, that the rest may be asked for. Above 100 requests wait until new capacity has started."
  }

  locals {
    config = default(self.target_tracking_configuration[0], self.target_tracking_scaling_policy_configuration[0])
    metric = default(
      local.config.predefined_metric_specification[0].predefined_metric_type,
      self.target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].predefined_metric_type, "",
    )
    cpu = contains(["ASGAverageCPUUtilization", "ECSServiceAverageCPUUtilization"], local.metric)
    moved = concat(
      linked(self, "scales", "aws_autoscaling_group"),
      flatten([for t in linked(self, "configures", "aws_appautoscaling_target") : linked(t, "scales", "aws_ecs_service")]),
    )
    zones = length(distinct(flatten([for m in local.moved : zones(m)])))
    after = local.config.target_value * local.zones / max(1, local.zones - 1)
  }

  # In one zone there is a worse defect: asg-single-az, ecs-service-single-az.
  for_each = resources("aws_autoscaling_policy", "aws_appautoscaling_policy")
  unless   = !local.cpu || anytrue([for m in local.moved : !serves(m)])
  when     = length(local.moved) == 1 && local.zones > 1 && local.after > param.maximum_after_loss
  at       = "target_tracking_scaling_policy_configuration"
  message  = "`${self}` keeps ${local.zones} zones at ${local.config.target_value} percent: without one of them the rest needs ${floor(local.after)} percent"

  label "has to carry on" {
    at = local.moved
  }

  fails "two zones at 75 percent" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4

      network_configuration {
        subnets = [for s in aws_subnet.private : s.id]
      }

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/${aws_ecs_service.api.name}"
      min_capacity       = 4
      max_capacity       = 20
    }

    resource "aws_appautoscaling_policy" "cpu" {
      name               = "cpu"
      policy_type        = "TargetTrackingScaling"
      service_namespace  = aws_appautoscaling_target.api.service_namespace
      scalable_dimension = aws_appautoscaling_target.api.scalable_dimension
      resource_id        = aws_appautoscaling_target.api.resource_id

      target_tracking_scaling_policy_configuration {
        target_value = 75

        predefined_metric_specification {
          predefined_metric_type = "ECSServiceAverageCPUUtilization"
        }
      }
    }
  }

  passes "three zones at 60 percent" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24", c = "10.0.3.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 3
      max_size            = 12
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]
      target_group_arns   = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }

    resource "aws_autoscaling_policy" "cpu" {
      name                   = "cpu"
      autoscaling_group_name = aws_autoscaling_group.web.name
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = 60

        predefined_metric_specification {
          predefined_metric_type = "ASGAverageCPUUtilization"
        }
      }
    }
  }

  passes "workers, whose work waits" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_autoscaling_group" "worker" {
      min_size            = 2
      max_size            = 12
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]
    }

    resource "aws_autoscaling_policy" "cpu" {
      name                   = "cpu"
      autoscaling_group_name = aws_autoscaling_group.worker.name
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = 85

        predefined_metric_specification {
          predefined_metric_type = "ASGAverageCPUUtilization"
        }
      }
    }
  }

  passes "requests, which have no highest value" {
    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 12
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }

    resource "aws_autoscaling_policy" "requests" {
      name                   = "requests"
      autoscaling_group_name = aws_autoscaling_group.web.name
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = 500

        predefined_metric_specification {
          predefined_metric_type = "ALBRequestCountPerTarget"
          resource_label         = "app/web/0123456789abcdef/targetgroup/web/0123456789abcdef"
        }
      }
    }
  }

  unknown "target is given by the caller" {
    variable "target" { type = number }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 12
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]
      target_group_arns   = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }

    resource "aws_autoscaling_policy" "cpu" {
      name                   = "cpu"
      autoscaling_group_name = aws_autoscaling_group.web.name
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = var.target

        predefined_metric_specification {
          predefined_metric_type = "ASGAverageCPUUtilization"
        }
      }
    }
  }
}
