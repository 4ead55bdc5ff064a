rule "ecs-worker-single-task" {
  summary    = "ECS worker service keeps fewer than two tasks"
  principle  = "single-point-of-failure"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    Work waits while the only worker is replaced. A queue in front may make that bearable; without one, work is
    lost.
  MD
  fix        = "Run two tasks, or say in a suppression why the work must not run twice at a time."
  notice     = "`ApproximateAgeOfOldestMessage` climbs each time the task is replaced."
  prove      = "Stop it with `aws:ecs:stop-task`, and time how long messages wait."
  references = ["AWS Well-Architected REL10-BP01"]

  locals {
    targets = referrers(self, "scales", "aws_appautoscaling_target")
    floor   = copies(self)
  }

  # A floor of zero is a worker that is parked or scales from nothing.
  for_each = resources("aws_ecs_service")
  unless   = self.scheduling_strategy == "DAEMON" || serves(self)
  when     = local.floor == 1
  at       = "desired_count"
  message  = "`${self}` may be down to one task: work stops while it is replaced"

  label "scaling may go down to this" {
    at        = local.targets
    attribute = "min_capacity"
  }

  fails "one worker" {
    resource "aws_ecs_service" "worker" {
      name          = "worker"
      desired_count = 1
    }
  }

  fails "scaling down to one" {
    resource "aws_ecs_service" "worker" {
      name = "worker"
    }

    resource "aws_appautoscaling_target" "worker" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/${aws_ecs_service.worker.name}"
      min_capacity       = 1
      max_capacity       = 6
    }
  }

  passes "two workers" {
    resource "aws_ecs_service" "worker" {
      name          = "worker"
      desired_count = 2
    }
  }

  passes "scales from nothing" {
    resource "aws_ecs_service" "worker" {
      name          = "worker"
      desired_count = 0
    }

    resource "aws_appautoscaling_target" "worker" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/${aws_ecs_service.worker.name}"
      min_capacity       = 0
      max_capacity       = 6
    }
  }

  unknown "count is given by the caller" {
    variable "tasks" { type = number }

    resource "aws_ecs_service" "worker" {
      name          = "worker"
      desired_count = var.tasks
    }
  }
}
