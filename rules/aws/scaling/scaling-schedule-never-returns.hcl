rule "scaling-schedule-never-returns" {
  summary    = "Schedule switches capacity off, and nothing switches it on again"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    At zero there is nothing left that a policy could measure, so nothing scales up by itself. The service stays away until somebody
    notices.
  MD
  fix        = "Add a schedule that raises the capacity again, or leave one machine or task running."
  notice     = "`GroupDesiredCapacity` or `RunningTaskCount` stays at the night's value in the morning."
  prove      = "Run the schedule in a test copy, and wait for the next morning."
  references = ["AWS Well-Architected REL07-BP01", "AWS Well-Architected REL07-BP03"]

  locals {
    group   = linked(self, "scales", "aws_autoscaling_group")
    beside  = flatten([for g in local.group : referrers(g, "scales", "aws_autoscaling_schedule")])
    raising = [for s in local.beside : s if default(s.desired_capacity, 0) > 0 || default(s.min_size, 0) > 0]

    action  = self.scalable_target_action[0]
    target  = linked(self, "configures", "aws_appautoscaling_target")
    actions = flatten([for t in local.target : referrers(t, "configures", "aws_appautoscaling_scheduled_action")])
    lifting = [for a in local.actions : a if default(a.scalable_target_action[0].min_capacity, 0) > 0]
  }

  for_each = resources("aws_autoscaling_schedule", "aws_appautoscaling_scheduled_action")

  defect "group" {
    when    = is(self, "aws_autoscaling_schedule") && self.max_size == 0 && length(local.group) > 0 && length(local.raising) == 0
    at      = "max_size"
    message = "`${self}` takes all machines of `${local.group[0]}` away, and no other schedule brings them back"

    label "stays empty" {
      at = local.group
    }
  }

  defect "target" {
    when    = is(self, "aws_appautoscaling_scheduled_action") && local.action.max_capacity == 0 && length(local.target) > 0 && length(local.lifting) == 0
    at      = "scalable_target_action"
    message = "`${self}` takes all capacity of `${local.target[0]}` away, and no other action brings it back"

    label "stays at zero" {
      at = local.target
    }
  }

  fails "group that sleeps for ever" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_schedule" "night" {
      scheduled_action_name  = "night"
      autoscaling_group_name = aws_autoscaling_group.web.name
      min_size               = 0
      max_size               = 0
      desired_capacity       = 0
      recurrence             = "0 22 * * *"
    }
  }

  fails "service that sleeps for ever" {
    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      min_capacity       = 2
      max_capacity       = 8
    }

    resource "aws_appautoscaling_scheduled_action" "night" {
      name               = "night"
      service_namespace  = aws_appautoscaling_target.api.service_namespace
      scalable_dimension = aws_appautoscaling_target.api.scalable_dimension
      resource_id        = aws_appautoscaling_target.api.resource_id
      schedule           = "cron(0 22 * * ? *)"

      scalable_target_action {
        min_capacity = 0
        max_capacity = 0
      }
    }
  }

  passes "sleeps and wakes up" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_schedule" "night" {
      scheduled_action_name  = "night"
      autoscaling_group_name = aws_autoscaling_group.web.name
      min_size               = 0
      max_size               = 0
      desired_capacity       = 0
      recurrence             = "0 22 * * *"
    }

    resource "aws_autoscaling_schedule" "morning" {
      scheduled_action_name  = "morning"
      autoscaling_group_name = aws_autoscaling_group.web.name
      min_size               = 2
      max_size               = 8
      desired_capacity       = 2
      recurrence             = "0 7 * * *"
    }
  }

  passes "fewer at night" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_schedule" "night" {
      scheduled_action_name  = "night"
      autoscaling_group_name = aws_autoscaling_group.web.name
      min_size               = 2
      max_size               = 4
      desired_capacity       = 2
      recurrence             = "0 22 * * *"
    }
  }

  unknown "number at night is given by the caller" {
    variable "at_night" { type = number }

    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_schedule" "night" {
      scheduled_action_name  = "night"
      autoscaling_group_name = aws_autoscaling_group.web.name
      min_size               = 0
      max_size               = var.at_night
      desired_capacity       = 0
      recurrence             = "0 22 * * *"
    }
  }
}
