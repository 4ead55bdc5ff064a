rule "scaling-target-without-room" {
  summary    = "Scaling target cannot move: its bounds are equal"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    With the same minimum and maximum, capacity is fixed, whatever the policies say.
  MD
  fix        = "Raise `max_capacity` to what the budget and what stands behind can bear."
  notice     = "The policy's alarm stays in ALARM, and scaling activities say that the target is at its maximum."
  prove      = "Raise the load on a test copy, and see the scaling activities end in `at maximum capacity`."
  references = ["AWS Well-Architected REL07-BP01"]

  for_each = resources("aws_appautoscaling_target")
  when     = self.min_capacity == self.max_capacity
  at       = "max_capacity"
  message  = "`${self}` has no room to scale: minimum and maximum are both ${self.max_capacity}"

  fails "equal bounds" {
    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      min_capacity       = 2
      max_capacity       = 2
    }
  }

  fails "equal by a local" {
    locals {
      tasks = 3
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      min_capacity       = local.tasks
      max_capacity       = local.tasks
    }
  }

  passes "room" {
    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      min_capacity       = 2
      max_capacity       = 10
    }
  }

  passes "no target" {
    resource "aws_appautoscaling_target" "api" {
      count              = 0
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      min_capacity       = 2
      max_capacity       = 2
    }
  }

  unknown "maximum is given by the caller" {
    variable "max_tasks" { type = number }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      min_capacity       = 2
      max_capacity       = var.max_tasks
    }
  }
}
