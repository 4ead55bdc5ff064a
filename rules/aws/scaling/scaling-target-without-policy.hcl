rule "scaling-target-without-policy" {
  summary    = "Scaling target has no policy that moves it"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    A target only says how far capacity may move. Nothing moves it without a policy or a schedule.
  MD
  fix        = "Add an `aws_appautoscaling_policy` (or a scheduled action) with the same `resource_id` and `scalable_dimension`."
  notice     = "Utilisation climbs, and scaling activities of the target are empty."
  prove      = "Raise the load on a test copy, and list `describe-scaling-activities`."
  references = ["AWS Well-Architected REL07-BP01"]

  locals {
    movers = [
      for p in referrers(self, "configures", "aws_appautoscaling_policy", "aws_appautoscaling_scheduled_action") : p
      if p.scalable_dimension == self.scalable_dimension
    ]
  }

  for_each = resources("aws_appautoscaling_target")
  when     = length(local.movers) == 0
  message  = "`${self}` sets bounds that no policy makes use of"

  label "stays at its first capacity" {
    at = linked(self, "scales")
  }

  fails "no policy" {
    resource "aws_ecs_service" "api" {
      name = "api"
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/${aws_ecs_service.api.name}"
      min_capacity       = 2
      max_capacity       = 10
    }
  }

  fails "policy for reads, none for writes" {
    resource "aws_appautoscaling_target" "reads" {
      service_namespace  = "dynamodb"
      scalable_dimension = "dynamodb:table:ReadCapacityUnits"
      resource_id        = "table/orders"
      min_capacity       = 5
      max_capacity       = 100
    }

    resource "aws_appautoscaling_target" "writes" {
      service_namespace  = "dynamodb"
      scalable_dimension = "dynamodb:table:WriteCapacityUnits"
      resource_id        = "table/orders"
      min_capacity       = 5
      max_capacity       = 100
    }

    resource "aws_appautoscaling_policy" "reads" {
      name               = "reads"
      policy_type        = "TargetTrackingScaling"
      service_namespace  = aws_appautoscaling_target.reads.service_namespace
      scalable_dimension = aws_appautoscaling_target.reads.scalable_dimension
      resource_id        = aws_appautoscaling_target.reads.resource_id
    }
  }

  passes "policy" {
    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      min_capacity       = 2
      max_capacity       = 10
    }

    resource "aws_appautoscaling_policy" "cpu" {
      name               = "cpu"
      policy_type        = "TargetTrackingScaling"
      service_namespace  = aws_appautoscaling_target.api.service_namespace
      scalable_dimension = aws_appautoscaling_target.api.scalable_dimension
      resource_id        = aws_appautoscaling_target.api.resource_id
    }
  }

  passes "schedule, by equal names" {
    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      min_capacity       = 2
      max_capacity       = 10
    }

    resource "aws_appautoscaling_scheduled_action" "morning" {
      name               = "morning"
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      schedule           = "cron(0 7 * * ? *)"
    }
  }

  unknown "number of policies is given by the caller" {
    variable "metrics" { type = set(string) }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      min_capacity       = 2
      max_capacity       = 10
    }

    resource "aws_appautoscaling_policy" "metric" {
      for_each           = var.metrics
      name               = each.key
      service_namespace  = aws_appautoscaling_target.api.service_namespace
      scalable_dimension = aws_appautoscaling_target.api.scalable_dimension
      resource_id        = aws_appautoscaling_target.api.resource_id
    }
  }
}
